"""Tables handed out as files; no cell of them runs as a formula."""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from typing import IO, Any

_RISKY = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:,\d{3})*(?:\.\d*)?|\.\d+)%?")
_ROWS_A_CHUNK = 500
_CP932_STAND_INS = {
    "〜": "～",
    "−": "－",
    "—": "―",
    "–": "―",
    "‐": "－",
    "‑": "-",
    "‖": "∥",
    "¢": "￠",
    "£": "￡",
    "¬": "￢",
    "¥": "\\",
}


def safe_cell(value: str) -> str:
    """Return the text with a ' before what a spreadsheet would run; numbers stay as they are."""
    return f"'{value}" if value.startswith(_RISKY) and not _NUMBER.fullmatch(value) else value


def restored_cell(value: str) -> str:
    """Return the text as it was before `safe_cell`, so that what we exported can be read back."""
    return value[1:] if value[:1] == "'" and value[1:].startswith(_RISKY) else value


def csv_chunks(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8-sig"
) -> Iterator[bytes]:
    """Return a CSV file's bytes piece by piece (for a streamed answer); what CP932 lacks becomes its like or 〓."""
    if encoding == "utf-8-sig":
        yield codecs.BOM_UTF8
        encoding = "utf-8"
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(_text(value)) for value in row])
        if number % _ROWS_A_CHUNK == 0:
            yield _taken(buffer, encoding)
    yield _taken(buffer, encoding)


def write_csv(
    stream: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8-sig"
) -> None:
    """Write a CSV file to a binary stream, in "utf-8-sig" (Excel reads it) or "cp932"."""
    for chunk in csv_chunks(columns, rows, encoding=encoding):
        stream.write(chunk)


def write_xlsx(stream: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a workbook of one sheet to a binary stream, numbers and days as such, text never as a formula or link."""
    import xlsxwriter  # only where a workbook is written: it is slow to load

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(columns):
            sheet.write_string(0, place, safe_cell(name), bold)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                _write_cell(sheet, line, place, value, moment if isinstance(value, datetime) else day)


def _write_cell(sheet: Any, line: int, place: int, value: Any, day_format: Any) -> None:
    """Write one value in the type a spreadsheet has for it."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float, Decimal)) and -(10**15) < value < 10**15:
        sheet.write_number(line, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, day_format)
    else:
        sheet.write_string(line, place, safe_cell(_text(value))[:32_767])


def _text(value: Any) -> str:
    """Return a value as text: ISO dates, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _taken(buffer: StringIO, encoding: str) -> bytes:
    """Return what the buffer holds as bytes, and empty it."""
    data = buffer.getvalue().encode(encoding, errors="ryorin_cp932" if encoding == "cp932" else "strict")
    buffer.seek(0)
    buffer.truncate()
    return data


def _encode_stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what stands in CP932 for the characters it lacks: the like, the plain form, or 〓."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_stand_in, error.object[error.start : error.end])), error.end


def _stand_in(letter: str) -> str:
    """Return the character or characters of CP932 nearest to one it lacks."""
    plain = _CP932_STAND_INS.get(letter) or unicodedata.normalize("NFKC", letter)
    try:
        plain.encode("cp932")
    except UnicodeEncodeError:
        return "〓"
    return plain


codecs.register_error("ryorin_cp932", _encode_stand_in)
