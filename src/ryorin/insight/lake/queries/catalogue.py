"""Which tables are published: what each leaf says in its `published.py`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import ForeignKey, Model

from ryorin.insight.lake.errors import TableUnknown
from ryorin.lib.published import PublishedTable


@cache
def published_tables() -> dict[str, PublishedTable]:
    """Return every published table by its name."""
    tables: dict[str, PublishedTable] = {}
    for app in apps.get_app_configs():
        module = f"{app.name}.published"
        if app.name.startswith("ryorin.") and find_spec(module) is not None:
            for table in import_module(module).TABLES:
                if table.name in tables:
                    raise ValueError(f"two tables are published as {table.name}")
                tables[table.name] = table
    return tables


def published_table(name: str) -> PublishedTable:
    """Return the published table of that name; refuses unknown ones."""
    try:
        return published_tables()[name]
    except KeyError:
        raise TableUnknown(name=name) from None


def model_of(table: PublishedTable) -> type[Model]:
    return apps.get_model(table.model)


@cache
def mentions(name: str) -> tuple[tuple[str, str], ...]:
    """Return (record type, column) for each column of a published table that names a record whose deletion is told."""
    told = {model_of(table): table.record_type for table in published_tables().values() if table.record_type}
    table = published_table(name)
    columns = {column.read_from: column.name for column in table.columns}
    return tuple(
        (told[field.related_model], columns[field.column])
        for field in model_of(table)._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model in told and field.column in columns
    )
