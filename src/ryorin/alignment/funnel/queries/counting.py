"""Reading the funnel from history: how far people came, or what happened in a period, and where they wait."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, Literal

from ryorin.alignment.funnel.errors import FunnelStepUnknown
from ryorin.alignment.funnel.rules import STAGES, Funnel, Part, steps_of
from ryorin.insight.lake.queries import answer, blank, bound
from ryorin.insight.metrics.queries import Key, beginning, remembered
from ryorin.insight.metrics.rules.rows import human_page_views

if TYPE_CHECKING:
    import ibis.expr.types as ir

Breakdown = Literal["channel", "campaign"]
OF_PEOPLE = ("stage_changes", "people")
OF_VISITORS = ("touchpoints", "identities")


Reading = Literal["cohort", "events"]


def funnel(
    *, start: date | None = None, end: date | None = None, by: Breakdown | None = None, reading: Reading = "cohort"
) -> Funnel:
    """Return the funnel from `start` up to, not including, `end` (None: ever).

    Read as a cohort: the people who became leads in that time, and how far they have come since; somebody who reached a
    later stage counts as having passed the earlier ones. Read by events: who first reached each stage in that time,
    whenever they became leads. Visitors are the people and browsers that looked at a page, machines left out; they
    cannot be told apart by source.
    """
    question = ("funnel", start, end, by, reading)
    return remembered(question, (*OF_PEOPLE, *OF_VISITORS), lambda: ask(start, end, by, reading))


def ask(start: date | None, end: date | None, by: Breakdown | None, reading: Reading) -> Funnel:
    """Return the funnel computed from history."""
    span = Span(start, end)
    steps = counted(span, None, reading)[None]
    parts = counted(span, by, reading) if by else {}
    order = sorted(parts, key=lambda key: (-int(parts[key]["lead"]["count"] or 0), str(key)))
    return Funnel(
        steps_of(visitors(span), steps),
        tuple(Part(key, steps_of(None, parts[key])) for key in order),
    )


@dataclass(frozen=True, slots=True)
class Span:
    start: date | None
    end: date | None

    @property
    def shape(self) -> tuple[bool, bool]:
        return self.start is not None, self.end is not None

    @property
    def bounds(self) -> dict[str, date | datetime]:
        days = {"start": self.start, "end": self.end}
        return {name: beginning(day) for name, day in days.items() if day is not None}

    def holds(self, moment: Any) -> list[Any]:
        """Return the conditions under which the moment lies in this time."""
        after = [moment >= bound("start")] if self.start else []
        return after + ([moment < bound("end")] if self.end else [])


def people_of(
    stage: str,
    *,
    start: date | None = None,
    end: date | None = None,
    by: Breakdown | None = None,
    key: Key = None,
    waiting: bool = False,
    reading: Reading = "cohort",
    before: datetime | None = None,
    limit: int = 10_000,
) -> tuple[list[int], int]:
    """Return the ids of the people behind a number of the funnel (newest first, at most `limit`) and how many in all.

    With `waiting`, only those who have not come further; with `before`, only those who came to the stage before then.
    """
    if stage not in STAGES:
        raise FunnelStepUnknown(name=stage)
    span, rank = Span(start, end), STAGES.index(stage)

    def question() -> "ir.Table":
        people = reached(span if reading == "cohort" else Span(None, None))
        if reading == "events":
            people = people.filter(people[stage].notnull(), *span.holds(people[stage]))
        people = people.filter(people.furthest == rank if waiting else people.furthest >= rank)
        people = people.filter(people[stage] < bound("before")) if before else people
        part = people[by].cast("string") if by else people.person_id.cast("string")
        return people.select("person_id", part=part).order_by(people.person_id.desc())

    bounds = span.bounds | ({"before": before} if before else {})
    rows = answer(("people of", stage, span.shape, by, waiting, reading, before is not None), question, bounds)
    wanted = None if key is None else str(key)
    found = [row["person_id"] for row in rows if not by or row["part"] == wanted]
    return found[:limit], len(found)


def reached(span: Span) -> "ir.Table":
    """Return one row per lead of the time: when each stage was first reached, how far they came, and the source."""
    import ibis

    changes, people = blank("stage_changes"), blank("people")
    changes = changes.filter(changes.stage.isin(STAGES))
    rows = changes.group_by("person_id").agg(
        **{stage: changes.at.min(where=changes.stage == stage) for stage in STAGES}, first_at=changes.at.min()
    )
    furthest = ibis.cases(
        *((rows[stage].notnull(), ibis.literal(rank)) for rank, stage in reversed(list(enumerate(STAGES)))), else_=0
    )
    rows = rows.mutate(furthest=furthest, begins=rows.lead.coalesce(rows.first_at))
    rows = rows.filter(*span.holds(rows.begins)) if any(span.shape) else rows
    known = people.select("id", channel=people.source_channel.nullif(""), campaign=people.source_campaign_id)
    return rows.inner_join(known, rows.person_id == known.id)


def counted(span: Span, by: Breakdown | None, reading: Reading) -> dict[Key, dict[str, dict[str, float | None]]]:
    """Return {part: {stage: {count, waiting, median_days, median_days_from_lead}}}."""

    def question() -> "ir.Table":
        import ibis

        people = reached(span if reading == "cohort" else Span(None, None))
        part = people[by] if by else ibis.null("string")
        people = people.mutate(part_=part)
        totals: dict[str, Any] = {}
        for rank in range(len(STAGES)):
            totals |= totals_of(people, rank, span, reading)
        return people.group_by("part_").agg(**totals)

    rows = answer(("funnel", span.shape, by, reading), question, span.bounds)
    found = {row["part_"]: {stage: numbers(row, stage) for stage in STAGES} for row in rows}
    found = {key: steps for key, steps in found.items() if not by or any(step["count"] for step in steps.values())}
    if not by and None not in found:
        found[None] = {stage: numbers({}, stage) for stage in STAGES}
    return found


def totals_of(people: "ir.Table", rank: int, span: Span, reading: Reading) -> dict[str, Any]:
    """Return what is counted of one stage."""
    import ibis

    stage = STAGES[rank]
    inside = people.furthest >= rank
    if reading == "events":
        inside = reduce(and_, span.holds(people[stage]), people[stage].notnull())
    totals = {
        f"{stage}_count": inside.ifelse(1, 0).sum(),
        f"{stage}_waiting": (inside & (people.furthest == rank)).ifelse(1, 0).sum(),
    }
    if rank:
        earlier = [people[name] for name in STAGES[:rank]]
        waited = days(ibis.greatest(*earlier), people[stage])
        totals[f"{stage}_median_days"] = waited.median(where=inside)
        totals[f"{stage}_median_days_from_lead"] = days(people.begins, people[stage]).median(where=inside)
    return totals


def numbers(row: dict[str, Any], stage: str) -> dict[str, float | None]:
    return {
        "count": row.get(f"{stage}_count") or 0,
        "waiting": row.get(f"{stage}_waiting") or 0,
        "median_days": row.get(f"{stage}_median_days"),
        "median_days_from_lead": row.get(f"{stage}_median_days_from_lead"),
    }


def days(since: Any, until: Any) -> Any:
    """Return the days between two moments; empty where one is missing or they lie the other way round."""
    seconds = until.epoch_seconds() - since.epoch_seconds()
    return (seconds >= 0).ifelse(seconds / 86400, None)


def visitors(span: Span) -> int:
    """Return how many people and unknown browsers looked at a page."""

    def question() -> "ir.Table":
        views = human_page_views(blank)
        views = views.filter(*span.holds(views.at)) if any(span.shape) else views
        who = views.person_id.cast("string").coalesce(views.visitor.nullif(""))
        return views.agg(count=who.nunique())

    return int(answer(("visitors", span.shape), question, span.bounds)[0]["count"] or 0)
