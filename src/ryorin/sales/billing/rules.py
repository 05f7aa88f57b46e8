"""When a bill is due, what it comes to, and what must be known before an invoice may be called one."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from ryorin.lib.japanese import registration_number_ok
from ryorin.sales.contracts.rules.money import Line, Totals, totals_of
from ryorin.sales.contracts.rules.time import add_months

REDUCED = Decimal(8)
ROUNDINGS = ("down", "half_up", "up")
NET_DAYS = 30
SITES = {
    "next_10": (1, 10),
    "next_15": (1, 15),
    "next_20": (1, 20),
    "next_25": (1, 25),
    "next_end": (1, 31),
    "second_10": (2, 10),
    "second_end": (2, 31),
}


@dataclass(frozen=True, slots=True)
class Span:
    """The days that one summary invoice covers, both included."""

    since: date
    until: date


def closing_date(day: date, closing_day: str) -> date:
    """Return the closing day on or after the day; a company without one closes every day."""
    if closing_day in ("", "none"):
        return day if closing_day == "none" else _in_month(day, 31)
    wanted = 31 if closing_day == "end" else int(closing_day)
    closing = _in_month(day, wanted)
    return closing if closing >= day else _in_month(add_months(day.replace(day=1), 1), wanted)


def span_of(closing: date, closing_day: str) -> Span:
    """Return the month's days that are billed at a closing day: after the one before, up to it."""
    before = closing_date(add_months(closing.replace(day=1), -1), closing_day or "end")
    return Span(before + timedelta(days=1), closing)


def due_date(day: date, *, closing_day: str, site: str) -> date:
    """Return when a bill of the day is to be paid; without other words 月末締め翌月末払い."""
    if site == "prepaid":
        return day
    if site == "days_30":
        return day + timedelta(days=NET_DAYS)
    months, wanted = SITES[site or "next_end"]
    closing = closing_date(day, closing_day)
    return _in_month(add_months(closing.replace(day=1), months), wanted)


def missing_for_invoice(
    *, name: str, address: str, registration_number: str, corporate_number: str, bank_account: str
) -> list[str]:
    """Return what the company has to fill in before its invoices are qualified ones."""
    missing = []
    if not name:
        missing.append(_("会社名"))
    if not address:
        missing.append(_("住所"))
    if not registration_number:
        missing.append(_("登録番号（T＋13桁）"))
    elif not registration_number_ok(registration_number):
        missing.append(_("正しい登録番号（T＋13桁）"))
    elif corporate_number and registration_number != f"T{corporate_number}":
        missing.append(_("法人番号と一致する登録番号"))
    if not bank_account:
        missing.append(_("振込先"))
    return missing


def totals_like(lines: Sequence[Line], *, tax: int, rounding: str) -> tuple[Totals, str]:
    """Return what lines without tax come to by rate, rounded in the way that gives this tax, and that way.

    Where no way gives it (orders taken over from elsewhere), the usual one counts: rounded once per rate.
    """
    for way in (rounding, *ROUNDINGS):
        found = totals_of(lines, rounding=way, is_inclusive=False)
        if found.tax == tax:
            return found, way
    return totals_of(lines, rounding=rounding, is_inclusive=False), rounding


def state_of(gross: int, *, paid: int, credited: int) -> str:
    """Return how far an invoice is paid."""
    if gross - paid - credited <= 0:
        return "paid"
    return "partial" if paid or credited else "open"


def _in_month(day: date, wanted: int) -> date:
    """Return the wanted day of the day's month, its last where it has no such day."""
    return day.replace(day=min(wanted, monthrange(day.year, day.month)[1]))
