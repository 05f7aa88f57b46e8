"""The calendar: a week of hours, a month of days; on a phone one day. Whose, in which days, with what is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.lib import clock
from ryorin.lib.dates import parse_date
from ryorin.lib.fiscal import holidays_of
from ryorin.sales.calendar import queries
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.calendar.rules import lanes, overlaps, week_of, weeks_of_month
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import closed_days
from ryorin.workspace.tasks.models import Task

VIEWS = ("week", "month")
MOST_MEMBERS = 30
IN_A_CELL = 3
DUE_IN_A_DAY = 20


@dataclass(frozen=True)
class Shown:
    """What the calendar shows, read from the address."""

    view: str
    day: date
    whose: str
    members: tuple[int, ...]

    def of(self, member: Member) -> list[int]:
        """Return whose appointments are meant."""
        if self.whose == "members" and self.members:
            return list(self.members)
        if self.whose == "team" and member.team_id:
            return list(Member.objects.filter(team_id=member.team_id).values_list("pk", flat=True))
        return [member.pk]


@dataclass(frozen=True, slots=True)
class Block:
    """One appointment in a day's column: minutes from the top, minutes long, its lane among those beside it."""

    appointment: Appointment
    start: datetime
    top: int
    minutes: int
    lane: int
    lanes: int
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A task or the next action of a deal that is due on a day."""

    kind: str
    text: str
    url: str
    at: datetime | None = None


@dataclass
class Day:
    day: date
    holiday: str = ""
    is_closed: bool = False
    is_today: bool = False
    is_chosen: bool = False
    blocks: list[Block] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """How a day off is coloured: Sundays, holidays and closed days alike, Saturdays their own way."""
        if self.holiday or self.is_closed or self.day.weekday() == 6:
            return "is-off"
        return "is-off is-saturday" if self.day.weekday() == 5 else ""

    @property
    def more(self) -> int:
        """How many appointments a small cell leaves out."""
        return max(0, len(self.blocks) - IN_A_CELL)

    @property
    def first_blocks(self) -> list[Block]:
        return self.blocks[:IN_A_CELL]


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a week or a month of appointments, with what is due."""
    member, shown = member_of(request), shown_in(request)
    weeks = weeks_of_month(shown.day) if shown.view == "month" else [week_of(shown.day)]
    days = days_of(member, shown, weeks[0][0], weeks[-1][-1])
    first_hour, last_hour = hours_of(days.values())
    for day in days.values():
        day.blocks = [placed(block, first_hour) for block in day.blocks]
    context = {
        "shown": shown,
        "weeks": [[days[day] for day in week] for week in weeks],
        "days": list(days.values()),
        "hours": range(first_hour, last_hour),
        "first_hour": first_hour,
        "now_top": _minutes_since(first_hour, last_hour),
        "today": clock.today(company().time_zone),
        "before": _shifted(shown, -1),
        "after": _shifted(shown, 1),
        "owners": Member.objects.filter(is_active=True),
        "several": len(shown.of(member)) > 1,
        "month": shown.day.replace(day=1),
    }
    return render(request, f"sales/calendar_{shown.view}.html", context)


def shown_in(request: HttpRequest) -> Shown:
    """Return what the address asks for; today where it names no day that exists."""
    view, whose = request.GET.get("view", ""), request.GET.get("whose", "")
    members = [int(text) for text in request.GET.getlist("members") if text.isdecimal() and len(text) < 19]
    return Shown(
        view=view if view in VIEWS else "week",
        day=day_in(request.GET.get("day", "")),
        whose=whose if whose in ("team", "members") else "me",
        members=tuple(members[:MOST_MEMBERS]),
    )


def day_in(text: str) -> date:
    """Return the day, today for none that can be read or that lies too far off."""
    today = clock.today(company().time_zone)
    try:
        found = parse_date(text[:20]) if text else today
    except ValueError:
        return today
    return found if 2000 <= found.year <= 2190 else today


