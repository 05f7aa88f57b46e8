"""Excel workbooks, read row by row, after a look at what they would unpack to."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ryorin.lib.tables.errors import TableUnreadable
from ryorin.lib.tables.rows import Row, checked_columns
from ryorin.lib.tables.writing import restored_cell

MOST_BYTES = 1 << 29  # of one sheet, unpacked and read as a stream
MOST_BYTES_OF_STRINGS = 64 << 20  # held in memory while reading
MOST_BYTES_OF_OTHERS = 8 << 20  # styles and the like: a byte of them becomes twenty in memory
MOST_FILES = 2_000
MOST_ROWS = 1 << 20  # what Excel itself allows
MOST_RATIO = 200  # unpacked to packed; sheets of real data stay below 30
_NEVER_READ = (
    "xl/media/",
    "xl/drawings/",
    "xl/charts/",
    "xl/pivotCache/",
    "xl/embeddings/",
    "xl/printerSettings/",
    "customXml/",
)
_SMALL = 1 << 20  # a part this small may be packed as tightly as it likes


@contextmanager
def open_workbook(path: Path, *, sheet: str | None, skip_lines: int) -> Iterator["SheetTable"]:
    """Return the table on a sheet of the workbook (the first visible one unless named)."""
    from openpyxl import load_workbook  # brings NumPy along: half a second that only readers of workbooks pay

    _check_size(path)
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers meet in a broken file
            raise TableUnreadable("broken_workbook") from error
        yield SheetTable(_sheet_of(book, sheet), path.stat().st_size, skip_lines)


def _sheet_of(book: Any, name: str | None) -> Any:
    """Return the sheet with the name, or the first one people see."""
    sheets = {sheet.title: sheet for sheet in book.worksheets if name or sheet.sheet_state == "visible"}
    if not sheets or (name is not None and name not in sheets):
        raise TableUnreadable("no_sheet", sheet=name or "", sheets="、".join(sheets))
    return sheets[name] if name is not None else next(iter(sheets.values()))


class SheetTable:
    """A sheet being read from its start."""

    encoding = "xlsx"
    delimiter = ""

    def __init__(self, sheet: Any, size: int, skip_lines: int) -> None:
        self.size_hint = size
        self._line = 0
        self._last_line = max(sheet.max_row or 0, 1)
        sheet.reset_dimensions()
        self._cells: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_row=MOST_ROWS)
        for _each in range(skip_lines):
            self._next()
        self.columns = self._header()

    def position(self) -> int:
        """Return how far reading has come, as a share of the file's bytes."""
        return min(self.size_hint, self.size_hint * self._line // self._last_line)

    def rows(self) -> Iterator[Row]:
        """Return the records below the header."""
        width = len(self.columns)
        while (cells := self._next()) is not None:
            values = [_text(cell) for cell in cells]
            beyond = values[width:]
            values = values[:width] + [""] * (width - len(values))
            problem = _("見出しのない列に値があります。") if any(beyond) else None
            if problem or any(values):
                yield Row(self._line, values, problem)

    def _header(self) -> list[str]:
        """Return the names of the columns from the first row that is not blank."""
        while (cells := self._next()) is not None:
            if any(cell not in (None, "") for cell in cells):
                return checked_columns([_text(cell) for cell in cells])
        raise TableUnreadable("empty")

    def _next(self) -> tuple[Any, ...] | None:
        """Return the cells of the next row, None behind the last."""
        self._line += 1
        try:
            return next(self._cells, None)
        except Exception as error:  # openpyxl raises whatever its parsers meet in a broken file
            raise TableUnreadable("broken_workbook") from error


def _check_size(path: Path) -> None:
    """Raise TableUnreadable where the file is no workbook or would unpack to more than we hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_FILES:
                raise TableUnreadable("workbook_too_large")
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise TableUnreadable("not_a_table")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise TableUnreadable("broken_workbook") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise TableUnreadable where a part is too large, packed too tightly, or declares entities of its own."""
    if part.filename.startswith(_NEVER_READ):
        return
    tight = part.file_size > _SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1)
    if part.file_size > _most_bytes(part.filename) or tight:
        raise TableUnreadable("workbook_too_large")
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as file:
            if b"<!DOCTYPE" in file.read(4_096):
                raise TableUnreadable("broken_workbook")


def _most_bytes(name: str) -> int:
    """Return how large a part of the workbook may be."""
    if name.startswith("xl/worksheets/"):
        return MOST_BYTES
    return MOST_BYTES_OF_STRINGS if name == "xl/sharedStrings.xml" else MOST_BYTES_OF_OTHERS


def _text(cell: Any) -> str:
    """Return a cell as CSV would hold it: ISO dates, whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return restored_cell(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
