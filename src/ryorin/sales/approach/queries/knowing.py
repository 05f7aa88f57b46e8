"""What is known about those who may come onto a list: numbers, addresses, refusals, deals, the last contact."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet

from ryorin.conditions.to_orm import among
from ryorin.customers.consent.models import Consent, Medium
from ryorin.lib import clock
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.sales.approach.models import About, ApproachList, Attempt, Method, TargetState
from ryorin.sales.approach.rules import Known, priority_of, why_out
from ryorin.sales.deals.models import Deal
from ryorin.workspace.organisation.queries import current

OF_PERSON = (
    "pk", "score", "do_not_call", "phone", "mobile", "call_hours", "postal_code", "prefecture", "city", "street",
    "company_id", "company__phone", "company__postal_code", "company__prefecture", "company__city", "company__street",
    "company__do_not_call",
)  # fmt: skip
OF_COMPANY = ("pk", "do_not_call", "phone", "postal_code", "prefecture", "city", "street")
FEW = 1_000  # for so many, only what concerns them is asked for; for more, everything at once


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may come onto a list, judged."""

    pk: int
    why_out: str
    priority: int
    call_hours: str
    prefecture: str
    city: str
    postal_code: str
    has_open_deal: bool

    @property
    def state(self) -> str:
        return TargetState.OUT.value if self.why_out else TargetState.WAITING.value


def candidates(row: ApproachList, records: QuerySet[Any], *, most: int | None = None) -> list[Candidate]:
    """Return those records judged for the list, at most so many."""
    is_person = row.about == About.PERSON
    values = list(records.order_by("pk").values(*(OF_PERSON if is_person else OF_COMPANY))[:most])
    ids = [one["pk"] for one in values] if len(values) <= FEW else None
    column = "person_id" if is_person else "company_id"
    last, deals = last_contacts(column, ids), with_open_deals(column, ids)
    refusing = refusing_post(ids) if is_person and row.method == Method.LETTER else frozenset()
    today = clock.today(current().time_zone)
    spread = _of_person if is_person else _of_company
    return [
        _judged(
            row,
            spread(one),
            last=last.get(one["pk"]),
            has_open_deal=one["pk"] in deals,
            refuses_post=one["pk"] in refusing,
            today=today,
        )
        for one in values
    ]


def last_contacts(column: str, ids: Collection[int] | None = None) -> dict[int, date]:
    """Return the day sales last spoke or wrote to each person (or company), by id; of those given, else of all."""
    activities = Activity.objects.exclude(kind=ActivityKind.NOTE).filter(**{f"{column}__isnull": False})
    letters = Attempt.objects.filter(method=Method.LETTER, **{f"target__{column}__isnull": False})
    if ids is not None:
        activities, letters = activities.filter(among(column, ids)), letters.filter(among(f"target__{column}", ids))
    found: dict[int, datetime] = dict(activities.order_by().values_list(column).annotate(last=Max("at")))
    for pk, at in letters.order_by().values_list(f"target__{column}").annotate(last=Max("at")):
        found[pk] = max(at, found.get(pk, at))
    zone = ZoneInfo(current().time_zone)
    return {pk: at.astimezone(zone).date() for pk, at in found.items()}


def with_open_deals(column: str, ids: Collection[int] | None = None) -> frozenset[int]:
    """Return the ids of people (or companies) with whom a deal is open; of those given, else of all."""
    deals = Deal.objects.open().filter(**{f"{column}__isnull": False})
    if ids is not None:
        deals = deals.filter(among(column, ids))
    return frozenset(deals.order_by().values_list(column, flat=True))


def refusing_post(ids: Collection[int] | None = None) -> frozenset[int]:
    """Return the ids of people whose newest statement refuses letters."""
    statements = Consent.objects.filter(medium=Medium.POST)
    if ids is not None:
        statements = statements.filter(among("person_id", ids))
    newest = dict(statements.order_by("at", "pk").values_list("person_id", "allowed"))
    return frozenset(pk for pk, allowed in newest.items() if not allowed)


def _of_person(one: dict[str, Any]) -> dict[str, Any]:
    """Return a person's values with the company's number and address where the person has none."""
    filled = dict(one)
    if not (one["phone"] or one["mobile"]) and not one["company__do_not_call"]:
        filled["phone"] = one["company__phone"] or ""
    if not one["city"]:
        for name in ("postal_code", "prefecture", "city", "street"):
            filled[name] = one[f"company__{name}"] or ""
    return filled


def _of_company(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"score": 0, "mobile": "", "call_hours": ""}


def _judged(
    row: ApproachList,
    one: dict[str, Any],
    *,
    last: date | None,
    has_open_deal: bool,
    refuses_post: bool,
    today: date,
) -> Candidate:
    known = Known(
        do_not_call=one["do_not_call"],
        refuses_post=refuses_post,
        has_number=bool(one["phone"] or one["mobile"]),
        has_address=bool(one["city"]),
        has_open_deal=has_open_deal,
        last_contact_on=last,
    )
    return Candidate(
        pk=one["pk"],
        why_out=why_out(
            known,
            method=row.method,
            today=today,
            quiet_days=row.quiet_days,
            skips_open_deals=row.skips_open_deals,
        ),
        priority=priority_of(one["score"], last, today=today),
        call_hours=one["call_hours"],
        prefecture=one["prefecture"],
        city=one["city"],
        postal_code=one["postal_code"],
        has_open_deal=has_open_deal,
    )
