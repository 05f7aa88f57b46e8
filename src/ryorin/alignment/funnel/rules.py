"""The funnel from first visit to repeat purchase: its steps, and how counts become rates and the longest wait."""

from dataclasses import dataclass, field

STAGES = ("lead", "qualified", "accepted", "opportunity", "customer", "repeat")
VISITOR = "visitor"
QUANTILES = {"p75": 0.75, "p90": 0.9}
FEWEST_MOVED = 5  # fewer who have moved on say nothing about how long it takes


@dataclass(frozen=True, slots=True)
class Step:
    """How many people came this far, and how long they took.

    `rate` is the share of the step before, `overall` the share of leads; `median_days` counts from the step each person
    reached before this one, `median_days_from_lead` from becoming a lead. None where there is nobody to count.
    """

    stage: str
    count: int
    rate: float | None = None
    overall: float | None = None
    median_days: float | None = None
    median_days_from_lead: float | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """How many days those who moved on from a stage had stayed in it, and how many still there have stayed longer.

    Median and quantiles are None where fewer than FEWEST_MOVED have moved on; then nobody counts as staying too long.
    """

    stage: str
    moved: int
    median: float | None
    p75: float | None
    p90: float | None
    waiting: int
    over_p75: int = 0
    over_p90: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """The funnel of one channel or campaign; `key` is its name or id, None where the source is not known."""

    key: str | int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    steps: tuple[Step, ...]
    parts: tuple[Part, ...] = field(default=())

    @property
    def longest_wait(self) -> Step | None:
        """The step whose people waited longest (median) before they reached it."""
        waited = [step for step in self.steps if step.median_days is not None]
        return max(waited, key=lambda step: step.median_days or 0, default=None)


def steps_of(visitors: int | None, counts: dict[str, dict[str, float | None]]) -> tuple[Step, ...]:
    """Return the steps in order from {stage: {count, waiting, median_days ...}}; visitors: None if uncounted."""
    steps = []
    before: int | None = visitors
    if visitors is not None:
        steps.append(Step(VISITOR, visitors))
    leads = int(counts["lead"]["count"] or 0)
    for place, stage in enumerate(STAGES):
        found = counts[stage]
        count = int(found["count"] or 0)
        steps.append(
            Step(
                stage,
                count,
                rate=count / before if before else None,
                overall=count / leads if leads and stage != "lead" else None,
                median_days=found["median_days"],
                median_days_from_lead=found["median_days_from_lead"],
                waiting=int(found["waiting"] or 0) if place + 1 < len(STAGES) else 0,
            )
        )
        before = count
    return tuple(steps)
