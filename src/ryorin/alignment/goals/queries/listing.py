"""The goals of a period with how far they are, what stands beneath each, and which are to be looked at again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from ryorin.alignment.goals.models import Goal, Level
from ryorin.alignment.goals.rules import Attainment, Check, Subject, attainment, check_of
from ryorin.insight.metrics.queries import Key, by_part, metric_named, total
from ryorin.insight.metrics.rules import METRICS, Metric
from ryorin.lib.fiscal import GRAINS, Grain, Period, periods_between
from ryorin.lib.postal import PREFECTURES
from ryorin.workspace.members.models import Member, Team

FINER: dict[str, tuple[Grain, ...]] = {
    "year": ("half", "quarter", "month"),
    "half": ("quarter", "month"),
    "quarter": ("month",),
    "month": (),
}
BENEATH = {
    Level.COMPANY: (Level.TEAM, Level.PERSON, Level.REGION),
    Level.TEAM: (Level.PERSON,),
    Level.PERSON: (),
    Level.REGION: (),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One goal and what has been reached of it up to now."""

    goal: Goal
    metric: Metric
    name: str
    value: float | None
    attainment: Attainment


@dataclass(frozen=True, slots=True)
class Part:
    """The goals of one kind beneath a goal, and whether they add up to it."""

    kind: str  # a grain or a level
    goals: list[Goal]
    check: Check


def goals_of(rows: QuerySet[Goal], period: Period, *, today: date) -> list[Standing]:
    """Return the goals of just this period, the company's first, each with its value; one question per metric."""
    goals = list(
        rows.filter(start=period.start, end=period.end, value__isnull=False, metric__in=METRICS).order_by("pk")
    )
    names, values = names_of(goals), dict[tuple[str, str | None], dict[Key, float | None]]()
    for goal in goals:
        subject, metric = Subject.of(goal.subject), METRICS[goal.metric]
        question = (metric.name, subject.breakdown)
        if question not in values:
            values[question] = parts_by(metric, period.start, period.end, subject.breakdown)
    found = []
    for goal in goals:
        subject, metric = Subject.of(goal.subject), METRICS[goal.metric]
        known = values[(metric.name, subject.breakdown)]
        value = known.get(subject.key, None if metric.per else 0.0)
        reached = attainment(metric, value, float(goal.value or 0), period=period, today=today)
        found.append(Standing(goal, metric, names[goal.subject], value, reached))
    order, levels = list(METRICS), list(Level)
    found.sort(key=lambda one: (levels.index(Level(one.goal.level)), order.index(one.metric.name), one.name))
    return found


def parts_by(metric: Metric, start: date, end: date, breakdown: str | None) -> dict[Key, float | None]:
    """Return the metric over those days by the parts of a breakdown; without one, under None."""
    if breakdown is None:
        return {None: total(metric, start, end)}
    return {key: number.value for key, number in by_part(metric, start, end, breakdown=breakdown).items()}


def names_of(goals: Iterable[Goal]) -> dict[str, str]:
    """Return what the subject of each goal is called, by its code."""
    subjects = {goal.subject: Subject.of(goal.subject) for goal in goals}
    teams = dict(Team.objects.filter(pk__in=keys_of(subjects, Level.TEAM)).values_list("pk", "name"))
    people = {one.pk: one.name for one in Member.objects.filter(pk__in=keys_of(subjects, Level.PERSON))}
    names: dict[str, Mapping[Any, str]] = {
        Level.TEAM: teams,
        Level.PERSON: people,
        Level.REGION: PREFECTURES,
        Level.COMPANY: {None: str(Level.COMPANY.label)},
    }
    return {code: names[one.level].get(one.key, code) for code, one in subjects.items()}


def keys_of(subjects: dict[str, Subject], level: str) -> list[int | str]:
    return [one.key for one in subjects.values() if one.level == level and one.key is not None]


def parts_beneath(goal: Goal, rows: QuerySet[Goal]) -> list[Part]:
    """Return what stands beneath a goal among `rows`: its shorter periods, and its teams, people or regions."""
    if goal.value is None:
        return []
    metric, value = metric_named(goal.metric), float(goal.value)
    inside = rows.filter(metric=goal.metric, value__isnull=False, start__gte=goal.start, end__lte=goal.end)
    found = []
    for grain in FINER[goal.grain]:
        same = {one.start: one for one in inside.filter(subject=goal.subject, grain=grain)}
        if same:
            places = [
                one.start for one in periods_between(goal.start, goal.end, grain=grain, start_month=goal.start.month)
            ]
            parts = [float(same[place].value or 0) if place in same else None for place in places]
            found.append(Part(grain, list(same.values()), check_of(metric, value, parts)))
    for level in BENEATH[Level(goal.level)]:
        theirs = inside.filter(level=level, start=goal.start, end=goal.end)
        if goal.level == Level.TEAM and goal.team_id is not None:
            theirs = theirs.filter(member__team_id=goal.team_id)
        goals = list(theirs.order_by("-value", "pk"))
        if goals:
            values = [float(one.value or 0) for one in goals]
            found.append(Part(level, goals, check_of(metric, value, values)))
    return found


def reviews_due(rows: QuerySet[Goal], *, today: date) -> list[Goal]:
    """Return the goals to be looked at again, the longest overdue first; of periods that are over, the last one's."""
    return list(rows.due(today).filter(end__gt=today - timedelta(days=92)).order_by("review_on", "pk")[:200])  # type: ignore[attr-defined]


def is_off_year(period: Period, *, start_month: int) -> bool:
    """Return whether the fiscal year begins in another month today than when the goal was set."""
    return (period.start.month - start_month) % GRAINS[period.grain] != 0
