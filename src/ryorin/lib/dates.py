"""Dates as people and their files write them, Japanese eras included."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

# Era, its letter, its first day; an era ends on the day before the next begins.
ERAS = (
    ("明治", "M", date(1868, 1, 25)),
    ("大正", "T", date(1912, 7, 30)),
    ("昭和", "S", date(1926, 12, 25)),
    ("平成", "H", date(1989, 1, 8)),
    ("令和", "R", date(2019, 5, 1)),
)
_DATE = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr])\s*(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
    r"\s*(?:[-/.]|年\s*)(?P<month>\d{1,2})\s*(?:[-/.]|月\s*)(?P<day>\d{1,2})(?:\s*日)?(?:\s*\([日月火水木金土祝・]+\))?"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::|時)\s*(?P<minute>\d{1,2})(?:(?::|分)\s*(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?)?[分秒]?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_EXCEL_SERIAL = re.compile(r"(?P<days>[2-7]\d{4})(?P<fraction>\.\d+)?")  # 1954 to 2119
_EXCEL_EPOCH = datetime(1899, 12, 30)


def parse_date(text: str, *, formats: Sequence[str] = ()) -> date:
    """Return the day; with `formats` (strptime) only those count. ValueError says what is wrong, fit for users."""
    if formats:
        return _by_formats(text, formats).date()
    if (quick := _iso_date(text)) is not None:
        return quick
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if serial := _EXCEL_SERIAL.fullmatch(cleaned):
        return _of_serial(serial).date()
    if match := _DATE.fullmatch(cleaned) or _COMPACT.fullmatch(cleaned):
        return _of_parts(match, text)
    return parse_datetime(text).date()


def parse_datetime(text: str, tz: str = "Asia/Tokyo", *, formats: Sequence[str] = ()) -> datetime:
    """Return the aware time; without an offset in the text it is wall-clock time in `tz`, without a time midnight."""
    zone = ZoneInfo(tz)
    if formats:
        found = _by_formats(text, formats)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    if (quick := _iso_datetime(text)) is not None:
        return quick if quick.tzinfo else quick.replace(tzinfo=zone)
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if serial := _EXCEL_SERIAL.fullmatch(cleaned):
        return _of_serial(serial).replace(tzinfo=zone)
    if not (match := _DATE.match(cleaned) or _COMPACT.match(cleaned)):
        _refuse(text)
    day, rest = _of_parts(match, text), cleaned[match.end() :].lstrip(" T")
    if not rest:
        return datetime.combine(day, time(), zone)
    if not (clock := _TIME.fullmatch(rest)):
        _refuse(text)
    return _at_time(day, clock, zone, text)


def era_of(day: date) -> tuple[str, int]:
    """Return the era and its year; ValueError before Meiji."""
    for name, _letter, first in reversed(ERAS):
        if day >= first:
            return name, day.year - first.year + 1
    raise ValueError(_("明治より前の日付は和暦で表せません。"))


def _iso_date(text: str) -> date | None:
    """Return the day of a plain "2026-11-22", the shape most files have."""
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii():
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return None


def _iso_datetime(text: str) -> datetime | None:
    """Return the time of a plain ISO text, the shape most files have."""
    if len(text) >= 16 and text[4] == "-" and text[7] == "-" and text[13] == ":" and text.isascii():
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    return None


def _by_formats(text: str, formats: Sequence[str]) -> datetime:
    """Return the time read by the first format that fits."""
    cleaned = unicodedata.normalize("NFKC", text).strip()
    for pattern in formats:
        try:
            return datetime.strptime(cleaned, pattern)
        except ValueError:
            continue
    _refuse(text)


def _of_parts(match: re.Match[str], text: str) -> date:
    """Return the day of a match of year or era, month and day."""
    parts = match.groupdict()
    month, day = int(parts["month"]), int(parts["day"])
    year = int(parts["year"]) if parts["year"] else _year_of_era(parts["era"], parts["era_year"])
    if year < 1:
        _refuse(text)
    if not 1 <= month <= 12:
        raise ValueError(_("「%(text)s」の月が正しくありません（1～12月）。") % {"text": text[:40]})
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        shown = {"text": text[:40], "year": year, "month": month, "last": last}
        raise ValueError(_("「%(text)s」は存在しない日付です。%(year)s年%(month)s月は%(last)s日までです。") % shown)
    found = date(year, month, day)
    if parts.get("era"):
        _check_era(parts["era"], found, text)
    return found


def _year_of_era(era: str, year: str) -> int:
    """Return the Western year of an era's year."""
    return _era(era)[2].year - 1 + (1 if year == "元" else int(year))


def _check_era(era: str, day: date, text: str) -> None:
    """Raise ValueError where the era had not begun or was over on that day."""
    if era_of(day)[0] != _era(era)[0]:
        shown = {"text": text[:40], "era": _era(era)[0]}
        raise ValueError(_("「%(text)s」は%(era)sにない日付です。") % shown)


def _era(name: str) -> tuple[str, str, date]:
    """Return the era with this name or letter."""
    return next(era for era in ERAS if name.upper() in era[:2])


def _at_time(day: date, clock: re.Match[str], zone: ZoneInfo, text: str) -> datetime:
    """Return the day at the time of a match, in its own offset or else in the zone."""
    parts = clock.groupdict()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(_("「%(text)s」の時刻が正しくありません。") % {"text": text[:40]})
    microsecond = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    local = datetime.combine(day, time(hour, minute, second, microsecond))
    if offset := parts["zone"]:
        return datetime.fromisoformat(f"{local.isoformat()}{offset}")
    return local.replace(tzinfo=zone)


def _of_serial(match: re.Match[str]) -> datetime:
    """Return the time of Excel's day number (days since 1899-12-30)."""
    return _EXCEL_EPOCH + timedelta(seconds=round(float(match[0]) * 86_400))


def _refuse(text: str) -> NoReturn:
    """Raise ValueError naming the text that is no date."""
    raise ValueError(_("「%(text)s」を日付として読めません。") % {"text": text[:40]})
