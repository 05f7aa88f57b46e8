"""A backup holds everything, and comes back whole or not at all."""

import io
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.jobs.conftest import Installation

pytestmark = pytest.mark.processes


@pytest.fixture
def company(installation: Installation) -> Installation:
    """A company with one member, a file and a lake table."""
    installation.answer(
        "init",
        "--company",
        "花園製作所",
        "--email",
        "mei@ryorin.example",
        "--family-name",
        "林",
        "--password",
        "kaze-to-hikari",
    )
    for name in ("files/quote.pdf", "lake/touchpoints/_delta_log/0.json", "lake/touchpoints/month=2026-11/a.parquet"):
        place = installation.home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(name)
    return installation


@pytest.fixture
def backup(company: Installation, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar.gz"
    assert company.answer("backup", str(file))["database"] == "sqlite"
    return file


def test_everything_comes_back_in_an_empty_place(
    backup: Path, company: Installation, make_installation: Callable[[str], Installation]
) -> None:
    other = make_installation("other")
    other.answer("restore", str(backup))
    assert [member["name"] for member in other.answer("user", "list")] == ["林"]
    assert other.answer("audit", "verify")["ok"] is True
    for name in ("files/quote.pdf", "lake/touchpoints/_delta_log/0.json", "lake/touchpoints/month=2026-11/a.parquet"):
        assert (other.home / name).read_text() == name
    assert (other.home / "secret.key").read_text() == (company.home / "secret.key").read_text()


def test_a_backup_is_readable_by_its_owner_only(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_already_is_kept(backup: Path, company: Installation) -> None:
    assert company.call("backup", str(backup)).returncode == 1


def test_data_in_the_way_is_replaced_only_by_force(backup: Path, company: Installation) -> None:
    (company.home / "files/later.pdf").write_text("later")
    assert company.call("restore", str(backup)).returncode == 1
    assert (company.home / "files/later.pdf").exists()
    assert company.call("restore", "--force", str(backup)).returncode == 0
    assert not (company.home / "files/later.pdf").exists()


def test_nothing_is_restored_under_a_working_worker(backup: Path, company: Installation) -> None:
    with closing(sqlite3.connect(company.home / "ryorin.sqlite3")) as database:
        columns = "(name, holder, until, last_error) VALUES ('duty:drain', 'other.example:1', '2999-01-01', '')"
        database.execute(f"INSERT INTO workspace_leases_lease {columns}")
        database.commit()
    refused = company.call("restore", "--force", str(backup))
    assert refused.returncode == 1
    assert "other.example:1" in refused.stderr


@pytest.mark.parametrize("content", ["nothing", "truncated", "foreign", "climbing"])
def test_what_is_no_backup_changes_nothing(content: str, backup: Path, company: Installation, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes({"nothing": b"", "truncated": backup.read_bytes()[:2000]}.get(content, b""))
    if content in ("foreign", "climbing"):
        with tarfile.open(broken, "w:gz") as archive:
            entry = tarfile.TarInfo("../../escaped" if content == "climbing" else "holiday.jpg")
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"abc"))
    refused = company.call("restore", "--force", str(broken))
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert [member["name"] for member in company.answer("user", "list")] == ["林"]
