"""Tables of the lake for metrics, conditions and pages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ryorin.insight.lake.queries.catalogue import published_tables
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.rules import TOUCHPOINTS

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa


def connect() -> Any:
    """Return Ibis over the lake, for this thread only."""
    return lake().ibis()


def table(name: str, *, raw: bool = False) -> "ir.Table":
    """Return a table as it is now, for this thread only: a published one, or "touchpoints".

    Touchpoints of a visitor who is a known person carry that person's id, and their own in raw_person_id; `raw` leaves
    out this joining, for questions in which nobody asks who it was.
    """
    view = lake().resolved() if name == TOUCHPOINTS and not raw else lake().look(name).view
    return lake().ibis().table(view)


def sql(query: str, *names: str) -> "duckdb.DuckDBPyRelation":
    """Return the answer to a query in DuckDB's SQL in which {name} stands for a table."""
    views = {name: f'"{lake().resolved() if name == TOUCHPOINTS else lake().look(name).view}"' for name in names}
    return lake().cursor().sql(query.format(**views))


def ask(query: str, *names: str, **given: "pa.Table") -> "pa.Table":
    """Return the answer to a query in DuckDB's SQL in which {name} stands for a table, beside tables given by name."""
    views = {name: f'"{lake().resolved() if name == TOUCHPOINTS else lake().look(name).view}"' for name in names}
    cursor = lake().cursor()
    for name, rows in given.items():
        cursor.register(name, rows)
    try:
        return cursor.sql(query.format(**views)).to_arrow_table()
    finally:
        for name in given:
            cursor.unregister(name)


def versions(names: Iterable[str] = ()) -> dict[str, int]:
    """Return the version of these tables, else of every one: as long as it is the same, so is every answer."""
    return {name: lake().look(name).version for name in names or (TOUCHPOINTS, *published_tables())}
