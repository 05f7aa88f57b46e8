"""The first page: what both wheels have done this quarter, what waits between them, and what to do next."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from ryorin.alignment.agreements.queries import troubles
from ryorin.alignment.funnel.queries import funnel
from ryorin.alignment.funnel.rules import STAGES
from ryorin.alignment.goals.models import Goal
from ryorin.alignment.goals.queries import Pulse, expected_from_open_deals, pulses
from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.handoffs.queries import answers
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.metrics.queries import by_part
from ryorin.lib import clock, fiscal
from ryorin.lib.fiscal import Period, period_of
from ryorin.marketing.campaigns.queries import names as campaign_names
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import stale_deals
from ryorin.sales.next_actions.queries import missing_of
from ryorin.web.answers import member_of
from ryorin.web.context import company, kept
from ryorin.web.insight.showing import WHEELS, Change, changed, days, people_address, rows_address, shown, shown_target
from ryorin.web.templatetags.ryorin import maybe_url, signed
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

SOWING = ("visits", "leads", "qualified_leads", "cost_per_lead")
HARVEST = ("revenue", "customers_won", "close_rate", "average_order_value")
BETWEEN = ("acceptance_rate", "handoff_hours")
RINGS = 3
ACTIONS = 7
CAMPAIGNS = 5
WEEKDAYS = (
    pgettext_lazy("weekday", "月"),
    pgettext_lazy("weekday", "火"),
    pgettext_lazy("weekday", "水"),
    pgettext_lazy("weekday", "木"),
    pgettext_lazy("weekday", "金"),
    pgettext_lazy("weekday", "土"),
    pgettext_lazy("weekday", "日"),
)
PAGES = ("person", "company", "deal", "handoff", "campaign", "meeting")


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a wheel, with its ring (0..100) where it has one."""

    label: Any
    value: str
    target: str
    change: Change | None
    url: str
    percent: float | None


@dataclass(frozen=True, slots=True)
class Wheel:
    lines: list[Line]
    rings: list[float | None]
    big: str
    pace: str
    is_behind: bool


@dataclass(frozen=True, slots=True)
class NextAction:
    """A task, a waiting hand-off or the next step of a deal; `due` None: no date was set."""

    kind: str
    record: Any
    due: datetime | None
    is_overdue: bool = False
    is_today: bool = False


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if kept(("empty home",), lambda: not Person.objects.exists() and not Deal.objects.exists()):
        return render(request, "insight/home_empty.html", {"steps": first_steps()})
    place = company()
    today = clock.today(place.time_zone)
    quarter = period_of(today, grain="quarter", start_month=place.fiscal_start_month)
    found = pulses((*SOWING, *HARVEST, *BETWEEN), quarter, today=today)
    context = {
        "today": today,
        "weekday": WEEKDAYS[today.weekday()],
        "days_left": fiscal.days_left(quarter, today),
        "sowing": wheel(found, SOWING),
        "harvest": wheel(found, HARVEST),
        "landing": landing(found["revenue"], quarter, currency=place.currency),
        "axle": between(found, quarter, member),
        "troubles": kept(("promises in trouble",), troubles),
        "stalled": stalled(member),
        "actions": next_actions(member, tz=place.time_zone),
        "missing": kept(("without next action", member.pk), lambda: missing_of(member)),
        "pages": PAGES,
        **funnel_card(quarter),
        **campaign_card(quarter),
    }
    return render(request, "insight/home.html", context)


def wheel(found: dict[str, Pulse], names: tuple[str, ...]) -> Wheel:
    """Return a wheel's numbers and rings; its big number is the mean of what its rings have reached."""
    lines = [line_of(found[name], has_ring=place < RINGS) for place, name in enumerate(names)]
    rings = [line.percent for line in lines[:RINGS]]
    known = [min(ring, 100.0) for ring in rings if ring is not None]
    paces = [pace - 1 for name in names[:RINGS] if (pace := found[name].attainment.pace) is not None]
    mean = sum(paces) / len(paces) if paces else 0.0
    return Wheel(
        lines=lines,
        rings=rings,
        big=f"{sum(known) / len(known):.0f}%" if known else "–",
        pace=f"{signed(100 * mean)}%" if paces else "",
        is_behind=mean < 0,
    )


def line_of(pulse: Pulse, *, has_ring: bool) -> Line:
    metric, period = pulse.metric, pulse.period
    share, value = pulse.attainment.share, shown(metric, pulse.value)
    return Line(
        label=metric.label,
        value=value,
        target=shown_target(metric, pulse.target, beside=value) if pulse.target is not None and has_ring else "",
        change=changed(metric, pulse.value, pulse.before),
        url=rows_address(metric.name, period.start, period.end),
        percent=None if share is None or not has_ring else 100 * share,
    )


def landing(revenue: Pulse, quarter: Period, *, currency: str) -> float | None:
    """Return how much of the target revenue and the weighted open deals of the quarter should reach together."""
    if not revenue.target:
        return None
    return ((revenue.value or 0) + expected_from_open_deals(quarter, currency=currency)) / revenue.target


def between(found: dict[str, Pulse], quarter: Period, member: Member) -> dict[str, Any]:
    """Return what waits between the wheels, and how sales has answered."""
    rows = Handoff.objects.visible_to(member)
    return {
        "waiting": rows.waiting().count(),
        "overdue": rows.overdue().count(),
        "acceptance": line_of(found["acceptance_rate"], has_ring=False),
        "hours": line_of(found["handoff_hours"], has_ring=False),
        "reasons": answers(rows).reasons[:2],
    }


