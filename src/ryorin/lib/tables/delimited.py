"""Text tables: encoding, delimiter, and quotes that may be broken, at the speed of the csv module."""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from django.utils.translation import gettext as _

from ryorin.lib.tables.encodings import REPLACEMENT, detect_encoding, known_encoding
from ryorin.lib.tables.errors import TableUnreadable
from ryorin.lib.tables.rows import Row, checked_columns
from ryorin.lib.tables.writing import restored_cell

MOST_CHARACTERS = 1 << 20  # of one record
MOST_LINES = 200  # of one record: a quote still open after that was never closed
_DELIMITERS = ",\t;"


@contextmanager
def open_delimited(path: Path, *, encoding: str | None, skip_lines: int) -> Iterator["DelimitedTable"]:
    """Return the text table in the file."""
    if encoding is None:
        codec, clean = detect_encoding(path)
    elif (known := known_encoding(encoding)) is not None:
        codec, clean = known, False
    else:
        raise TableUnreadable("unknown_encoding", encoding=encoding[:40])
    csv.field_size_limit(MOST_CHARACTERS)
    errors = "ryorin_euc" if codec == "euc_jp" else "replace"
    with path.open("rb") as raw, TextIOWrapper(raw, encoding=codec, errors=errors, newline="") as text:
        yield DelimitedTable(raw, text, codec, path.stat().st_size, skip_lines, clean)


class _Broken(Exception):
    """The record being read cannot be finished."""


class DelimitedTable:
    """A text table being read from its start."""

    def __init__(
        self, raw: BufferedReader, text: TextIOWrapper, encoding: str, size: int, skip_lines: int, clean: bool
    ) -> None:
        self.encoding = encoding
        self.size_hint = size
        self._raw = raw
        self._lines = _Lines(text, clean)
        for _each in range(skip_lines):
            next(self._lines, None)
        self._lines.end_record()
        self.delimiter = _delimiter_of(self._lines.peek())
        self.columns = self._header()

    def position(self) -> int:
        """Return how many bytes have been read (a little ahead of the rows handed out)."""
        return self._raw.tell()

    def rows(self) -> Iterator[Row]:
        """Return the records below the header."""
        lines, width = self._lines, len(self.columns)
        end_record = lines.end_record
        reader = self._reader()
        while True:
            line = lines.number + 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Broken):
                yield self._broken_row(line)
                reader = self._reader()
                continue
            problem = None
            if len(values) != width:
                values, problem = _fitted(values, width)
            if lines.strange:
                values, problem = self._strange(values, problem)
            end_record()
            if any(values):
                yield Row(line, values, problem)

    def _reader(self) -> Iterator[list[str]]:
        """Return a strict reader of the remaining lines: quotes that do not match are errors, not guesses."""
        return csv.reader(self._lines, delimiter=self.delimiter, strict=True)

    def _header(self) -> list[str]:
        """Return the names of the columns from the first record that is not blank."""
        reader = self._reader()
        while True:
            line = self._lines.number + 1
            try:
                values = next(reader)
            except StopIteration:
                raise TableUnreadable("empty") from None
            except (csv.Error, _Broken):
                raise TableUnreadable("header_unreadable", line=line) from None
            self._lines.end_record()
            if any("\0" in value for value in values):
                raise TableUnreadable("not_a_table")
            if any(value.strip() for value in values):
                return checked_columns(values)

    def _broken_row(self, line: int) -> Row:
        """Return the one line that cannot be read as it is, and go on with the line behind it."""
        if self._lines.too_long:
            self._lines.skip_to_next_line()
            return Row(line, [], _("1行が長すぎます（%(limit)s文字まで）。") % {"limit": f"{MOST_CHARACTERS:,}"})
        start = self._lines.back_to_second_line()
        values = next(csv.reader([start.rstrip("\r\n")], delimiter=self.delimiter), [])
        return Row(line, values, _('引用符（"）が閉じていないか、位置が正しくありません。'))

    def _strange(self, values: list[str], problem: str | None) -> tuple[list[str], str | None]:
        """Return the values of a record with an apostrophe, a NUL or a byte that did not decode, and its problem."""
        if self._lines.has_apostrophe:
            values = [restored_cell(value) for value in values]
        if self._lines.has_nul:
            values = [value.replace("\0", "") for value in values]
            problem = _("使用できない制御文字（NUL）が含まれています。")
        elif self._lines.has_bad_bytes:
            problem = _("文字コード（%(encoding)s）として読み取れない文字があります。") % {"encoding": self.encoding}
        return values, problem


class _Lines:
    """The lines of a file, with those of the unfinished record kept to go back to."""

    def __init__(self, text: TextIOWrapper, clean: bool) -> None:
        self.number = 0
        self.too_long = False
        self.strange = self.has_nul = self.has_bad_bytes = self.has_apostrophe = False
        self._readline = text.readline
        self._clean = clean
        self._kept: list[str] = []
        self._characters = 0
        self._again: deque[str] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._readline(MOST_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        self._kept.append(line)
        if len(self._kept) > 1 or len(line) >= MOST_CHARACTERS:
            self._check_size(line)
        if "\0" in line:
            self.strange = self.has_nul = True
        if "'" in line:
            self.strange = self.has_apostrophe = True
        if not self._clean and REPLACEMENT in line:
            self.strange = self.has_bad_bytes = True
        return line

    def peek(self) -> str:
        """Return the next line that is not blank without taking it."""
        taken: list[str] = []
        for line in self:
            taken.append(line)
            if line.strip():
                break
        self.number -= len(taken)
        self._again.extendleft(reversed(taken))
        self.end_record()
        return taken[-1] if taken else ""

    def end_record(self) -> None:
        """Forget the lines of the record that is done."""
        self._kept.clear()
        if self._characters:
            self._characters = 0
        if self.strange:
            self.strange = self.has_nul = self.has_bad_bytes = self.has_apostrophe = False

    def back_to_second_line(self) -> str:
        """Return the first line of the unfinished record, and give its other lines out again."""
        first, *others = self._kept
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        self.end_record()
        return first

    def skip_to_next_line(self) -> None:
        """Pass over the rest of a line that is too long."""
        while (part := self._readline(MOST_CHARACTERS)) and not part.endswith(("\n", "\r")):
            continue
        self.too_long = False
        self.end_record()

    def _check_size(self, line: str) -> None:
        """Raise where a line, or a record of many lines, is beyond bounds."""
        if len(line) >= MOST_CHARACTERS and not line.endswith(("\n", "\r")):
            if len(self._kept) == 1:
                self.too_long = True
            raise _Broken
        self._characters += len(line)
        if len(self._kept) > MOST_LINES or self._characters > MOST_CHARACTERS:
            raise _Broken


def _delimiter_of(line: str) -> str:
    """Return the delimiter that cuts the header line into most columns, a comma where none does."""
    outside_quotes = Counter("".join(line.split('"')[::2]))
    return max(_DELIMITERS, key=lambda delimiter: outside_quotes[delimiter])


def _fitted(values: list[str], width: int) -> tuple[list[str], str | None]:
    """Return the values without blank ones beyond the header, and what is wrong with their number."""
    if not any(values[width:]) and len(values) > width:
        return values[:width], None
    if len(values) <= 1 and not any(values):
        return [], None
    shown = {"found": len(values), "expected": width}
    return values, _("列の数が見出しと合いません（見出し%(expected)s列、この行%(found)s列）。") % shown
