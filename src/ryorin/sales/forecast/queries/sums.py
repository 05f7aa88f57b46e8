"""Deals added up in the database: open ones by stage and age, by ヨミ and month; won ones by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, FloatField, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from ryorin.lib import clock
from ryorin.lib.fiscal import Period
from ryorin.sales.deals.models import Deal, DealProduct, DealState, Yomi
from ryorin.sales.forecast.queries.learned import midnight
from ryorin.sales.forecast.rules.learning import BUCKETS
from ryorin.sales.forecast.rules.outlook import Cell
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

EARLIEST = date(1900, 1, 1)
FEW = 500  # open deals that are looked at one by one: then the range is that of these very amounts
PATHS = {"": "", "owner": "owner_id", "team": "owner__team_id", "pipeline": "pipeline_id", "product": "product_id"}
Key = int | None


@dataclass(frozen=True, slots=True)
class Planned:
    """Open deals expected in one month with one ヨミ: how many, their sum, and the sum times the stages' settings."""

    count: int
    amount: int
    weighted: int


def deals_of(member: Member) -> QuerySet[Deal]:
    """Return the deals in the company's currency that the member sees."""
    rows: QuerySet[Deal] = Deal.objects.visible_to(member).filter(currency=current().currency)
    return rows


def open_cells(rows: QuerySet[Deal], *, by: str = "") -> list[Cell]:
    """Return the open deals by stage, days in it, and `by`; each amount by itself where there are few."""
    found, prefix = _source(rows, by, state=DealState.OPEN)
    columns = [f"{prefix}stage_id", f"{prefix}pipeline_id", "bucket", *_key(by, prefix)]
    found = found.annotate(bucket=_bucket(f"{prefix}stage_since"))
    if not by and rows.filter(state=DealState.OPEN)[: FEW + 1].count() <= FEW:
        columns.append("amount")
    size = Cast(F("amount"), FloatField())
    sums = (
        found.order_by()
        .values_list(*columns)
        .annotate(count=Count("pk"), without=Count("pk", filter=Q(amount=0)), sum=Sum(size), squares=Sum(size * size))
    )
    place = 3
    return [
        Cell(
            stage=row[0],
            pipeline=row[1],
            bucket=row[2],
            count=row[-4],
            without=row[-3],
            amount=row[-2] or 0.0,
            squares=row[-1] or 0.0,
            group=row[place] if by else None,
        )
        for row in sums
    ]


def won_by_month(rows: QuerySet[Deal], months: Sequence[Period], *, by: str = "") -> dict[tuple[Key, date], int]:
    """Return what was won for each key and month, minor units."""
    if not months:
        return {}
    tz = current().time_zone
    found, prefix = _source(rows, by, state=DealState.WON)
    at = f"{prefix}closed_at"
    inside = {f"{at}__gte": midnight(months[0].start, tz), f"{at}__lt": midnight(months[-1].end, tz)}
    place = Case(
        *(When(**{f"{at}__lt": midnight(month.end, tz)}, then=Value(place)) for place, month in enumerate(months)),
        output_field=IntegerField(),
    )
    sums = found.filter(**inside).annotate(place=place).order_by().values_list("place", *_key(by, prefix))
    return {
        (row[1] if by else None, months[row[0]].start): int(row[-1])
        for row in sums.annotate(sum=Coalesce(Sum("amount"), 0))
    }


def planned_by_month(
    rows: QuerySet[Deal], months: Sequence[Period], *, by: str = "", today: date
) -> dict[tuple[Key, date, str], Planned]:
    """Return the open deals expected in each month by key and ヨミ; what is overdue counts in the running month."""
    if not months:
        return {}
    found, prefix = _source(rows, by, state=DealState.OPEN)
    on = f"{prefix}expected_close_on"
    first = EARLIEST if months[0].start <= today else months[0].start
    place = Case(
        *(
            When(Q(**{f"{on}__lt": month.end}), then=Value(place))
            for place, month in enumerate(months)
            if month.end > today
        ),
        default=Value(-1),
        output_field=IntegerField(),
    )
    inside = found.filter(**{f"{on}__gte": first, f"{on}__lt": months[-1].end})
    sums = (
        inside.annotate(place=place)
        .order_by()
        .values_list("place", f"{prefix}yomi", *_key(by, prefix))
        .annotate(
            count=Count("pk"),
            sum=Coalesce(Sum("amount"), 0),
            weighted=Sum(Cast(F("amount"), FloatField()) * F(f"{prefix}stage__probability")),
        )
    )
    return {
        (row[2] if by else None, months[row[0]].start, row[1]): Planned(row[-3], int(row[-2]), round(row[-1] / 100))
        for row in sums
        if row[0] >= 0
    }


def without_day(rows: QuerySet[Deal]) -> int:
    """Return how many open deals have no day on which they are expected."""
    return rows.filter(state=DealState.OPEN, expected_close_on__isnull=True).count()


def without_amount(rows: QuerySet[Deal]) -> int:
    """Return how many open deals have no amount yet."""
    return rows.filter(state=DealState.OPEN, amount=0).count()


def yomi_in_order() -> tuple[str, ...]:
    return tuple(Yomi.values)


def _source(rows: QuerySet[Deal], by: str, *, state: DealState) -> tuple[QuerySet[Any], str]:
    """Return what is added up, deals or their products, and how one gets from there to the deal."""
    if by != "product":
        return rows.filter(state=state), ""
    return DealProduct.objects.filter(deal__in=rows.filter(state=state).order_by().values("pk")), "deal__"


def _key(by: str, prefix: str) -> list[str]:
    path = PATHS[by]
    return [path if by == "product" else f"{prefix}{path}"] if path else []


def _bucket(path: str) -> Case:
    """Return the bucket of the days that a deal has stood in its stage."""
    now = clock.now()
    return Case(
        *(
            When(**{f"{path}__gt": now - timedelta(days=days)}, then=Value(bucket))
            for bucket, days in enumerate(BUCKETS[1:])
        ),
        default=Value(len(BUCKETS) - 1),
        output_field=IntegerField(),
    )
