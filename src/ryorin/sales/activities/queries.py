"""Activities shaped for pages: by day, of one deal, person or company."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.workspace.members.models import Member

PAGE = 50


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    activities: list[Activity]

    @property
    def minutes(self) -> int:
        return sum(activity.minutes or 0 for activity in self.activities)


@dataclass(frozen=True, slots=True)
class Page:
    days: list[Day]
    next_before: str = ""


def page(rows: QuerySet[Activity], *, tz: str, before: str = "") -> Page:
    """Return the newest activities by day, and the key to go on after; "" at the end."""
    rows = rows.order_by("-at", "-pk").select_related("person", "company", "deal", "owner")
    if place := _place(before):
        at, pk = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    key = f"{found[-1].at.timestamp():.6f}_{found[-1].pk}" if more else ""
    return Page(days=list(_by_day(found, ZoneInfo(tz))), next_before=key)


def in_days(rows: QuerySet[Activity], first: date, last: date, *, tz: str) -> QuerySet[Activity]:
    """Return those done from the first to the last day, both included."""
    zone = ZoneInfo(tz)
    start = datetime.combine(first, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return rows.filter(at__gte=start, at__lt=end)


def newest_of_deal(deal_id: int, member: Member, *, limit: int = 50) -> list[Activity]:
    """Return what was done for a deal, newest first, as far as the member sees it."""
    rows = Activity.objects.visible_to(member).filter(deal_id=deal_id).select_related("person", "owner")
    return list(rows.order_by("-at", "-pk")[:limit])


def _by_day(activities: Iterable[Activity], zone: ZoneInfo) -> Iterator[Day]:
    for day, found in groupby(activities, key=lambda activity: activity.at.astimezone(zone).date()):
        yield Day(day=day, activities=list(found))


def _place(before: str) -> tuple[datetime, int] | None:
    """Return the moment and id a page key stands for; None for no key and for one nobody gave out."""
    at, _mark, pk = before.partition("_")
    try:
        return datetime.fromtimestamp(float(at), tz=clock.now().tzinfo), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
