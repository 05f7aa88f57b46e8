"""One way to open a table, whatever the format of its file."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ryorin.lib.tables.delimited import open_delimited
from ryorin.lib.tables.errors import TableUnreadable
from ryorin.lib.tables.rows import Table
from ryorin.lib.tables.workbooks import open_workbook

_OTHER_FORMATS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")


@contextmanager
def open_table(
    path: str | Path, *, encoding: str | None = None, sheet: str | None = None, skip_lines: int = 0
) -> Iterator[Table]:
    """Return the table in a CSV, TSV, semicolon or XLSX file, told by its content; TableUnreadable where it is none."""
    path = Path(path)
    with path.open("rb") as file:
        start = file.read(8)
    opened: AbstractContextManager[Table]
    if start.startswith(b"PK\x03\x04"):
        opened = open_workbook(path, sheet=sheet, skip_lines=skip_lines)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableUnreadable("old_excel")
    elif start.startswith(_OTHER_FORMATS):
        raise TableUnreadable("not_a_table")
    else:
        opened = open_delimited(path, encoding=encoding, skip_lines=skip_lines)
    with opened as table:
        yield table
