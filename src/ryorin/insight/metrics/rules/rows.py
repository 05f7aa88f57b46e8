"""Rows of history that measures count: who reached a stage, what was answered, opened, won, ordered, paid."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = Callable[..., "ir.Table"]


def human_page_views(tables: Tables) -> "ir.Table":
    views = tables("touchpoints")
    return views.filter((views.kind == "page_view") & (views.verdict != "machine"))


def hits_by_people(tables: Tables) -> "ir.Table":
    """Return the page views without asking whose they are, which visits do not need to know."""
    return human_page_views(partial(tables, raw=True))


def count(rows: "ir.Table") -> Any:
    return rows.count()


def visits_in(rows: "ir.Table") -> Any:
    """Return how many sessions; a hit without a session counts once per visitor and day."""
    return rows.session.nullif("").coalesce(rows.visitor.concat(rows.day.cast("string"))).nunique()


def reached(stage: str) -> Callable[[Tables], "ir.Table"]:
    """Return the rows of people who reached the stage, with where the person came from."""

    def rows(tables: Tables) -> "ir.Table":
        changes, people = tables("stage_changes"), tables("people")
        known = people.select(
            who=people.id,
            prefecture=people.prefecture,
            owner_id=people.owner_id,
            source=people.source_channel,
            source_campaign=people.source_campaign_id,
        )
        changes = changes.filter(changes.stage == stage)
        joined = changes.left_join(known, changes.person_id == known.who)
        return joined.mutate(
            channel=joined.channel.nullif("").coalesce(joined.source),
            campaign_id=joined.campaign_id.coalesce(joined.source_campaign),
        )

    return rows


def costs_of_campaigns(tables: Tables) -> "ir.Table":
    costs, campaigns = tables("costs"), tables("campaigns")
    known = campaigns.select(which=campaigns.id, channel=campaigns.channel)
    return costs.left_join(known, costs.campaign_id == known.which)


def answered(tables: Tables) -> "ir.Table":
    handoffs = tables("handoffs")
    handoffs = handoffs.filter(handoffs.answered_at.notnull())
    return handoffs.mutate(hours=(handoffs.answered_at.epoch_seconds() - handoffs.offered_at.epoch_seconds()) / 3600)


def accepted(tables: Tables) -> "ir.Table":
    rows = answered(tables)
    return rows.filter(rows.state == "accepted")


def deals(tables: Tables) -> "ir.Table":
    table = tables("deals")
    return table.mutate(channel=table.source_channel, campaign_id=table.source_campaign_id)


def closed(tables: Tables) -> "ir.Table":
    rows = deals(tables)
    return rows.filter(rows.closed_at.notnull() & rows.state.isin(["won", "lost"]))


def won(tables: Tables) -> "ir.Table":
    rows = closed(tables)
    days = (rows.closed_at.epoch_seconds() - rows.opened_at.epoch_seconds()) / 86400
    return rows.filter(rows.state == "won").mutate(days=days)


def orders(tables: Tables) -> "ir.Table":
    table, people = tables("orders"), tables("people")
    known = people.select(who=people.id, prefecture=people.prefecture)
    return table.left_join(known, table.person_id == known.who)


def sales_orders(tables: Tables) -> "ir.Table":
    rows = orders(tables)
    return rows.filter(~rows.is_return)
