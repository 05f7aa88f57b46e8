"""Where the tables of the lake lie, and which version of each is the newest."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ryorin.insight.lake.rules import FRESH, MONTH, TIER, MonthState
from ryorin.lib.published import Column, Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

CONFIGURATION = {
    "delta.logRetentionDuration": "interval 6 hours",
    "delta.deletedFileRetentionDuration": "interval 1 hours",
    "delta.checkpointInterval": "50",
}


def place(name: str) -> str:
    """Return the folder of a table."""
    return f"{str(settings.LAKE).rstrip('/')}/{name}"


def open_table(name: str) -> "DeltaTable | None":
    """Return the table as it is now, None before its first row."""
    from deltalake import DeltaTable

    return DeltaTable(place(name)) if DeltaTable.is_deltatable(place(name)) else None


def arrow_type(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    return {
        Kind.INT: pa.int64(),
        Kind.FLOAT: pa.float64(),
        Kind.TEXT: pa.string(),
        Kind.BOOL: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.TIME: pa.timestamp("us", tz="UTC"),
    }[kind]


def arrow_schema(columns: Iterable[Column]) -> "pa.Schema":
    """Return the Arrow schema of published columns."""
    import pyarrow as pa

    return pa.schema([(column.name, arrow_type(column.kind)) for column in columns])


def is_version_current(name: str, version: int) -> bool:
    """Return whether no version after this one was committed; two look-ups in the log, nothing is read.

    The log forgets old versions, this one before the next: where this one is gone, there is a newer one.
    """
    log = Path(place(name), "_delta_log")
    return (log / f"{version:020}.json").exists() and not (log / f"{version + 1:020}.json").exists()


def files_of(table: "DeltaTable") -> list[dict[str, Any]]:
    """Return the table's files with rows and partition values, as its log knows them."""
    import pyarrow as pa

    actions = pa.table(table.get_add_actions(flatten=True))
    known = [column for column in actions.column_names if not column.startswith(("min.", "max.", "null_count."))]
    rows: list[dict[str, Any]] = actions.select(known).to_pylist()
    return rows


def who_lies_where(table: "DeltaTable", files: tuple[str, ...]) -> tuple[tuple[str, int | None, int | None], ...]:
    """Return each of the table's files with the lowest and the highest person (or browser) in it; None: not told."""
    import pyarrow as pa

    actions = pa.table(table.get_add_actions(flatten=True))
    bounds = [
        actions[name].to_pylist() if name in actions.column_names else [None] * len(files)
        for name in ("min.who", "max.who")
    ]
    paths = actions["path"].to_pylist()
    if [file.endswith(path) for file, path in zip(files, paths, strict=True)].count(False):
        return tuple((file, None, None) for file in files)
    return tuple(zip(files, *bounds, strict=True))


def months(table: "DeltaTable") -> dict[str, MonthState]:
    """Return how each month of touchpoints lies, in order of time."""
    states: dict[str, MonthState] = {}
    for file in files_of(table):
        month, tier = file[f"partition.{MONTH.name}"], file[f"partition.{TIER.name}"]
        states[month] = states.get(month, MonthState(month)).plus(tier or FRESH, file["num_records"])
    return dict(sorted(states.items()))
