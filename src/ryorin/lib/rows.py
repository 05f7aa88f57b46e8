"""Writing many database rows at once: what `bulk_create` does, without making an object for each row."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Return ids nobody else will get, rising, for rows about to be inserted in this transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            last = int(row[0]) if row else 0
            return range(last + 1, last + 1 + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
    replaces: str = "",
) -> None:
    """This function will insert the rows; `columns` are database columns, values what their fields hold.

    A row takes the place of the one that has the same value in the unique column `replaces`, where one is named.
    """
    adapted = _adapted(model, columns, rows)
    if not adapted:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    ending = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    if replaces:
        anew = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column != replaces)
        ending = f' ON CONFLICT ("{replaces}") DO UPDATE SET {anew}'
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}){ending}',
            adapted,
        )


def rows_with(
    model: type[models.Model], columns: Sequence[str], wanted: Sequence[str], keys: Iterable[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    """Return the `wanted` columns of the rows whose `columns` hold one of the keys; let an index begin with them."""
    found = list(dict.fromkeys(tuple(key) for key in keys))
    if not found:
        return []
    names = ", ".join(f't."{column}"' for column in wanted)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            parts = ", ".join(f"value->>{place}" for place in range(len(columns)))
            source = f"(SELECT {parts} FROM json_each(%s))"
            parameter = json.dumps(found, ensure_ascii=False)
            tested = ", ".join(f't."{column}"' for column in columns)
            test = f"({tested}) IN {source}" if len(columns) > 1 else f"{tested} IN {source}"
            cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}" t WHERE {test}', [parameter])
        else:
            lists = [list(column) for column in zip(*found, strict=True)]
            types = [model._meta.get_field(_field_name(model, column)).db_type(connection) for column in columns]
            arrays = ", ".join(f"%s::{_array_type(kind)}[]" for kind in types)
            aliases = ", ".join(f"k{place}" for place in range(len(columns)))
            test = " AND ".join(f't."{column}" = k.k{place}' for place, column in enumerate(columns))
            cursor.execute(
                f'SELECT {names} FROM "{model._meta.db_table}" t JOIN unnest({arrays}) AS k({aliases}) ON {test}', lists
            )
        return _read(model, wanted, cursor.fetchall())


def _read(model: type[models.Model], columns: Sequence[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows with days and times as such, which SQLite keeps as text (times in UTC)."""
    if connection.vendor != "sqlite":
        return rows
    fields = [model._meta.get_field(_field_name(model, column)) for column in columns]
    places = [
        (place, _time_of if isinstance(field, models.DateTimeField) else _day_of)
        for place, field in enumerate(fields)
        if isinstance(field, models.DateField)
    ]
    if not places:
        return rows
    read = []
    for row in rows:
        values = list(row)
        for place, reader in places:
            if values[place]:
                values[place] = reader(values[place])
        read.append(tuple(values))
    return read


def _time_of(value: str | datetime) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)


def _day_of(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _array_type(db_type: str | None) -> str:
    return "text" if not db_type or db_type.startswith("varchar") else db_type.split(" GENERATED")[0]


@lru_cache(maxsize=256)
def _field_name(model: type[models.Model], column: str) -> str:
    return next(field.name for field in model._meta.concrete_fields if field.column == column)


def _adapted(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return the rows with the values that the database takes in another form than Python holds them."""
    needed = [
        (place, adapt)
        for place, column in enumerate(columns)
        if (adapt := _adapter(model._meta.get_field(_field_name(model, column)), connection.vendor))
    ]
    if not needed:
        return list(rows)
    adapted: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for place, adapt in needed:
            if values[place] is not None:
                values[place] = adapt(values[place])
        adapted.append(values)
    return adapted


def _adapter(field: object, vendor: str) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json
    if vendor != "sqlite":
        return None
    if isinstance(field, models.DateTimeField):
        return _sqlite_datetime
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.DecimalField):
        return str
    return None


def _json(value: Any) -> str:
    return "[]" if value == [] else json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=8192)
def _sqlite_datetime(value: datetime) -> str:
    """Return the time as Django keeps it in SQLite: in UTC, without saying so."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
