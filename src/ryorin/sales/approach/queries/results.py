"""What calls, visits and letters came to: counted by list, caller, hour, weekday, outcome or method.

A deal counts for the last attempt made on its person in the 90 days before it was opened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ryorin.conditions.to_orm import among
from ryorin.customers.people.models import LifecycleStage, Person, StageChange
from ryorin.sales.approach.models import ApproachList, Attempt, Method, Outcome, Target
from ryorin.sales.deals.models import Deal, DealState
from ryorin.workspace.members.models import Member, Scope
from ryorin.workspace.organisation.queries import current

REACH = timedelta(days=90)
SLACK = timedelta(minutes=1)
BY: dict[str, str] = {
    "list": "list_id", "caller": "by_id", "hour": "hour", "weekday": "weekday", "outcome": "outcome_id",
    "method": "method",
}  # fmt: skip
ONLY = ("", "connected", "appointment", "deal", "won")
FORM = "form"
PAGE = 50
Key = int | str | None


@dataclass(frozen=True)
class Wanted:
    """Which attempts: from the first to the last day, of one list, caller or method where given."""

    first: date
    last: date
    list_id: int | None = None
    caller_id: int | None = None
    method: str = ""


@dataclass(frozen=True)
class Result:
    """One line: attempts, those in which somebody was spoken to, appointments, deals, and what was won."""

    key: Key
    attempts: int = 0
    connected: int = 0
    appointments: int = 0
    deals: int = 0
    won: int = 0
    won_amount: int = 0

    @property
    def connected_rate(self) -> float | None:
        return self.connected / self.attempts if self.attempts else None

    @property
    def appointment_rate(self) -> float | None:
        return self.appointments / self.attempts if self.attempts else None

    @property
    def deal_rate(self) -> float | None:
        return self.deals / self.attempts if self.attempts else None

    def __add__(self, other: "Result") -> "Result":
        names = ("attempts", "connected", "appointments", "deals", "won", "won_amount")
        return Result(self.key, **{name: getattr(self, name) + getattr(other, name) for name in names})


def attempts_of(wanted: Wanted, member: Member) -> QuerySet[Attempt]:
    """Return the attempts asked for, as far as the member may see the people."""
    rows = Attempt.objects.filter(day__gte=wanted.first, day__lte=wanted.last)
    exact = {"list_id": wanted.list_id, "by_id": wanted.caller_id, "method": wanted.method}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if member.scope != Scope.ALL:
        rows = rows.filter(target__in=Target.objects.visible_to(member).values("pk"))
    return rows


def results(wanted: Wanted, member: Member, *, by: str) -> list[Result]:
    """Return the results by list, caller, hour, weekday, outcome or method; hours and weekdays in order."""
    rows = timed(attempts_of(wanted, member), by)
    path = BY[by]
    counted = rows.order_by().values_list(path).annotate(
        attempts=Count("pk"),
        connected=Count("pk", filter=Q(is_connected=True)),
        appointments=Count("pk", filter=Q(is_appointment=True)),
    )  # fmt: skip
    found = {key: Result(key, tried, spoken, made) for key, tried, spoken, made in counted}
    for key, more in _deals_by(rows, path).items():
        found[key] = found.get(key, Result(key)) + more
    if by == "method" and not (wanted.list_id or wanted.caller_id or wanted.method):
        found[FORM] = of_forms(wanted, member)
    order: Callable[[Result], Any] = (
        (lambda one: one.key) if by in ("hour", "weekday") else (lambda one: (-one.attempts, str(one.key)))
    )
    return sorted(found.values(), key=order)


def timed(rows: QuerySet[Attempt], by: str) -> QuerySet[Attempt]:
    """Return the attempts a breakdown is about: letters have neither an hour nor an outcome that would say anything."""
    return rows.exclude(method=Method.LETTER) if by in ("hour", "weekday", "outcome") else rows


def total(lines: Iterable[Result]) -> Result:
    """Return the sum of the lines."""
    return sum(lines, Result(None))


def names_of(by: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Return what the keys of a breakdown are called."""
    keys = list(keys)
    numbers = [int(key) for key in keys if key] if by in ("list", "caller", "outcome") else []
    known: dict[Key, str] = {}
    if by == "list":
        known = {one.pk: one.name for one in ApproachList.objects.filter(pk__in=numbers)}
    elif by == "caller":
        known = {one.pk: one.name for one in Member.objects.filter(pk__in=numbers)}
    elif by == "outcome":
        known = {one.pk: one.name for one in Outcome.objects.filter(pk__in=numbers)}
    elif by == "method":
        known.update({value: str(label) for value, label in Method.choices} | {FORM: _("フォーム")})
    elif by == "hour":
        known = {key: _("%(hour)s時") % {"hour": key} for key in keys}
    elif by == "weekday":
        days = (
            pgettext("weekday", "月"),
            pgettext("weekday", "火"),
            pgettext("weekday", "水"),
            pgettext("weekday", "木"),
            pgettext("weekday", "金"),
            pgettext("weekday", "土"),
            pgettext("weekday", "日"),
        )
        known = {key: days[int(key)] for key in keys if key is not None}
    return {key: known.get(key) or _("なし") for key in keys}


