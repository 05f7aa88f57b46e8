"""Bringing the data folder to where this version of the program needs it."""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from ryorin import __version__

STAMP = "prepared.json"


def prepare() -> bool:
    """This function will create or migrate the database and gather the static files; return whether anything was to do."""
    stamp, fingerprint = settings.HOME / STAMP, fingerprint_of_program()
    if stamp.exists() and stamp.read_text() == fingerprint and database_is_there():
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint)
    return True


def database_is_there() -> bool:
    database = settings.DATABASES["default"]
    return not database["ENGINE"].endswith("sqlite3") or Path(database["NAME"]).exists()


def fingerprint_of_program() -> str:
    """Return what the preparation depends on: the version, the database, the migrations and the static files."""
    package = Path(str(files("ryorin")))
    parts = hashlib.sha256()
    for file in changing_files(package):
        status = file.stat()
        parts.update(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}\n".encode())
    where = {name: str(settings.DATABASES["default"].get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME")}
    return json.dumps({"version": __version__, "database": where, "files": parts.hexdigest(), "debug": settings.DEBUG})


def changing_files(package: Path) -> Iterable[Path]:
    yield from sorted(package.glob("**/migrations/*.py"))
    yield from sorted(file for file in package.glob("web/static/**/*") if file.is_file())