def stalled(member: Member) -> dict[str, Any] | None:
    """Return the stage in which most deals stand still, and how many stand still in all."""
    standing = stale_deals(member)
    if not standing:
        return None
    stage = max(standing, key=lambda one: standing[one])
    return {"stage": stage, "count": standing[stage], "all": sum(standing.values())}


def next_actions(member: Member, *, tz: str) -> list[NextAction]:
    """Return the member's next steps, the most urgent first: hand-offs to answer, tasks, next steps of deals."""
    zone, now = ZoneInfo(tz), clock.now()
    handoffs = Handoff.objects.visible_to(member).for_member(member).waiting()
    handoffs = handoffs.select_related("person__company").order_by("deadline")[:ACTIONS]
    tasks = Task.objects.open().filter(owner=member).order_by("due_at", "pk")
    deals = Deal.objects.visible_to(member).open().filter(owner=member, next_action_on__isnull=False)
    deals = deals.exclude(next_action="").select_related("company").order_by("next_action_on", "pk")[:ACTIONS]
    found = [
        *(("handoff", one, one.deadline) for one in handoffs),
        *(("task", one, one.due_at) for one in tasks.filter(due_at__isnull=False)[:ACTIONS]),
        *(("deal", one, datetime.combine(one.next_action_on, time(18), zone)) for one in deals if one.next_action_on),
    ]
    found.sort(key=lambda one: one[2])
    found += [("task", one, None) for one in tasks.filter(due_at__isnull=True)[: max(0, ACTIONS - len(found))]]
    today = now.astimezone(zone).date()
    return [
        NextAction(kind, record, due, is_overdue(kind, due, now, today, zone), is_on(due, today, zone))
        for kind, record, due in found[:ACTIONS]
    ]


def is_overdue(kind: str, due: datetime | None, now: datetime, today: date, zone: ZoneInfo) -> bool:
    """Return whether it should have been done; the next step of a deal may be done all day."""
    if due is None:
        return False
    return due.astimezone(zone).date() < today if kind == "deal" else due < now


def is_on(due: datetime | None, day: date, zone: ZoneInfo) -> bool:
    return due is not None and due.astimezone(zone).date() == day


def funnel_card(quarter: Period) -> dict[str, Any]:
    """Return who reached which stage this quarter, as the wheels count them, and where people wait longest."""
    found = funnel(start=quarter.start, end=quarter.end, reading="events")
    steps = [step for step in found.steps if step.stage in STAGES]
    most = max((step.count for step in steps), default=0) or 1
    wait = found.longest_wait
    waits = None
    if wait is not None:
        before = STAGES[STAGES.index(wait.stage) - 1]
        url = people_address(wait.stage, quarter.start, quarter.end, reading="events")
        waits = {"before": before, "stage": wait.stage, "days": days(wait.median_days), "url": url}
    lines = [
        {
            "stage": step.stage,
            "count": step.count,
            "percent": 100 * step.count / most,
            "wheel": WHEELS[step.stage],
            "url": people_address(step.stage, quarter.start, quarter.end, reading="events"),
        }
        for step in steps
    ]
    return {"steps": lines, "waits": waits}


def campaign_card(quarter: Period) -> dict[str, Any]:
    """Return the campaigns that brought most customers this quarter, then most leads, with what they cost."""
    start, end = quarter.start, quarter.end
    parts = {name: by_part(name, start, end, breakdown="campaign") for name in ("leads", "customers_won", "costs")}
    rows: list[dict[str, Any]] = [
        {"id": key, **{name: found[key].of if key in found else 0 for name, found in parts.items()}}
        for key in {key for found in parts.values() for key in found if key is not None}
    ]
    rows.sort(key=lambda row: (-row["customers_won"], -row["leads"], row["id"]))
    best = [row for row in rows[:CAMPAIGNS] if row["leads"] or row["customers_won"] or row["costs"]]
    names = campaign_names(row["id"] for row in best)
    lines = [row | {"name": names[row["id"]]} for row in best if row["id"] in names]
    for line in lines:
        line["leads_url"] = rows_address("leads", start, end, by="campaign", key=line["id"])
        line["customers_url"] = rows_address("customers_won", start, end, by="campaign", key=line["id"])
        line["costs_url"] = rows_address("costs", start, end, by="campaign", key=line["id"])
        line["url"] = maybe_url("campaign", pk=line["id"])
    first = lines[0] if lines and lines[0]["customers_won"] else None
    return {"campaigns": lines, "best": first}


def first_steps() -> list[dict[str, Any]]:
    """Return what somebody does first in a new installation, and what of it is done."""
    has_traffic = InboxTouchpoint.objects.exists()
    return [
        {
            "title": _("お客様の名簿を取り込む"),
            "text": _("ExcelやCSVをそのまま選ぶと、列の対応づけから重複の確認まで案内します。"),
            "icon": "database-import",
            "links": [(_("ファイルを取り込む"), reverse("imports")), (_("1人ずつ登録"), reverse("person_new"))],
            "is_done": False,
        },
        {
            "title": _("ウェブサイトとつなぐ"),
            "text": _("計測タグを1行貼ると、閲覧やお問い合わせがお客様の経緯に並びます。"),
            "icon": "world",
            "links": [(_("計測タグを見る"), reverse("website"))],
            "is_done": has_traffic,
        },
        {
            "title": _("両部門の目標を決める"),
            "text": _("月ごとの目標を入れると、このボードの輪が進み具合を示します。"),
            "icon": "target-arrow",
            "links": [(_("目標を決める"), reverse("goals"))],
            "is_done": Goal.objects.standing().exists(),
        },
    ]
