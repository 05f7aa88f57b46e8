"""How likely deals are won, and how soon: learned from what became of earlier ones.

Method. A deal that stands in a stage for some days is compared with all earlier deals that stood in the same stage for
at least as long (landmarking: H. C. van Houwelingen, "Dynamic prediction by landmarking in event history analysis",
Scandinavian Journal of Statistics 34, 2007). Being won and being lost compete from that day on; the chance of being won
within k days is the cumulative incidence of O. Aalen and S. Johansen (Scandinavian Journal of Statistics 5, 1978) on
whole days (G. Tutz and M. Schmid, "Modeling Discrete Time-to-Event Data", 2016), in which deals that are still open
count for as long as they were watched. Each day's two hazards are drawn toward those expected beforehand with the
weight of PRIOR deals (posterior mean under a Dirichlet prior): those of the stage as a whole, and for the stage itself
what the settings say, so that few data give the setting and many data give themselves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ryorin.sales.forecast.rules.history import WON, Floats, History, Known, known_at

BUCKETS = (0, 3, 7, 14, 30, 60, 120)  # days in a stage from which on a deal is compared with those that stayed so long
HORIZON = 400  # days ahead
PRIOR = 10.0  # earlier deals that an expectation is worth
USUAL_DAYS = 60.0  # until a deal is decided, where nothing is known
RECENT = 182.0  # days over which new deals are counted
WORTH_OF = 365.0  # days of won deals whose amounts are averaged


@dataclass(frozen=True)
class Curve:
    """The chance of being won within 0, 1, 2 ... HORIZON days, and how many earlier deals it rests on."""

    won: Floats
    deals: float

    @property
    def chance(self) -> float:
        return float(self.won[-1])

    def within(self, start: float, end: float) -> float:
        """Return the chance of being won between so many days from now."""
        low, high = np.interp([max(start, 0.0), max(end, 0.0)], np.arange(len(self.won)), self.won)
        return float(max(high - low, 0.0))


@dataclass(frozen=True)
class Opening:
    """New deals of a pipeline: how many a day, how unevenly (variance over mean), what becomes of them."""

    rate: float
    spread: float
    seen: int
    curve: Curve


@dataclass(frozen=True)
class Worth:
    """What won deals came to: how many, their mean, the mean of their squares; minor units."""

    count: int
    mean: float
    square: float


@dataclass(frozen=True)
class Learned:
    """All that history had taught by a day; curves of a stage by bucket, seasons by place in the fiscal quarter."""

    day: date
    stages: dict[int, tuple[Curve, ...]]
    openings: dict[int, Opening]
    worth: dict[int, Worth]
    seasons: tuple[float, ...] = (1.0, 1.0, 1.0)
    wobble: float = 0.0

    def curve(self, stage: int, bucket: int) -> Curve | None:
        found = self.stages.get(stage)
        return found[bucket] if found else None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the settings say of a stage: its pipeline and its probability, 0..1."""

    pipeline: int
    probability: float


def bucket_of(days: float) -> int:
    """Return which bucket so many days in a stage belong to."""
    return int(np.searchsorted(BUCKETS, max(days, 0.0), side="right")) - 1


def learn(history: History, day: date, *, moment: float, settings: dict[int, Setting]) -> Learned:
    """Return what the deals had taught by the moment; only what was known then has any part in it."""
    known = known_at(history, moment)
    pipelines = {setting.pipeline for setting in settings.values()}
    return Learned(
        day=day,
        stages={stage: stage_curves(known, stage, setting, moment) for stage, setting in settings.items()},
        openings={pipeline: opening_of(history, known, pipeline, settings, moment) for pipeline in sorted(pipelines)},
        worth={pipeline: worth_of(history, known, pipeline, moment) for pipeline in (0, *sorted(pipelines))},
    )


def stage_curves(known: Known, stage: int, setting: Setting, moment: float) -> tuple[Curve, ...]:
    """Return the curves of a stage: for deals that just entered it, and for those that stayed for longer."""
    here = known.stay_stage == stage
    since, until = known.stay_since[here], known.stay_until[here]
    decided, won = known.stay_decided[here], known.stay_won[here]
    watched = np.minimum(decided, moment)
    expected = expected_hazards(setting.probability, HORIZON + BUCKETS[-1])
    whole, deals = hazards(watched - since, decided < np.inf, won, expected)
    curves = [Curve(incidence(whole[:, :HORIZON]), deals)]
    for days in BUCKETS[1:]:
        stayed = (np.minimum(until, moment) - since) > days
        ahead = watched[stayed] - since[stayed] - days
        own, deals = hazards(ahead, decided[stayed] < np.inf, won[stayed], whole[:, days : days + HORIZON])
        curves.append(Curve(incidence(own), deals))
    return tuple(curves)