def days_of(member: Member, shown: Shown, first: date, last: date) -> dict[date, Day]:
    """Return the days from first to last with their appointments and what is due."""
    tz, of = company().time_zone, shown.of(member)
    closed, today = closed_days(), clock.today(tz)
    count = (last - first).days + 1
    days = {day: Day(day=day) for day in (first + timedelta(days=number) for number in range(count))}
    for found in days.values():
        found.holiday = holidays_of(found.day.year).get(found.day, "")
        found.is_closed = found.day in closed
        found.is_today, found.is_chosen = found.day == today, found.day == shown.day
    for day, rows in by_day(queries.between(member, first, last, tz=tz, of=of), days, ZoneInfo(tz)).items():
        days[day].blocks = blocks_of(rows, day, ZoneInfo(tz))
    for day, due in due_between(member, first, last, of=of, tz=tz):
        if len(days[day].due) < DUE_IN_A_DAY:
            days[day].due.append(due)
    return days


def by_day(rows: Iterable[Appointment], days: Mapping[date, Day], zone: ZoneInfo) -> dict[date, list[Appointment]]:
    """Return the appointments by the day on which they begin, as far as that day is shown."""
    found: dict[date, list[Appointment]] = {}
    for row in rows:
        day = row.starts_at.astimezone(zone).date()
        if day in days:
            found.setdefault(day, []).append(row)
    return found


def blocks_of(rows: list[Appointment], day: date, zone: ZoneInfo) -> list[Block]:
    """Return a day's appointments side by side, with a mark where the same member is wanted twice."""
    spans = [(row.starts_at, row.ends_at) for row in rows]
    takers = [queries.takers(row) if row.is_planned else set() for row in rows]
    midnight = datetime.combine(day, datetime.min.time(), zone)
    blocks = []
    for number, (row, lane) in enumerate(zip(rows, lanes(spans), strict=True)):
        clashes = any(
            other != number and takers[other] & takers[number] and overlaps(spans[other], spans[number])
            for other in range(len(rows))
        )
        top = int((row.starts_at - midnight).total_seconds() // 60)
        local = row.starts_at.astimezone(zone)
        blocks.append(Block(row, local, top, row.minutes, lane.number, lane.of, clashes))
    return blocks


def placed(block: Block, first_hour: int) -> Block:
    """Return the block with its minutes counted from the first hour that is shown."""
    return Block(
        block.appointment,
        block.start,
        max(0, block.top - first_hour * 60),
        block.minutes,
        block.lane,
        block.lanes,
        block.is_conflict,
    )


def hours_of(days: Iterable[Day]) -> tuple[int, int]:
    """Return the first hour to show and the one after the last: office hours and a little, more where something is."""
    first, last = max(0, company().opens_hour - 1), min(24, company().closes_hour + 2)
    for day in days:
        for block in day.blocks:
            first = min(first, block.top // 60)
            last = max(last, min(24, -(-(block.top + block.minutes) // 60)))
    return first, last


def due_between(member: Member, first: date, last: date, *, of: list[int], tz: str) -> Iterable[tuple[date, Due]]:
    """Yield the tasks and next actions of deals of these members that fall due, in order of time."""
    start, end = queries.bounds(first, last, tz=tz)
    zone = ZoneInfo(tz)
    tasks = Task.objects.visible_to(member).open().filter(owner__in=of, due_at__gte=start, due_at__lt=end)
    for task in tasks.order_by("due_at", "pk")[:500]:
        at = task.due_at.astimezone(zone)
        yield at.date(), Due("task", task.title, reverse("task", args=[task.pk]), at if at.hour != 18 else None)
    deals = (
        Deal.objects.visible_to(member).open().filter(owner__in=of, next_action_on__gte=first, next_action_on__lte=last)
    )
    for deal in deals.exclude(next_action="").order_by("next_action_on", "pk")[:500]:
        if deal.next_action_on is not None:
            text = _("%(action)s（%(deal)s）") % {"action": deal.next_action, "deal": deal.name}
            yield deal.next_action_on, Due("deal", text, reverse("deal", args=[deal.pk]))


def _minutes_since(first_hour: int, last_hour: int) -> int | None:
    """Return how many minutes after the first hour it is now; None outside the hours shown."""
    now = clock.now().astimezone(ZoneInfo(company().time_zone))
    minutes = (now.hour - first_hour) * 60 + now.minute
    return minutes if 0 <= minutes < (last_hour - first_hour) * 60 else None


def _shifted(shown: Shown, steps: int) -> date:
    """Return a day in the week or month before or after."""
    if shown.view == "week":
        return shown.day + timedelta(days=7 * steps)
    first = shown.day.replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) if steps > 0 else (first - timedelta(days=1)).replace(day=1)
