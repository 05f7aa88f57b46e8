"""Lists with how far they have come, and the people on one of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.approach.models import (
    About,
    ApproachList,
    Attempt,
    Outcome,
    Target,
    TargetQuerySet,
    TargetState,
    WhyOut,
)
from ryorin.sales.approach.queries.knowing import refusing_post, with_open_deals
from ryorin.workspace.members.models import Member

PAGE = 50


@dataclass(frozen=True)
class Progress:
    """How far a list has come: its people by state and, of those left out, by reason; calls and appointments."""

    states: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    attempts: int = 0
    connected: int = 0
    appointments: int = 0

    @property
    def waiting(self) -> int:
        return self.states.get(TargetState.WAITING, 0)

    @property
    def later(self) -> int:
        return self.states.get(TargetState.LATER, 0)

    @property
    def done(self) -> int:
        return self.states.get(TargetState.DONE, 0)

    @property
    def out(self) -> int:
        return self.states.get(TargetState.OUT, 0)

    @property
    def size(self) -> int:
        """Return how many are on the list and not left out."""
        return self.waiting + self.later + self.done

    @property
    def percent(self) -> float:
        return 100 * self.done / self.size if self.size else 0.0

    @property
    def why_out(self) -> list[tuple[str, Any, int]]:
        """Return the reasons in their order: code, label, people."""
        return [(why.value, why.label, self.reasons[why]) for why in WhyOut if self.reasons.get(why)]


def progress_of(rows: Iterable[ApproachList]) -> dict[int, Progress]:
    """Return how far each of the lists has come, in two questions for all of them."""
    ids = [row.pk for row in rows]
    states: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reasons: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Target.objects.filter(list__in=ids).order_by().values_list("list", "state", "why_out")
    for pk, state, why, count in counted.annotate(count=Count("pk")):
        states[pk][state] += count
        if state == TargetState.OUT:
            reasons[pk][why] = count
    tried = Attempt.objects.filter(list__in=ids).order_by().values("list")
    sums = {
        row["list"]: row
        for row in tried.annotate(
            attempts=Count("pk"),
            connected=Count("pk", filter=Q(is_connected=True)),
            appointments=Count("pk", filter=Q(is_appointment=True)),
        )
    }
    return {
        pk: Progress(
            dict(states[pk]),
            dict(reasons[pk]),
            **{name: sums[pk][name] if pk in sums else 0 for name in ("attempts", "connected", "appointments")},
        )
        for pk in ids
    }


@dataclass(frozen=True)
class Line:
    """One person (or company) on a list as a page shows it."""

    target: Target
    has_open_deal: bool
    refuses_post: bool = False

    @property
    def record(self) -> Person | Company:
        found = self.target.person or self.target.company
        assert found is not None
        return found

    @property
    def company(self) -> Company | None:
        return self.target.person.company if self.target.person else self.target.company

    @property
    def number(self) -> str:
        return number_of(self.target)

    @property
    def place(self) -> str:
        return PREFECTURES.get(self.target.prefecture, "") + self.target.city


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    after: int | None = None


def lines_of(rows: QuerySet[Target], *, after: int | None = None) -> Page:
    """Return one page of the people in the order in which they are approached, following the one with this id."""
    if after is not None and (mark := rows.model._default_manager.filter(pk=after).first()) is not None:
        behind = Q(priority__lt=mark.priority) | Q(priority=mark.priority, pk__gt=mark.pk)
        rows = rows.filter(behind, priority__lte=mark.priority)
    found = list(with_records(rows).order_by("-priority", "pk")[: PAGE + 1])
    return Page(marked(found[:PAGE]), after=found[PAGE - 1].pk if len(found) > PAGE else None)


def with_records(rows: QuerySet[Target]) -> QuerySet[Target]:
    """Return the rows with all that pages show of them, in one question."""
    return rows.select_related("person", "person__company", "company", "last_outcome", "holder", "callback_by")


def marked(found: Sequence[Target]) -> list[Line]:
    """Return the rows with who has an open deal."""
    people = [target.person_id for target in found if target.person_id]
    companies = [target.company_id for target in found if target.company_id]
    with_person = with_open_deals("person_id", people) if people else frozenset()
    with_company = with_open_deals("company_id", companies) if companies else frozenset()
    refusing = refusing_post(people) if people else frozenset()
    return [
        Line(
            target,
            target.person_id in with_person if target.person_id else target.company_id in with_company,
            refuses_post=target.person_id in refusing,
        )
        for target in found
    ]


def number_of(target: Target) -> str:
    """Return the telephone number to call: the person's mobile or own number, else the company's."""
    if target.person is None:
        return target.company.phone if target.company else ""
    return target.person.mobile or target.person.phone or (target.person.company.phone if target.person.company else "")


def visible_targets(row: ApproachList, member: Member) -> TargetQuerySet:
    """Return who is on the list, as far as the member may see them."""
    found: TargetQuerySet = Target.objects.filter(list=row).visible_to(member)
    return found


def found_on(rows: TargetQuerySet, text: str, *, about: str) -> TargetQuerySet:
    """Return those whose name begins with the text (family name or its reading, company)."""
    text = text.replace("\0", "").strip()[:60]
    if not text:
        return rows
    if about == About.COMPANY:
        return rows.filter(company__name__contains=text)
    first = text.split()[0]
    people = Person.objects.filter(Q(family_name__startswith=first) | Q(family_kana__startswith=first))
    named = Company.objects.filter(name__contains=text)
    return rows.filter(Q(person__in=people.values("pk")) | Q(person__company__in=named.values("pk")))


def outcomes_of(method: str) -> list[Outcome]:
    """Return the outcomes to choose from, in the order of their keys."""
    return list(Outcome.objects.filter(method=method, is_active=True))


def promised_to(member: Member, *, limit: int = 20) -> list[Target]:
    """Return the calls the member has promised, the earliest first."""
    rows = Target.objects.filter(callback_by=member, state=TargetState.LATER, list__is_open=True).visible_to(member)
    return list(with_records(rows).select_related("list").order_by("due_at", "pk")[:limit])


def due_count(member: Member) -> int:
    """Return how many promised calls of the member are due now."""
    rows = Target.objects.filter(callback_by=member, state=TargetState.LATER, list__is_open=True)
    return rows.filter(due_at__lte=clock.now()).count()


def places_of(rows: TargetQuerySet) -> list[tuple[str, str, int]]:
    """Return the prefectures of those still to be visited: code, name, how many; in the order of the codes."""
    counted = rows.order_by().values_list("prefecture").annotate(count=Count("pk")).order_by("prefecture")
    return [(code, PREFECTURES.get(code, ""), count) for code, count in counted if code]


def by_way(rows: TargetQuerySet) -> QuerySet[Target]:
    """Return those to be visited as one comes by them: by prefecture, city and postal code."""
    return with_records(rows).order_by("prefecture", "city", "postal_code", "pk")
