"""The deals behind a number of the forecast, the largest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.lib import clock
from ryorin.lib.fiscal import periods_between
from ryorin.sales.deals.models import Deal, DealState, Yomi
from ryorin.sales.forecast.queries.board import learned_for, span_of
from ryorin.sales.forecast.queries.learned import midnight
from ryorin.sales.forecast.queries.sums import EARLIEST, PATHS, Key, deals_of
from ryorin.sales.forecast.rules.learning import bucket_of
from ryorin.sales.forecast.rules.outlook import Cell, chance_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

PAGE = 100
WHAT: dict[str, str | Promise] = {
    "won": _("受注した商談"),
    "open": _("進行中の商談"),
    "dated": _("この期間に受注予定の商談"),
    "a": _("ヨミAの商談"),
    "b": _("ヨミBの商談"),
    "c": _("ヨミCの商談"),
    "x": _("見送りの商談"),
}


@dataclass(frozen=True, slots=True)
class Behind:
    """One deal and its chance of being won within the days; None where it is decided."""

    deal: Deal
    chance: float | None


def deals_behind(
    member: Member, what: str, start: date, end: date, *, by: str = "", key: Key = None, today: date, page: int = 0
) -> tuple[list[Behind], int, int]:
    """Return one page of the deals, how many there are and what they sum to; minor units."""
    rows = narrowed(deals_of(member), what, start, end, today=today)
    if by == "product":
        rows = rows.filter(pk__in=_with_product(rows, key))
    elif by:
        rows = rows.filter(**({PATHS[by]: key} if key is not None else {f"{PATHS[by]}__isnull": True}))
    found = rows.order_by("-amount", "-pk").select_related("company", "owner", "stage")
    deals = list(found[page * PAGE : (page + 1) * PAGE])
    chances = chance_within(member, start, end, today=today) if what != "won" else None
    shown = [Behind(deal, chances(deal) if chances else None) for deal in deals]
    return shown, rows.count(), int(rows.order_by().aggregate(sum=Sum("amount"))["sum"] or 0)


def narrowed(rows: QuerySet[Deal], what: str, start: date, end: date, *, today: date) -> QuerySet[Deal]:
    """Return the deals counted in a number, as the sums count them."""
    if what == "won":
        tz = current().time_zone
        return rows.filter(state=DealState.WON, closed_at__gte=midnight(start, tz), closed_at__lt=midnight(end, tz))
    rows = rows.filter(state=DealState.OPEN)
    if what == "open":
        return rows
    first = EARLIEST if start <= today < end else start
    rows = rows.filter(expected_close_on__gte=first, expected_close_on__lt=end)
    return rows if what == "dated" else rows.filter(yomi=Yomi(what))


def chance_within(member: Member, start: date, end: date, *, today: date) -> Callable[[Deal], float]:
    """Return the function that gives a deal's chance of being won within the days, months added up."""
    learned, now = learned_for(member, today), clock.now()
    months = [month for month in periods_between(start, end) if month.end > today]
    spans = [span_of(learned, month, today=today, won=0) for month in months]

    def chance(deal: Deal) -> float:
        bucket = bucket_of((now - deal.stage_since).total_seconds() / 86_400)
        cell = Cell(deal.stage_id, bucket, 1, 0, float(deal.amount), 0.0, deal.pipeline_id)
        return min(sum(chance_of(learned, cell, span) for span in spans), 1.0)

    return chance


def _with_product(rows: QuerySet[Deal], key: Key) -> QuerySet[Any, Any]:
    found = rows.filter(products__product_id=key) if key is not None else rows.filter(products__isnull=True)
    return found.order_by().values("pk")
