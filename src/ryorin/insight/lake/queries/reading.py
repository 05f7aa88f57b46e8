"""The DuckDB of this process over the tables of the lake: a view for each version, a cursor for each thread."""

import os
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ryorin.insight.lake.queries.catalogue import published_table
from ryorin.insight.lake.queries.storage import is_version_current, open_table, who_lies_where
from ryorin.insight.lake.rules import COLUMNS, MONTH, TOUCHPOINTS, TURN, WHO_OF_VISITOR
from ryorin.lib.published import Column, Kind

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
THREADS = 2
SETTINGS = (
    "TimeZone = 'UTC'",
    "parquet_metadata_cache = true",
    "preserve_insertion_order = false",
    "late_materialization_max_rows = 0",  # it opens every file a second time for the newest fifty rows
)
VIEWS_LIVE = 600  # seconds; an expression made just before a new version came may still run
DUCKDB_TYPES = {
    Kind.INT: "BIGINT",
    Kind.FLOAT: "DOUBLE",
    Kind.TEXT: "VARCHAR",
    Kind.BOOL: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIME: "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class Seen:
    """A table as this process last saw it; version -1: it has no rows yet.

    `held` are the columns its files have; `bounds` of touchpoints say which people's lie in which file.
    """

    version: int
    view: str
    files: tuple[str, ...] = ()
    turn: int = 0
    held: frozenset[str] = frozenset()
    bounds: tuple[tuple[str, int | None, int | None], ...] = ()


class Lake:
    """One folder of tables, opened for reading; threads may share it."""

    def __init__(self, folder: str) -> None:
        import duckdb

        self.folder = folder
        self.lock = threading.RLock()
        self.own = threading.local()
        self.seen: dict[str, Seen] = {}
        self.retired: list[tuple[float, str]] = []
        self.root = duckdb.connect(":memory:")
        spill = f"{gettempdir()}/ryorin-{os.getpid()}"
        for setting in (f"threads = {THREADS}", f"memory_limit = '{MEMORY}'", f"temp_directory = '{spill}'"):
            self.root.execute(f"SET GLOBAL {setting}")
        for setting in SETTINGS:
            self.root.execute(f"SET GLOBAL {setting}")

    def cursor(self) -> "duckdb.DuckDBPyConnection":
        """Return this thread's connection to the one DuckDB of the process."""
        if not hasattr(self.own, "cursor"):
            self.own.cursor = self.root.cursor()
        cursor: duckdb.DuckDBPyConnection = self.own.cursor
        return cursor

    def ibis(self) -> Any:
        """Return Ibis over this thread's connection."""
        if not hasattr(self.own, "ibis"):
            import ibis

            self.own.ibis = ibis.duckdb.from_connection(self.cursor())
        return self.own.ibis

    def look(self, name: str) -> Seen:
        """Return the newest version of a table and the view that reads it."""
        seen = self.seen.get(name)
        if seen is not None and seen.version >= 0 and is_version_current(name, seen.version):
            return seen
        with self.lock:
            return self._look_again(name, seen)

    def around(self, keys: Collection[int]) -> str:
        """Return the SELECT of the touchpoints among which those of a few people (or browsers) are."""
        seen = self.look(TOUCHPOINTS)
        files = tuple(
            file
            for file, low, high in seen.bounds
            if low is None or high is None or any(low <= key <= high for key in keys)
        )
        return source_of(TOUCHPOINTS, files, seen.held)

    def resolved(self) -> str:
        """Return the view of touchpoints in which a visitor who is a known person carries that person's id."""
        raw, identities = self.look(TOUCHPOINTS), self.look("identities")
        name = f"{raw.view}_of_{identities.view}"
        with self.lock:
            if name not in self.seen:
                self._create(name, RESOLVED.format(raw=raw.view, identities=identities.view))
                self._retire_resolved()
                self.seen[name] = Seen(raw.version, name)
        return name

    def _look_again(self, name: str, before: Seen | None) -> Seen:
        table = open_table(name)
        version = -1 if table is None else table.version()
        now = self.seen.get(name) or before
        if now is not None and now.version == version:
            return now
        files = () if table is None else tuple(table.file_uris())
        view = f"{name}_v{version}" if files else f"{name}_empty"
        held = frozenset(field.name for field in table.schema().fields) if table is not None else frozenset()
        bounds = who_lies_where(table, files) if table is not None and name == TOUCHPOINTS else ()
        self._create(view, source_of(name, files, held))
        if now is not None and now.view != view:
            self.retired.append((time.monotonic(), now.view))
        self._drop_old()
        turn = 0 if table is None else table.transaction_version(TURN) or 0
        self.seen[name] = Seen(version, view, files, turn, held, bounds)
        return self.seen[name]

    def _retire_resolved(self) -> None:
        for name in [name for name in self.seen if "_of_" in name]:
            self.retired.append((time.monotonic(), name))
            del self.seen[name]

    def _create(self, view: str, select: str) -> None:
        self.root.cursor().execute(f'CREATE OR REPLACE VIEW "{view}" AS {select}')

    def _drop_old(self) -> None:
        while self.retired and self.retired[0][0] < time.monotonic() - VIEWS_LIVE:
            self.root.cursor().execute(f'DROP VIEW IF EXISTS "{self.retired.pop(0)[1]}"')


RESOLVED = f"""
SELECT * EXCLUDE (who), person_id AS raw_person_id FROM "{{raw}}" WHERE who >= 0
UNION ALL
SELECT t.* EXCLUDE (who) REPLACE (i.person_id AS person_id), CAST(NULL AS BIGINT) AS raw_person_id
FROM "{{raw}}" AS t LEFT JOIN (
  SELECT {WHO_OF_VISITOR.format(visitor="visitor")} AS who, person_id FROM "{{identities}}"
) AS i ON i.who = t.who WHERE t.who < 0 OR t.who IS NULL
"""

_lakes: dict[str, Lake] = {}
_opening = threading.Lock()


def lake() -> Lake:
    """Return the lake of this installation, opened once in this process."""
    folder = str(settings.LAKE)
    opened = _lakes.get(folder)
    if opened is None:
        with _opening:
            if folder not in _lakes:
                _lakes.clear()
                _lakes[folder] = Lake(folder)
            opened = _lakes[folder]
    return opened


def source_of(name: str, files: tuple[str, ...], held: Collection[str]) -> str:
    """Return the SELECT that gives a table's columns from its files; without files, typed and empty.

    A column that a newer version of the program added is empty until the table has been published again.
    """
    wanted = ", ".join(
        f'"{column.name}"'
        if files and column.name in held
        else f'CAST(NULL AS {DUCKDB_TYPES[column.kind]}) AS "{column.name}"'
        for column in columns_of(name)
    )
    if not files:
        return f"SELECT {wanted} WHERE false"
    return f"SELECT {wanted} FROM {parquet(files, hive=name == TOUCHPOINTS)}"


def parquet(files: tuple[str, ...] | list[str], *, hive: bool) -> str:
    """Return the DuckDB source that reads these files."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    partitions = ", hive_partitioning = true, hive_types = {'month': VARCHAR, 'tier': VARCHAR}" if hive else ""
    return f"read_parquet([{listed}]{partitions})"


def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns one reads from a table of the lake."""
    return (*COLUMNS, MONTH) if name == TOUCHPOINTS else published_table(name).columns