def narrowed(rows: QuerySet[Attempt], *, by: str, key: Key, only: str) -> QuerySet[Attempt]:
    """Return the attempts behind one number of the results."""
    if by in BY:
        rows = rows.filter(**{BY[by]: key}) if key is not None else rows.filter(**{f"{BY[by]}__isnull": True})
    if only == "connected":
        rows = rows.filter(is_connected=True)
    elif only == "appointment":
        rows = rows.filter(is_appointment=True)
    elif only in ("deal", "won"):
        deals = credited(rows)
        deals = deals.filter(state=DealState.WON) if only == "won" else deals
        rows = rows.filter(among("pk", set(deals.values_list("attempt", flat=True))))
    return rows


def credited(rows: QuerySet[Attempt]) -> QuerySet[Any]:
    """Return the deals that count for one of the attempts, each with `attempt`, the id of the one it counts for."""
    opened = OuterRef("opened_at")
    before = Attempt.objects.filter(
        target__person=OuterRef("person"),
        at__lte=ExpressionWrapper(opened + SLACK, output_field=DateTimeField()),
        at__gte=ExpressionWrapper(opened - REACH, output_field=DateTimeField()),
    )
    people = rows.filter(target__person__isnull=False).values("target__person")
    newest = Subquery(before.order_by("-at", "-pk").values("pk")[:1])
    deals = Deal.objects.filter(person__in=people).annotate(attempt=newest)
    return deals.filter(attempt__in=rows.order_by().values("pk"))


def of_forms(wanted: Wanted, member: Member) -> Result:
    """Return what came of the people who became leads by sending a form, to compare the methods by."""
    zone = ZoneInfo(current().time_zone)
    start = datetime.combine(wanted.first, time(), tzinfo=zone)
    end = datetime.combine(wanted.last + timedelta(days=1), time(), tzinfo=zone)
    leads = StageChange.objects.filter(stage=LifecycleStage.LEAD, why="form_submitted", at__gte=start, at__lt=end)
    if member.scope != Scope.ALL:
        leads = leads.filter(person__in=Person.objects.visible_to(member).values("pk"))
    since = leads.filter(person=OuterRef("person")).order_by("at").values("at")[:1]
    deals = Deal.objects.filter(person__in=leads.values("person"), currency=current().currency)
    deals = deals.annotate(since=Subquery(since)).filter(
        opened_at__gte=F("since"), opened_at__lte=ExpressionWrapper(F("since") + REACH, output_field=DateTimeField())
    )
    count = leads.count()
    return Result(FORM, attempts=count, connected=count) + _sum(list(deals.values_list("state", "amount")))


@dataclass(frozen=True)
class Page:
    """Some attempts, newest first, and the last of them where there are more; "" at the end."""

    rows: list[Attempt]
    before: str = ""


def page_of(rows: QuerySet[Attempt], *, before: str = "") -> Page:
    """Return one page of attempts with all that is shown of them."""
    place = None if not before.isdecimal() or len(before) > 18 else rows.filter(pk=int(before)).first()
    if place is not None:
        rows = rows.filter(Q(at__lt=place.at) | Q(at=place.at, pk__lt=place.pk), at__lte=place.at)
    along = ("target__person__company", "target__company", "outcome", "by", "activity", "deal", "list")
    found = list(rows.select_related(*along).order_by("-at", "-pk")[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def _deals_by(rows: QuerySet[Attempt], path: str) -> dict[Key, Result]:
    """Return the deals that count for the attempts, by the same key."""
    deals = list(credited(rows).filter(currency=current().currency).values_list("attempt", "state", "amount"))
    keys = dict(Attempt.objects.filter(among("pk", {one[0] for one in deals})).values_list("pk", path))
    by_key: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for attempt, state, amount in deals:
        by_key[keys[attempt]].append((state, amount))
    return {key: _sum(found) for key, found in by_key.items()}


def _sum(deals: list[tuple[str, int]]) -> Result:
    won = [amount for state, amount in deals if state == DealState.WON]
    return Result(None, deals=len(deals), won=len(won), won_amount=sum(won))