def opening_of(history: History, known: Known, pipeline: int, settings: dict[int, Setting], moment: float) -> Opening:
    """Return how many deals of a pipeline are opened, and what becomes of them from their first day on."""
    here = history.pipelines[known.place] == pipeline
    opened, decided = known.opened[here], known.decided[here]
    chances = [setting.probability for setting in settings.values() if setting.pipeline == pipeline]
    expected = expected_hazards(min(chances, default=0.0), HORIZON)
    own, deals = hazards(np.minimum(decided, moment) - opened, decided < np.inf, known.state[here] == WON, expected)
    days = min(RECENT, moment - float(opened.min())) if len(opened) else 0.0
    recent = opened[opened >= moment - days]
    weeks = int(days // 7)
    places = np.minimum(((moment - recent) // 7).astype(int), weeks)
    counts: Floats = np.bincount(places)[:weeks].astype(float) if weeks >= 4 else np.zeros(0)
    spread = float(np.var(counts) / np.mean(counts)) if len(counts) and np.mean(counts) > 0 else 1.0
    rate = len(recent) / days if days >= 7 else 0.0
    return Opening(rate=rate, spread=max(spread, 1.0), seen=len(recent), curve=Curve(incidence(own), deals))


def worth_of(history: History, known: Known, pipeline: int, moment: float) -> Worth:
    """Return what the deals won in the last year came to; pipeline 0 means all."""
    taken = (known.state == WON) & (known.decided >= moment - WORTH_OF)
    if pipeline:
        taken &= history.pipelines[known.place] == pipeline
    amounts = history.amounts[known.place[taken]]
    amounts = amounts[amounts > 0]
    if not len(amounts):
        return Worth(0, 0.0, 0.0)
    return Worth(len(amounts), float(amounts.mean()), float((amounts**2).mean()))


def expected_hazards(probability: float, days: int) -> Floats:
    """Return each day's hazards of being won and of being lost that the setting means, shape (2, days)."""
    daily = 1.0 - float(np.exp(-1.0 / USUAL_DAYS))
    return np.repeat([[daily * probability], [daily * (1.0 - probability)]], days, axis=1)


def hazards(times: Floats, is_decided: Floats, is_won: Floats, expected: Floats) -> tuple[Floats, float]:
    """Return each day's hazards (2, days) of deals watched for `times` days, drawn toward `expected`, and their number.

    The second value counts the deals that were decided: what the curve rests on.
    """
    days = expected.shape[1]
    ends = np.clip(np.floor(times), 0, None)
    last = np.minimum(ends, days).astype(int)
    at_risk = np.cumsum(np.bincount(last, minlength=days + 1)[::-1])[::-1][:days].astype(float)
    inside = ends < days
    events = [
        np.bincount(last[inside & is_decided.astype(bool) & outcome], minlength=days)[:days].astype(float)
        for outcome in (is_won.astype(bool), ~is_won.astype(bool))
    ]
    found: Floats = (np.array(events) + PRIOR * expected) / (at_risk + PRIOR)
    return found, float(sum(event.sum() for event in events))


def incidence(found: Floats) -> Floats:
    """Return the chance of being won within 0, 1, 2 ... days from each day's hazards (won, lost)."""
    won, lost = found
    left = np.concatenate([[1.0], np.cumprod(np.clip(1.0 - won - lost, 0.0, 1.0))])
    return np.concatenate([[0.0], np.clip(np.cumsum(left[:-1] * won), 0.0, 1.0)])


def to_json(learned: Learned) -> dict[str, Any]:
    """Return what was learned as it is stored; curves lose what lies behind the fifth decimal."""
    return {
        "day": learned.day.isoformat(),
        "stages": {str(stage): [_curve(one) for one in curves] for stage, curves in learned.stages.items()},
        "openings": {
            str(pipeline): [one.rate, one.spread, one.seen, _curve(one.curve)]
            for pipeline, one in learned.openings.items()
        },
        "worth": {str(pipeline): [one.count, one.mean, one.square] for pipeline, one in learned.worth.items()},
        "seasons": learned.seasons,
        "wobble": learned.wobble,
    }


def from_json(content: dict[str, Any]) -> Learned:
    """Return what was learned as it was stored."""
    return Learned(
        day=date.fromisoformat(content["day"]),
        stages={int(stage): tuple(_read(one) for one in curves) for stage, curves in content["stages"].items()},
        openings={
            int(pipeline): Opening(rate, spread, seen, _read(curve))
            for pipeline, (rate, spread, seen, curve) in content["openings"].items()
        },
        worth={int(pipeline): Worth(*parts) for pipeline, parts in content["worth"].items()},
        seasons=tuple(content["seasons"]),
        wobble=content["wobble"],
    )


def _curve(curve: Curve) -> list[Any]:
    return [curve.deals, [round(float(value), 5) for value in curve.won]]


def _read(stored: list[Any]) -> Curve:
    return Curve(np.maximum.accumulate(np.array(stored[1], dtype=np.float64)), stored[0])
