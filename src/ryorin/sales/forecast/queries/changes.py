"""What changed in the forecast since a day: deals opened, won, lost, put off, brought forward, worth more or less."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ryorin.sales.deals.models import Deal, DealState, StageMove, Yomi
from ryorin.sales.forecast.queries.sums import deals_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member

MOST = 2_000
KINDS = ("opened", "won", "lost", "reopened", "later", "sooner", "more", "less", "better", "worse")
BEST_FIRST = {Yomi.A: 0, Yomi.B: 1, Yomi.C: 2, "": 3, Yomi.PASSED_OVER: 4}


@dataclass(frozen=True, slots=True)
class Change:
    """One deal and how it differs from what it was: `kind` is one of KINDS, `size` in minor units."""

    kind: str
    deal: Deal
    at: datetime
    before: Any = None
    after: Any = None
    size: int = 0


def changes_since(member: Member, since: datetime) -> tuple[list[Change], bool]:
    """Return what changed, the largest first, and whether there was more than can be looked through.

    Several changes of one thing count as one: from what it was before the first to what it is after the last.
    """
    rows = deals_of(member).filter(updated_at__gte=since).order_by("-updated_at").select_related("company", "owner")
    deals = {deal.pk: deal for deal in rows[: MOST + 1]}
    is_more = len(deals) > MOST
    found = [*moved(deals, since), *edited(deals, since)]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.size, one.deal.pk)), is_more


def moved(deals: dict[int, Deal], since: datetime) -> Iterable[Change]:
    """Yield deals opened, won, lost and opened again, by the last that happened to each."""
    moves = StageMove.objects.filter(updated_at__gte=since, at__gte=since, deal_id__in=deals).order_by("at", "pk")
    states: dict[int, list[tuple[str, datetime]]] = {}
    for pk, state, at in moves.values_list("deal_id", "state", "at"):
        states.setdefault(pk, []).append((state, at))
    for pk, passed in states.items():
        deal, (state, at) = deals[pk], passed[-1]
        if state != DealState.OPEN:
            yield Change(str(state), deal, at, size=deal.amount)
        elif deal.opened_at >= since:
            yield Change("opened", deal, deal.opened_at, size=deal.amount)
        elif any(one != DealState.OPEN for one, _at in passed):
            yield Change("reopened", deal, at, size=deal.amount)


def edited(deals: dict[int, Deal], since: datetime) -> Iterable[Change]:
    """Yield open deals whose day, amount or ヨミ is another than it was."""
    entries = AuditEntry.objects.filter(record_type="deal", action="deal_changed", at__gte=since, record_id__in=deals)
    was: dict[tuple[int, str], tuple[Any, datetime]] = {}
    for pk, at, text in entries.order_by("pk").values_list("record_id", "at", "changes"):
        for name, value in json.loads(text).items():
            if name in ("expected_close_on", "amount", "yomi") and isinstance(value, list) and len(value) == 2 and pk:
                was.setdefault((pk, name), (value[0], at))
    for (pk, name), (before, at) in was.items():
        deal = deals[pk]
        if deal.state == DealState.OPEN and deal.opened_at < since:
            yield from compared(deal, name, before, at)


def compared(deal: Deal, name: str, before: Any, at: datetime) -> Iterable[Change]:
    """Yield the change of one field, where there is one between then and now."""
    if name == "expected_close_on":
        then, now = (date.fromisoformat(before) if before else None), deal.expected_close_on
        if then and now and then != now:
            yield Change("later" if now > then else "sooner", deal, at, then, now, deal.amount)
    elif name == "amount":
        if before is not None and before != deal.amount:
            size = abs(deal.amount - before)
            yield Change("more" if deal.amount > before else "less", deal, at, before, deal.amount, size)
    elif before != deal.yomi:
        is_better = BEST_FIRST.get(deal.yomi, 3) < BEST_FIRST.get(before or "", 3)
        yield Change("better" if is_better else "worse", deal, at, before or "", deal.yomi, deal.amount)
