"""One file that holds everything: the database, the lake, uploaded files and the installation's secret."""

import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections

from ryorin import __version__
from ryorin.customers.consent.actions import read_copy
from ryorin.jobs import database_copies
from ryorin.jobs.errors import (
    BackupExists,
    BackupOfAnotherDatabase,
    BackupOfNewerVersion,
    BackupUnreadable,
    DataInTheWay,
    LakeElsewhere,
    StillWorking,
)
from ryorin.lib import clock, place
from ryorin.workspace.leases.actions import is_dead
from ryorin.workspace.leases.models import Lease

LABEL = "ryorin-backup.json"


def make_backup(target: Path, *, with_lake: bool = True) -> dict[str, Any]:
    """This function will write the backup while people work, and return what it holds.

    The database is copied before the lake: what moves to the lake in between is in both copies, and the lake knows
    the number of the last touchpoint it took, so that nothing is counted twice after a restore.
    """
    if target.exists():
        raise BackupExists(path=target)
    if with_lake and "://" in settings.LAKE:
        raise LakeElsewhere(lake=settings.LAKE)
    label = {"version": __version__, "made_at": clock.now().isoformat(), "database": connection.vendor}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ryorin-backup-") as folder:
        dump, unfinished = Path(folder, "database"), Path(folder, "archive")
        database_copies.write(dump)
        with tarfile.open(unfinished, "w:gz", compresslevel=1) as archive:
            add_text(archive, LABEL, json.dumps(label))
            archive.add(dump, "database")
            add_folder(archive, settings.MEDIA_ROOT, "files")
            if with_lake:
                add_lake(archive, Path(settings.LAKE))
            if (settings.HOME / "secret.key").exists():
                archive.add(settings.HOME / "secret.key", "secret.key")
        unfinished.chmod(0o600)
        unfinished.rename(target)
    return {"file": str(target), "bytes": target.stat().st_size, **label}


def add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    archive.addfile(entry, io.BytesIO(text.encode()))


def add_lake(archive: tarfile.TarFile, lake: Path) -> None:
    """This function will add each table's log first: the files it names stay on disk, whatever is written meanwhile."""
    for log in sorted(lake.rglob("_delta_log")):
        add_folder(archive, log, f"lake/{log.relative_to(lake).as_posix()}")
    add_folder(archive, lake, "lake", skip="_delta_log")


def add_folder(archive: tarfile.TarFile, folder: Path, name: str, *, skip: str = "") -> None:
    """This function will add the files below the folder, save those that vanish meanwhile."""
    for file in sorted(folder.rglob("*")):
        if skip and skip in file.parts:
            continue
        try:
            archive.add(file, f"{name}/{file.relative_to(folder).as_posix()}", recursive=False)
        except FileNotFoundError:
            continue


def restore_backup(source: Path, *, force: bool = False) -> dict[str, Any]:
    """This function will put the backup in the place of what is here, and return its label; all of it, or nothing."""
    refuse_while_working()
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as name:
        folder = Path(name)
        label = unpack(source, folder)
        if not force and database_copies.has_rows():
            raise DataInTheWay(path=settings.HOME)
        database_copies.read(folder / "database")
        for part, target in (("files", Path(settings.MEDIA_ROOT)), ("lake", Path(settings.LAKE))):
            if (folder / part).exists() or "://" not in str(target):
                put_in_place(folder / part, target)
        if (folder / "secret.key").exists():
            (folder / "secret.key").replace(settings.HOME / "secret.key")
    place.renew(settings.HOME)  # mailings wait until a person says that they may go out from here
    read_copy()
    return label


def refuse_while_working() -> None:
    """This function will refuse while a worker holds a lease; what a dead one left behind does not count."""
    try:
        held = list(Lease.objects.filter(until__gt=clock.now()).exclude(holder=""))
    except DatabaseError:
        return
    finally:
        connections.close_all()
    for lease in held:
        if not is_dead(lease.holder):
            raise StillWorking(holder=lease.holder)


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """This function will unpack the backup into the folder and return its label; refuse what is no backup."""
    try:
        with tarfile.open(source) as archive:
            for entry in archive:
                take_out(archive, entry, folder)
        label: dict[str, Any] = json.loads((folder / LABEL).read_text())
        theirs = label["database"]
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError) as error:
        raise BackupUnreadable(path=source, reason=str(error).partition(":\n")[0]) from error
    if theirs != connection.vendor:
        raise BackupOfAnotherDatabase(theirs=theirs, ours=connection.vendor)
    if numbers(label["version"]) > numbers(__version__):
        raise BackupOfNewerVersion(theirs=label["version"], ours=__version__)
    return label


def take_out(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """This function will put one file or folder of the archive below `folder`; links and what climbs out are refused.

    tarfile's own filter "data" is not there in the first releases of Python 3.11.
    """
    place = (folder / entry.name).resolve()
    if not place.is_relative_to(folder.resolve()) or not (entry.isfile() or entry.isdir()):
        raise tarfile.ExtractError(entry.name)
    if entry.isdir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(entry)
    assert content is not None
    with content, place.open("wb") as file:
        shutil.copyfileobj(content, file)
    place.chmod(entry.mode & 0o755)


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def put_in_place(source: Path, place: Path) -> None:
    """This function will replace the folder by the restored one, or by nothing when the backup has none."""
    shutil.rmtree(place, ignore_errors=True)
    if source.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, place)
