"""What every table read from a file looks like."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ryorin.lib.tables.errors import TableUnreadable

MOST_COLUMNS = 1_000


class Row(NamedTuple):
    """One record: the line it begins on, one text per column, and what is wrong with it (Japanese, None if nothing)."""

    line: int
    values: list[str]
    problem: str | None


class Table(Protocol):
    """A file being read; `size_hint` and `position()` are in the same unit and serve to show progress."""

    encoding: str
    delimiter: str
    columns: list[str]
    size_hint: int

    def rows(self) -> Iterator[Row]:
        """Return the records below the header, blank ones left out; once only."""

    def position(self) -> int:
        """Return how far reading has come."""


def checked_columns(header: list[str]) -> list[str]:
    """Return the names of the columns; TableUnreadable where there are none, too many, or two alike."""
    names = [name.strip().strip("\ufeff") for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise TableUnreadable("empty")
    if len(names) > MOST_COLUMNS:
        raise TableUnreadable("too_many_columns", limit=MOST_COLUMNS)
    if blank := [column_letter(place) for place, name in enumerate(names) if not name]:
        raise TableUnreadable("empty_columns", places="、".join(blank[:10]))
    if twice := list(dict.fromkeys(name for name in names if names.count(name) > 1)):
        raise TableUnreadable("duplicate_columns", names="、".join(name[:40] for name in twice[:10]))
    return names


def column_letter(place: int) -> str:
    """Return the letters a spreadsheet shows above a column, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
