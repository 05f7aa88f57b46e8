"""Reading the funnel from history: people who became leads in a period, and how far each of them has come."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from ryorin.alignment.funnel.errors import FunnelStepUnknown
from ryorin.alignment.funnel.rules import STAGES, Funnel, Part, steps_of
from ryorin.insight.lake.queries import table
from ryorin.insight.metrics.queries import Key, beginning, remembered
from ryorin.insight.metrics.rules import human_page_views

if TYPE_CHECKING:
    import ibis.expr.types as ir

Breakdown = Literal["channel", "campaign"]
OF_PEOPLE = ("stage_changes", "people")
OF_VISITORS = ("touchpoints", "identities")


def funnel(*, start: date | None = None, end: date | None = None, by: Breakdown | None = None) -> Funnel:
    """Return the funnel of the people who became leads from `start` up to, not including, `end` (None: ever).

    Somebody who reached a later stage counts as having passed the earlier ones. Visitors are the people and browsers
    that looked at a page in that time, machines left out; they cannot be told apart by source.
    """
    question = ("funnel", start, end, by)
    return remembered(question, (*OF_PEOPLE, *OF_VISITORS), lambda: ask(start, end, by))


def ask(start: date | None, end: date | None, by: Breakdown | None) -> Funnel:
    """Return the funnel computed from history."""
    steps = counted(cohort(start, end), None)[None]
    parts = counted(cohort(start, end), by) if by else {}
    order = sorted(parts, key=lambda key: (-int(parts[key]["lead"]["count"] or 0), str(key)))
    return Funnel(
        steps_of(visitors(start, end), steps),
        tuple(Part(key, steps_of(None, parts[key])) for key in order),
    )


def people_of(
    stage: str,
    *,
    start: date | None = None,
    end: date | None = None,
    by: Breakdown | None = None,
    key: Key = None,
    waiting: bool = False,
    limit: int = 10_000,
) -> tuple[list[int], int]:
    """Return the ids of the people behind a number of the funnel (newest first, at most `limit`) and how many in all.

    With `waiting`, only those who have not come further.
    """
    if stage not in STAGES:
        raise FunnelStepUnknown(name=stage)
    people = cohort(start, end)
    rank = STAGES.index(stage)
    people = people.filter(people.furthest == rank if waiting else people.furthest >= rank)
    if by:
        column = people[by]
        people = people.filter(column.isnull() if key is None else column == key)
    total = int(people.count().to_pyarrow().as_py())
    ids = people.select("person_id").order_by(people.person_id.desc()).limit(limit)
    return ids.to_pyarrow().column("person_id").to_pylist(), total


def cohort(start: date | None, end: date | None) -> "ir.Table":
    """Return one row per lead: when each stage was first reached, how far the person came, and the source."""
    import ibis

    changes, people = table("stage_changes"), table("people")
    changes = changes.filter(changes.stage.isin(STAGES))
    reached = changes.group_by("person_id").agg(
        **{stage: changes.at.min(where=changes.stage == stage) for stage in STAGES}, first_at=changes.at.min()
    )
    furthest = ibis.cases(
        *((reached[stage].notnull(), ibis.literal(rank)) for rank, stage in reversed(list(enumerate(STAGES)))), else_=0
    )
    reached = reached.mutate(furthest=furthest, begins=reached.lead.coalesce(reached.first_at))
    if start:
        reached = reached.filter(reached.begins >= ibis.literal(beginning(start)))
    if end:
        reached = reached.filter(reached.begins < ibis.literal(beginning(end)))
    known = people.select(
        "id", channel=people.source_channel.nullif(""), campaign=people.source_campaign_id, owner_id=people.owner_id
    )
    return reached.inner_join(known, reached.person_id == known.id)


def counted(people: "ir.Table", by: Breakdown | None) -> dict[Key, dict[str, dict[str, float | None]]]:
    """Return {part: {stage: {count, median_days, median_days_from_lead}}}."""
    import ibis

    totals: dict[str, Any] = {}
    for rank, stage in enumerate(STAGES):
        totals[f"{stage}_count"] = (people.furthest >= rank).sum()
        if rank:
            earlier = [people[name] for name in STAGES[:rank]]
            totals[f"{stage}_median_days"] = days(ibis.greatest(*earlier), people[stage]).median()
            totals[f"{stage}_median_days_from_lead"] = days(people.begins, people[stage]).median()
    part = people[by] if by else ibis.null("string")
    people = people.mutate(part_=part)
    rows = people.group_by("part_").agg(**totals).to_pyarrow().to_pylist()
    found = {row["part_"]: {stage: numbers(row, stage) for stage in STAGES} for row in rows}
    if not by and None not in found:
        found[None] = {stage: numbers({}, stage) for stage in STAGES}
    return found


def numbers(row: dict[str, Any], stage: str) -> dict[str, float | None]:
    return {
        "count": row.get(f"{stage}_count") or 0,
        "median_days": row.get(f"{stage}_median_days"),
        "median_days_from_lead": row.get(f"{stage}_median_days_from_lead"),
    }


def days(since: Any, until: Any) -> Any:
    """Return the days between two moments; empty where one is missing or they lie the other way round."""
    seconds = until.epoch_seconds() - since.epoch_seconds()
    return (seconds >= 0).ifelse(seconds / 86400, None)


def visitors(start: date | None, end: date | None) -> int:
    """Return how many people and unknown browsers looked at a page."""
    import ibis

    views = human_page_views(table)
    for bound, is_start in ((start, True), (end, False)):
        if bound:
            moment: datetime = beginning(bound)
            views = views.filter(views.at >= ibis.literal(moment) if is_start else views.at < ibis.literal(moment))
    who = views.person_id.cast("string").coalesce(views.visitor.nullif(""))
    return int(who.nunique().to_pyarrow().as_py() or 0)
