"""How long people stay in each stage before they move on, and who has stayed longer than most did."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ryorin.alignment.funnel.queries.counting import OF_PEOPLE, Reading, Span, days, reached
from ryorin.alignment.funnel.rules import FEWEST_MOVED, QUANTILES, STAGES, Wait
from ryorin.insight.lake.queries import answer, bound
from ryorin.insight.metrics.queries import remembered
from ryorin.lib import clock

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAVING = STAGES[:-1]  # nobody moves on from the last


def waits(*, start: date | None = None, end: date | None = None, reading: Reading = "cohort") -> tuple[Wait, ...]:
    """Return for each stage how many days people stayed in it before they moved on, and who stays too long now.

    Read as a cohort of those who became leads in that time; by events, of those who entered the stage in that time.
    People who have not moved on are compared with those who have, as of the full hour.
    """
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    return remembered(("waits", start, end, reading, now), OF_PEOPLE, lambda: _ask(Span(start, end), reading, now))


def limit_of(stage: str, quantile: str, *, start: date | None, end: date | None, reading: Reading) -> datetime | None:
    """Return the moment before which somebody must have entered the stage to wait longer than that part of the others.

    None where too few have moved on to say.
    """
    found = next((wait for wait in waits(start=start, end=end, reading=reading) if wait.stage == stage), None)
    length = None if found is None else {"p75": found.p75, "p90": found.p90}.get(quantile)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    return None if length is None else now - timedelta(days=length)


def _ask(span: Span, reading: Reading, now: datetime) -> tuple[Wait, ...]:
    stays = _stays(span, reading)
    limits = {
        f"{stage}_{name}": now - timedelta(days=stays[f"{stage}_{name}"])
        for stage in LEAVING
        for name in QUANTILES
        if (stays[f"{stage}_moved"] or 0) >= FEWEST_MOVED
    }
    stuck = _stuck(span, reading, limits)
    return tuple(_wait(stage, stays, stuck) for stage in LEAVING)


def _wait(stage: str, stays: dict[str, Any], stuck: dict[str, Any]) -> Wait:
    moved = int(stays[f"{stage}_moved"] or 0)
    known = moved >= FEWEST_MOVED
    return Wait(
        stage,
        moved=moved,
        median=stays[f"{stage}_median"] if known else None,
        p75=stays[f"{stage}_p75"] if known else None,
        p90=stays[f"{stage}_p90"] if known else None,
        waiting=int(stuck[f"{stage}_waiting"] or 0),
        over_p75=int(stuck.get(f"{stage}_p75") or 0),
        over_p90=int(stuck.get(f"{stage}_p90") or 0),
    )


def _stays(span: Span, reading: Reading) -> dict[str, Any]:
    """Return how many moved on from each stage and the quantiles of the days they had stayed."""

    def question() -> "ir.Table":
        import ibis

        people = reached(span if reading == "cohort" else Span(None, None))
        totals: dict[str, Any] = {}
        for rank, stage in enumerate(LEAVING):
            stay = days(people[stage], ibis.least(*(people[later] for later in STAGES[rank + 1 :])))
            inside = _inside(people, stage, span, reading)
            totals[f"{stage}_moved"] = (stay.notnull() & inside).ifelse(1, 0).sum()
            totals[f"{stage}_median"] = stay.median(where=inside)
            for name, share in QUANTILES.items():
                totals[f"{stage}_{name}"] = stay.quantile(share, where=inside)
        return people.agg(**totals)

    (row,) = answer(("stays", span.shape, reading), question, span.bounds)
    return row


def _stuck(span: Span, reading: Reading, limits: dict[str, datetime]) -> dict[str, Any]:
    """Return how many are still in each stage, and how many of them since before each of the limits."""

    def question() -> "ir.Table":
        people = reached(span if reading == "cohort" else Span(None, None))
        totals: dict[str, Any] = {}
        for rank, stage in enumerate(LEAVING):
            here = (people.furthest == rank) & _inside(people, stage, span, reading)
            totals[f"{stage}_waiting"] = here.ifelse(1, 0).sum()
            for name in QUANTILES:
                key = f"{stage}_{name}"
                if key in limits:
                    totals[key] = (here & (people[stage] < bound(key))).ifelse(1, 0).sum()
        return people.agg(**totals)

    (row,) = answer(("stuck", span.shape, reading, tuple(sorted(limits))), question, span.bounds | limits)
    return row


def _inside(people: "ir.Table", stage: str, span: Span, reading: Reading) -> Any:
    inside = people[stage].notnull()
    for condition in span.holds(people[stage]) if reading == "events" else []:
        inside = inside & condition
    return inside
