"""Questions put once and asked often: Ibis makes their SQL a single time, each asking fills in tables and bounds.

A question is made from `blank` tables and `bound` moments. Putting it into SQL takes longer than most answers, and
loading Ibis longer still, so the SQL is kept in the data folder for as long as the program is the same.
"""

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.rules import TOUCHPOINTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT_IN = "statements.json"
RAW = ":raw"
_TABLE = re.compile(r'"@(\w+)(:raw)?"')
_BOUND = re.compile(r"'@(\w+)'")
_schemas: dict[tuple[str, bool], Any] = {}
_statements: dict[str, str] = {}
_making = threading.RLock()
_is_read = False


def blank(name: str, *, raw: bool = False) -> "ir.Table":
    """Return a table with the columns of a published one, or of touchpoints, that stands for it in a question."""
    import ibis

    key = (name, raw)
    if key not in _schemas:
        _schemas[key] = lake().ibis().table(_view(name, raw)).schema()
    return ibis.table(_schemas[key], name=f"@{name}{RAW if raw else ''}")


def bound(name: str, *, is_date: bool = False) -> Any:
    """Return what stands in a question for a moment, or a day, that each asking brings along."""
    import ibis

    return ibis.literal(f"@{name}").cast("date" if is_date else "timestamp('UTC')")


def answer(
    key: tuple[Any, ...], make: Callable[[], "ir.Table"], bounds: Mapping[str, date | datetime]
) -> list[dict[str, Any]]:
    """Return the rows of the answer; `make` builds the question the first time `key` is asked."""
    text = _TABLE.sub(lambda found: f'"{_view(found[1], bool(found[2]))}"', statement(repr(key), make))
    text = _BOUND.sub(lambda found: f"'{bounds[found[1]].isoformat()}'", text)
    cursor = lake().cursor().execute(text)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def statement(key: str, make: Callable[[], "ir.Table"]) -> str:
    """Return the SQL of the question, from memory, from the data folder, or made now."""
    global _is_read
    with _making:
        if not _is_read:
            _statements.update(kept())
            _is_read = True
        if key not in _statements:
            _statements[key] = str(lake().ibis().compile(make()))
            keep()
        return _statements[key]


def kept() -> dict[str, str]:
    """Return the statements of the data folder, none where another program made them."""
    try:
        data = json.loads(Path(settings.HOME, KEPT_IN).read_text(encoding="utf-8"))
        return dict(data["statements"]) if data["of"] == program() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def keep() -> None:
    """This function will write the statements to the data folder, beside those another process has made meanwhile."""
    file = Path(settings.HOME, KEPT_IN)
    new = file.with_suffix(f".{os.getpid()}")
    try:
        new.write_text(json.dumps({"of": program(), "statements": kept() | _statements}), encoding="utf-8")
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)  # a folder that cannot be written costs time, nothing else


@cache
def program() -> str:
    """Return what the statements depend on: every source file of the program, and Ibis."""
    package = Path(str(files("ryorin")))
    parts = hashlib.sha256(version("ibis-framework").encode())
    for file in sorted(package.glob("**/*.py")):
        status = file.stat()
        parts.update(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return parts.hexdigest()


def _view(name: str, raw: bool) -> str:
    return lake().resolved() if name == TOUCHPOINTS and not raw else lake().look(name).view
