"""What the data folder was last prepared for; read without loading Django, so that an ordinary start loses no time."""

import hashlib
import json
import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from ryorin import __version__

MATTERS = ("RYORIN_DATABASE_URL", "RYORIN_DEBUG", "RYORIN_LAKE")


def home() -> Path:
    """Return the data folder, as the settings do."""
    return Path(os.environ.get("RYORIN_HOME") or "~/.ryorin").expanduser().resolve()


def is_prepared(stage: str) -> bool:
    """Return whether the stage ("database", "content") was finished for this program and its database is there."""
    file = stamp(stage)
    if not file.exists() or file.read_text() != fingerprint():
        return False
    return bool(os.environ.get("RYORIN_DATABASE_URL")) or (home() / "ryorin.sqlite3").exists()


def mark_prepared(stage: str) -> None:
    stamp(stage).write_text(fingerprint())


def stamp(stage: str) -> Path:
    return home() / f".prepared-{stage}"


def fingerprint() -> str:
    """Return what preparation depends on: the version, the database, the migrations and the static files."""
    package = Path(str(files("ryorin")))
    parts = hashlib.sha256()
    for file in files_that_matter(package):
        status = file.stat()
        parts.update(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}\n".encode())
    for name in MATTERS:
        parts.update(f"{name}={os.environ.get(name, '')}\n".encode())
    return json.dumps({"version": __version__, "of": parts.hexdigest()})


def files_that_matter(package: Path) -> Iterable[Path]:
    yield from sorted(package.glob("*/**/migrations/*.py"))
    yield from sorted(file for file in package.glob("web/static/**/*") if file.is_file())
