"""Rows of the database as Arrow: over a connection of their own, or inside the transaction that is open."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from ryorin.insight.lake.queries.storage import arrow_schema, arrow_type
from ryorin.lib.published import Column, Kind

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
CONNECTION_WORDS = ("dbname", "host", "port", "user", "password", "sslmode", "sslrootcert", "service", "options")


def select(columns: Iterable[Column], source: str) -> str:
    """Return the SELECT of these columns, with `source` as what follows FROM (the table is called t there)."""
    return f"SELECT {', '.join(f'{expression(column)} AS {quoted(column.name)}' for column in columns)} FROM {source}"


def expression(column: Column) -> str:
    """Return the SQL that reads a column so that Arrow understands it."""
    name = f"t.{quoted(column.read_from)}"
    if column.kind is Kind.TEXT:
        return f"CAST({name} AS text)"
    if column.kind is Kind.FLOAT:
        return f"CAST({name} AS {'real' if is_sqlite() else 'double precision'})"
    return name


def microseconds(expression: str) -> str:
    """Return the SQL of a moment as a whole number."""
    if not is_sqlite():
        return f"CAST(extract(epoch FROM {expression}) * 1000000 AS bigint)"
    fraction = f"CAST(substr({expression} || '', 21, 6) AS integer)"
    return f"(CAST(strftime('%s', {expression}) AS integer) * 1000000 + {fraction})"


def moment(at: datetime) -> str:
    """Return an aware moment as a literal that compares with stored ones: SQLite keeps UTC without saying so."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return f"'{text}'" if is_sqlite() else f"'{text}+00'"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def fetch(sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a short answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def read(sql: str, columns: tuple[Column, ...]) -> "pa.Table":
    """Return the rows of a SELECT with exactly these columns."""
    import pyarrow as pa

    return pa.Table.from_batches(batches(sql, columns), schema=arrow_schema(columns))


def reader(sql: str, columns: tuple[Column, ...]) -> "pa.RecordBatchReader":
    """Return the rows of a SELECT as a stream that another thread may read, to spare memory."""
    import pyarrow as pa

    found: Iterable[pa.RecordBatch] = batches(sql, columns)
    if is_seen_here_only():
        found = list(found)
    return pa.RecordBatchReader.from_batches(arrow_schema(columns), found)


def batches(sql: str, columns: tuple[Column, ...]) -> Iterator["pa.RecordBatch"]:
    """Yield the rows of a SELECT, read by the connection that sees them."""
    raw = _through_django(sql, columns) if is_seen_here_only() else _alone(sql, columns)
    for batch in raw:
        yield _typed(batch, columns)


def is_seen_here_only() -> bool:
    """Return whether only this connection sees its rows: those of an open transaction, or of a database in memory."""
    is_in_memory = is_sqlite() and "mode=memory" in str(connection.settings_dict["NAME"])
    return connection.in_atomic_block or is_in_memory


def _through_django(sql: str, columns: tuple[Column, ...]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield pa.record_batch([pa.array(values) for values in zip(*rows, strict=True)], [c.name for c in columns])


def _alone(sql: str, columns: tuple[Column, ...]) -> Iterator["pa.RecordBatch"]:
    """Yield the rows of a SELECT over a connection of its own, which another thread may use."""
    if is_sqlite():
        yield from _through_sqlite(sql, columns)
        return
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(_conninfo()) as opened, opened.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetch_record_batch()


def _through_sqlite(sql: str, columns: tuple[Column, ...]) -> Iterator["pa.RecordBatch"]:
    """Yield the rows of a SELECT from the database file, by Python's own SQLite and by no other.

    A second copy of SQLite in one process gives away the locks of the first whenever it closes the file
    (https://www.sqlite.org/howtocorrupt.html, 2.2.1): then two processes write at once, and commits are lost.
    """
    import pyarrow as pa

    stored = {Kind.INT: pa.int64(), Kind.BOOL: pa.int64(), Kind.FLOAT: pa.float64()}
    types = [stored.get(column.kind, pa.string()) for column in columns]
    names = [column.name for column in columns]
    address = f"{Path(connection.settings_dict['NAME']).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20, check_same_thread=False)) as opened:
        cursor = opened.execute(sql)
        while rows := cursor.fetchmany(BATCH_ROWS):
            values = zip(zip(*rows, strict=True), types, strict=True)
            yield pa.record_batch([pa.array(column, kind) for column, kind in values], names)


def _typed(batch: "pa.RecordBatch", columns: tuple[Column, ...]) -> "pa.RecordBatch":
    import pyarrow as pa

    arrays = [_cast(batch.column(place), column.kind) for place, column in enumerate(columns)]
    return pa.record_batch(arrays, schema=arrow_schema(columns))


def _cast(values: "pa.Array", kind: Kind) -> "pa.Array":
    import pyarrow as pa

    if kind is Kind.TIME and pa.types.is_string(values.type):
        values = values.cast(pa.timestamp("us"))
    return values.cast(arrow_type(kind))


def _conninfo() -> str:
    from psycopg.conninfo import make_conninfo

    known = connection.get_connection_params()
    return make_conninfo("", **{word: known[word] for word in CONNECTION_WORDS if known.get(word)})
