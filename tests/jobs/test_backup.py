"""A backup holds everything, and comes back whole or not at all."""

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from tests.jobs.conftest import Installation

from ryorin.jobs.backup import make_backup, unpack
from ryorin.jobs.errors import BackupExists, BackupOfNewerVersion, BackupUnreadable

LAKE = ("lake/touchpoints/_delta_log/0.json", "lake/touchpoints/month=2026-11/a.parquet")


def put(home: Path, *names: str) -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)


@pytest.mark.processes
def test_everything_comes_back_and_what_came_later_is_gone(
    installation: Installation, make_installation: Callable[[str], Installation], tmp_path: Path
) -> None:
    put(installation.home, "files/quote.pdf", *LAKE)
    backup = tmp_path / "backup.tar.gz"
    assert installation.answer("backup", str(backup))["database"] == "sqlite"
    assert backup.stat().st_mode & 0o077 == 0
    other = make_installation("other")
    put(other.home, "files/later.pdf")
    refused = other.call("restore", str(backup))
    assert (refused.returncode, (other.home / "files/later.pdf").exists()) == (1, True)
    other.answer("restore", "--force", str(backup))
    assert [member["name"] for member in other.answer("user", "list")] == ["林"]
    assert other.answer("audit", "verify")["ok"] is True
    assert [name for name in LAKE if (other.home / name).read_text() == name] == list(LAKE)
    assert not (other.home / "files/later.pdf").exists()
    assert (other.home / "secret.key").read_text() == (installation.home / "secret.key").read_text()


@pytest.mark.processes
def test_an_empty_place_needs_no_force(installation: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.gz"
    installation.answer("backup", str(backup))
    shutil.rmtree(installation.home)
    installation.answer("restore", str(backup))
    assert [member["name"] for member in installation.answer("user", "list")] == ["林"]


@pytest.mark.processes
def test_nothing_is_restored_under_a_working_worker(installation: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.gz"
    installation.answer("backup", str(backup))
    with closing(sqlite3.connect(installation.home / "ryorin.sqlite3")) as database:
        columns = "(name, holder, until, last_error) VALUES ('duty:drain', 'other.example:1', '2999-01-01', '')"
        database.execute(f"INSERT INTO workspace_leases_lease {columns}")
        database.commit()
    refused = installation.call("restore", "--force", str(backup))
    assert refused.returncode == 1
    assert "other.example:1" in refused.stderr


def test_a_file_that_is_there_already_is_kept(db: None, tmp_path: Path) -> None:
    put(tmp_path, "kept.tar.gz")
    with pytest.raises(BackupExists):
        make_backup(tmp_path / "kept.tar.gz")
    assert (tmp_path / "kept.tar.gz").read_text() == "kept.tar.gz"


def archive_with(place: Path, **files: str) -> Path:
    with tarfile.open(place, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return place


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08 cut short", b"PK"], ids=["empty", "cut short", "another kind"])
def test_what_is_no_archive_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(content)
    with pytest.raises(BackupUnreadable) as refusal:
        unpack(tmp_path / "broken", tmp_path)
    assert len(str(refusal.value).splitlines()) == 1


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupUnreadable):
        unpack(archive_with(tmp_path / "holidays.tar.gz", photo="sea"), tmp_path)


def test_an_archive_that_climbs_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(BackupUnreadable):
        unpack(archive_with(tmp_path / "climbing.tar.gz", **{"../escaped": "x"}), tmp_path / "in")
    assert not (tmp_path / "escaped").exists()


def test_a_backup_of_a_newer_version_is_refused(db: None, tmp_path: Path) -> None:
    label = json.dumps({"version": "999.0.0", "database": connection.vendor})
    with pytest.raises(BackupOfNewerVersion):
        unpack(archive_with(tmp_path / "newer.tar.gz", **{"ryorin-backup.json": label}), tmp_path)
