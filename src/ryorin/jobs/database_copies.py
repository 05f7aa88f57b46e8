"""Copying the database as a whole, by the means each engine has for it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, connections

from ryorin.jobs.errors import BackupUnreadable, ProgramFailed, ProgramMissing
from ryorin.workspace.organisation.queries import is_set_up


def write(target: Path) -> None:
    """This function will write a copy of the database as it stands at one moment, without stopping anyone."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(settings_of()["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    else:
        run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def read(source: Path) -> None:
    """This function will put the copy in the place of the database; a copy that is broken changes nothing."""
    if connection.vendor == "sqlite":
        read_sqlite(source, Path(settings_of()["NAME"]))
    else:
        run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={name()}",
            str(source),
        )


def read_sqlite(source: Path, place: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        try:
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise BackupUnreadable(path=source.name, reason=error) from error
    if found != "ok":
        raise BackupUnreadable(path=source.name, reason=found)
    connections.close_all()
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    shutil.move(source, place)


def has_rows() -> bool:
    """Return whether somebody already works in this database."""
    try:
        return is_set_up()
    except DatabaseError:
        return False
    finally:
        connections.close_all()


def run(program: str, *arguments: str) -> None:
    """This function will run a PostgreSQL program against the configured database, or say why it cannot."""
    if shutil.which(program) is None:
        raise ProgramMissing(program=program)
    place = settings_of()
    environment = {
        "PGDATABASE": name(),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"]),
    }
    done = subprocess.run(
        [program, *arguments],
        env={**os.environ, **{key: value for key, value in environment.items() if value}},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ProgramFailed(program=program, reason=done.stderr.strip()[-500:])


def name() -> str:
    return str(settings_of()["NAME"])


def settings_of() -> dict[str, Any]:
    return connections.databases["default"]
