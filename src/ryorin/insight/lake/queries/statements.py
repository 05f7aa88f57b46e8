"""Questions put once and asked often: Ibis makes their SQL a single time, each asking fills in tables and bounds.

A question is made from `blank` tables and `bound` moments; putting it into SQL takes longer than most answers.
"""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.rules import TOUCHPOINTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

RAW = ":raw"
_TABLE = re.compile(r'"@(\w+)(:raw)?"')
_BOUND = re.compile(r"'@(\w+)'")
_schemas: dict[tuple[str, bool], Any] = {}
_statements: dict[tuple[Any, ...], str] = {}
_making = threading.Lock()


def blank(name: str, *, raw: bool = False) -> "ir.Table":
    """Return a table with the columns of a published one, or of touchpoints, that stands for it in a question."""
    import ibis

    key = (name, raw)
    if key not in _schemas:
        view = lake().resolved() if name == TOUCHPOINTS and not raw else lake().look(name).view
        _schemas[key] = lake().ibis().table(view).schema()
    return ibis.table(_schemas[key], name=f"@{name}{RAW if raw else ''}")


def bound(name: str, *, is_date: bool = False) -> Any:
    """Return what stands in a question for a moment, or a day, that each asking brings along."""
    import ibis

    return ibis.literal(f"@{name}").cast("date" if is_date else "timestamp('UTC')")


def answer(
    key: tuple[Any, ...], make: Callable[[], "ir.Table"], bounds: Mapping[str, date | datetime]
) -> list[dict[str, Any]]:
    """Return the rows of the answer; `make` builds the question the first time `key` is asked in this process."""
    if key not in _statements:
        with _making:
            _statements[key] = str(lake().ibis().compile(make()))
    text = _TABLE.sub(lambda found: f'"{_view(found[1], bool(found[2]))}"', _statements[key])
    text = _BOUND.sub(lambda found: f"'{bounds[found[1]].isoformat()}'", text)
    cursor = lake().cursor().execute(text)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _view(name: str, raw: bool) -> str:
    return lake().resolved() if name == TOUCHPOINTS and not raw else lake().look(name).view
