"""What an address asks of the gauge: which days, which part of a breakdown, which period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ryorin.insight.metrics.queries import Key
from ryorin.insight.metrics.rules import Metric
from ryorin.lib import clock, fiscal
from ryorin.lib.fiscal import GRAINS, Grain, Period, period_of
from ryorin.web.context import company
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

NUMBERED = ("campaign", "owner", "team", "flight", "creative")
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def today() -> date:
    return clock.today(company().time_zone)


def fiscal_period(day: date, grain: Grain) -> Period:
    return period_of(day, grain=grain, start_month=company().fiscal_start_month)


def days_in(request: HttpRequest, default: Period) -> Days:
    """Return the days between `from` and `to`, both included; the default period where they make no sense."""
    start, last = (day_in(request.GET.get(name, "")) for name in ("from", "to"))
    start, end = start or default.start, last + timedelta(days=1) if last else default.end
    return Days(start, end) if start < end else Days(default.start, default.end)


def day_in(text: str) -> date | None:
    """Return a day written as in ISO 8601; None for none and for what is none."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def breakdowns_for(metric: Metric, member: Member) -> tuple[str, ...]:
    """Return by what the member may ask a metric."""
    return metric.breakdowns if not metric.parts_verb or may(member, metric.parts_verb) else ()


def part_in(request: HttpRequest) -> tuple[str, Key]:
    """Return the breakdown asked for, "" for none, and which part of it."""
    by, key = request.GET.get("by", ""), request.GET.get("key", "")[:80]
    if by in NUMBERED:
        return by, int(key) if key.isdecimal() and len(key) < 19 else None
    return by, key or None


def period_in(request: HttpRequest, default: Grain) -> Period:
    """Return the fiscal period that the address names by `grain` and a day in it, `at`; by default this one."""
    asked = request.GET.get("grain", "")
    grain: Grain = asked if asked in GRAINS else default
    return fiscal_period(day_in(request.GET.get("at", "")) or today(), grain)


def name_of(period: Period) -> str:
    """Return what the period is called in the reader's language."""
    return fiscal.label(period, start_month=company().fiscal_start_month, language=get_language() or "ja")


def walk(period: Period) -> dict[str, Any]:
    """Return what the choice of a period shows: its name, the periods beside it, and the other lengths."""
    names = {"month": _("月"), "quarter": _("四半期"), "half": _("半期"), "year": _("年度")}
    return {
        "name": name_of(period),
        "grain": period.grain,
        "at": period.start,
        "before": fiscal.previous(period).start,
        "after": period.end if period.end <= today() else None,
        "grains": names.items(),
        "is_running": today() in period,
    }
