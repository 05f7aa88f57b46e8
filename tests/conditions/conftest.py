"""The small world as tables of the database under test and of DuckDB."""

from collections.abc import Iterator

import ibis
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from tests.conditions import world


@pytest.fixture(scope="package")
def rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put the world's people into the database, in tables that exist for these tests only."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(world.Company)
            editor.create_model(world.Person)
        try:
            _fill()
            yield
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(world.Person)
                editor.delete_model(world.Company)


@pytest.fixture(scope="package")
def history() -> ibis.BaseBackend:
    """Return a DuckDB whose session thinks in another time zone than Tokyo or UTC."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'America/New_York'")
    backend.con.register("people", world.published_people())
    backend.con.register("touchpoints", world.published_touchpoints())
    backend.con.register("segment_members", world.published_members())
    return backend


def _fill() -> None:
    companies = {name: world.Company.objects.create(name=name) for name in dict.fromkeys(world.TEXTS)}
    companies[None] = None  # half of the nameless have no company at all
    world.Company.objects.create(name=None)
    world.Person.objects.bulk_create(
        world.Person(**{**person, "company": companies[person["company"]]}) for person in world.people()
    )
