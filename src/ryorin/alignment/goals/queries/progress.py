"""How far a goal is: day by day, where it will end, and what each week must bring."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from ryorin.alignment.goals.models import Goal
from ryorin.alignment.goals.queries.listing import parts_by
from ryorin.alignment.goals.rules import Attainment, Need, Subject, adds_up, attainment, needed
from ryorin.insight.methods.landing import POOL, WEEK, Landing, landing, season_of
from ryorin.insight.metrics.queries import days_of, metric_named
from ryorin.insight.metrics.rules import Metric
from ryorin.lib.fiscal import months_of

YEARS_OF_HISTORY = 3
Daily = dict[date, float]


@dataclass(frozen=True, slots=True)
class Progress:
    """One goal as of today; `days` holds (day, running value), `landing` is None where nothing can be foretold.

    `silent` says why: "over", "not_begun", "not_daily" (its days do not add up), "too_little".
    """

    metric: Metric
    value: float | None
    target: float
    attainment: Attainment
    days: list[tuple[date, float | None]]
    landing: Landing | None
    silent: str
    season: float | None
    need: Need | None
    aim: tuple[float, ...] = ()  # what should have been reached by the end of each day of the period


def progress(goal: Goal, *, today: date) -> Progress:
    """Return how far the goal is as of today; today itself counts as a day to come, as it is not over yet."""
    metric, subject, period = metric_named(goal.metric), Subject.of(goal.subject), goal.period
    target = float(goal.value or 0)
    value = parts_by(metric, period.start, period.end, subject.breakdown).get(subject.key, None if metric.per else 0.0)
    reached = attainment(metric, value, target, period=period, today=today)
    silent, aim = silence(metric, goal, today), aims_of(metric, goal)
    if silent in ("not_daily", "not_begun"):
        return Progress(metric, value, target, reached, [], None, silent, None, None, aim)
    first = period.start.replace(year=period.start.year - YEARS_OF_HISTORY)
    last = min(period.end, today)
    daily = days_of(metric, first, last, breakdown=subject.breakdown, key=subject.key)
    running = running_of(daily, period.start, last)
    if silent:
        return Progress(metric, value, target, reached, running, None, silent, None, None, aim)
    return replace(ahead(metric, goal, daily, running, value=value, reached=reached, today=today), aim=aim)


def aims_of(metric: Metric, goal: Goal) -> tuple[float, ...]:
    """Return the goal day by day: along the goals of its months where all are set, else evenly; of a ratio, flat."""
    days, target = (goal.end - goal.start).days, float(goal.value or 0)
    if not adds_up(metric):
        return (target,) * days
    months = months_of(goal.period)
    rows = Goal.objects.standing().filter(metric=goal.metric, subject=goal.subject, grain="month")
    known = dict(rows.filter(start__gte=goal.start, end__lte=goal.end).values_list("start", "value"))
    whole = float(sum(value or 0 for value in known.values()))
    daily = [target / days] * days
    if len(known) == len(months) and whole > 0:
        daily = [
            target * float(known[month.start] or 0) / whole / (month.end - month.start).days
            for month in months
            for _day in range((month.end - month.start).days)
        ]
    return tuple(accumulate(daily))


def silence(metric: Metric, goal: Goal, today: date) -> str:
    """Return why nothing is foretold; "" where something may be."""
    if not all(measure.is_daily for measure in metric.measures):
        return "not_daily"
    if today < goal.start:
        return "not_begun"
    return "over" if today >= goal.end else ""


def ahead(
    metric: Metric,
    goal: Goal,
    daily: list[Daily],
    running: list[tuple[date, float | None]],
    *,
    value: float | None,
    reached: Attainment,
    today: date,
) -> Progress:
    """Return the progress of a running goal with what is to come."""
    days_left = (goal.end - today).days
    past = [today - timedelta(days=day) for day in range(POOL * WEEK, 0, -1)]
    lately = [[series.get(day, 0.0) for day in past] for series in daily]
    so_far = [sum(amount for day, amount in series.items() if day >= goal.start) for series in daily]
    season = season_of(daily[0], today, days_left) if adds_up(metric) else None
    found = landing(
        lately[0],
        days_left,
        so_far=so_far[0],
        per=lately[1] if metric.per else None,
        so_far_per=so_far[1] if metric.per else 0.0,
        season=season or 1.0,
    )
    target = float(goal.value or 0)
    weekly = [sum(series) / POOL for series in lately]
    usual = (weekly[0] / weekly[1] if weekly[1] else None) if metric.per else weekly[0]
    need = needed(
        metric,
        target,
        so_far=so_far[0],
        days_left=days_left,
        usual=usual,
        so_far_per=so_far[1] if metric.per else 0.0,
        coming_per=weekly[1] * days_left / WEEK if metric.per else 0.0,
    )
    silent = "" if found else "too_little"
    return Progress(metric, value, target, reached, running, found, silent, season, need)


def running_of(daily: list[Daily], start: date, end: date) -> list[tuple[date, float | None]]:
    """Return the value of the period up to the end of each day."""
    found, sums, day = [], [0.0] * len(daily), start
    while day < end:
        sums = [total + series.get(day, 0.0) for total, series in zip(sums, daily, strict=True)]
        value: float | None = sums[0] if len(sums) == 1 else sums[0] / sums[1] if sums[1] else None
        found.append((day, value))
        day += timedelta(days=1)
    return found
