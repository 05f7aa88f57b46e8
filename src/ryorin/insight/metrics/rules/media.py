"""Rows of history by creative and flight: a placement's code travels as utm_content, and whoever came by it is its."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = Callable[..., "ir.Table"]
CODE = r'"utm_content": ?"([^"]*)"'


def placed_hits(tables: Tables) -> "ir.Table":
    """Return the page views of people that carry a placement's code, with its creative and flight."""
    views, places = tables("touchpoints"), tables("placements")
    views = views.filter(
        (views.kind == "page_view") & (views.verdict != "machine") & views.properties.contains("utm_content")
    )
    views = views.mutate(code_=views.properties.re_extract(CODE, 1))
    known = places.select(
        code=places.code,
        placed_creative=places.creative_id,
        placed_flight=places.flight_id,
        placed_campaign=places.campaign_id,
    )
    return views.inner_join(known, views.code_ == known.code)


def visits_placed(tables: Tables) -> "ir.Table":
    hits = placed_hits(partial(tables, raw=False))
    return hits.mutate(creative_id=hits.placed_creative, flight_id=hits.placed_flight)


def placed(
    rows: Callable[[Tables], "ir.Table"], *, at: str, person: str = "person_id"
) -> Callable[[Tables], "ir.Table"]:
    """Return the rows with the creative and flight by which their person came last before that moment."""

    def with_places(tables: Tables) -> "ir.Table":
        import ibis

        found, hits = rows(tables), placed_hits(tables)
        hits = hits.filter(hits.person_id.notnull()).select(
            hit_person=hits.person_id,
            hit_at=hits["at"],
            creative_id=hits.placed_creative,
            flight_id=hits.placed_flight,
        )
        joined = found.left_join(hits, [found[person] == hits.hit_person, hits.hit_at <= found[at]])
        turn = ibis.row_number().over(group_by=joined.id, order_by=ibis.desc(joined.hit_at))
        ranked: Any = joined.mutate(turn_=turn)
        return ranked.filter(ranked.turn_ == 0)

    return with_places


def figures(tables: Tables) -> "ir.Table":
    """Return the daily figures of media that belong to a campaign, with the campaign's channel."""
    rows, campaigns = tables("figures"), tables("campaigns")
    known = campaigns.select(which=campaigns.id, channel=campaigns.channel)
    rows = rows.filter(rows.campaign_id.notnull())
    return rows.left_join(known, rows.campaign_id == known.which)
