"""Needs shaped for pages: of one customer or deal, and counted with the people behind them."""

from dataclasses import dataclass

from django.db.models import Avg, Count, QuerySet

from ryorin.customers.voice.models import Need, NeedKind
from ryorin.workspace.members.models import Member

COUNTED_BY = {"kind": "kind", "area": "area", "competitor": "competitor", "product": "product__name"}
MOST_GROUPS = 50


@dataclass(frozen=True, slots=True)
class Group:
    """How often something was said: needs, people and companies behind them, mean strength from 1 to 5."""

    value: str
    needs: int
    people: int
    companies: int
    strength: float


def needs_of(
    member: Member, *, person_id: int | None = None, company_id: int | None = None, deal_id: int | None = None
) -> list[Need]:
    """Return what one customer or deal needs, the strongest first, as far as the member sees it."""
    rows = Need.objects.visible_to(member).select_related("person", "product")
    named = {"person_id": person_id, "company_id": company_id, "deal_id": deal_id}
    rows = rows.filter(**{name: value for name, value in named.items() if value is not None})
    return list(rows.order_by("-strength", "-said_at", "-pk")[:50])


def counted(rows: QuerySet[Need], by: str) -> list[Group]:
    """Return the needs counted by one of COUNTED_BY, the most frequent first; what has no value is left out."""
    path = COUNTED_BY[by]
    rows = rows.exclude(**{path: ""}).exclude(**{f"{path}__isnull": True})
    found = (
        rows.order_by()
        .values_list(path)
        .annotate(
            needs=Count("pk"),
            people=Count("person", distinct=True),
            companies=Count("company", distinct=True),
            mean=Avg("strength"),
        )
        .order_by("-needs", path)[:MOST_GROUPS]
    )
    return [Group(value, needs, people, companies, round(mean, 1)) for value, needs, people, companies, mean in found]


def crossed(rows: QuerySet[Need]) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Return the product areas (most needs first) and, by area, how many needs of each kind."""
    found = rows.exclude(area="").order_by().values_list("area", "kind").annotate(count=Count("pk"))
    table: dict[str, dict[str, int]] = {}
    for area, kind, count in found:
        table.setdefault(area, dict.fromkeys(NeedKind.values, 0))[kind] = count
    areas = sorted(table, key=lambda area: (-sum(table[area].values()), area))[:MOST_GROUPS]
    return areas, table
