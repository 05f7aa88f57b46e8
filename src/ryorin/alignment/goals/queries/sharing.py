"""How a goal is shared out: over months by the seasons of earlier years, among subjects by what each brought."""

from collections.abc import Sequence
from dataclasses import dataclass

from ryorin.alignment.goals.models import Goal, Level
from ryorin.alignment.goals.rules import BREAKDOWN, Subject, adds_up, shares_of_months
from ryorin.insight.metrics.queries import Key, by_part, metric_named, series
from ryorin.insight.metrics.rules import Metric
from ryorin.lib.fiscal import Period, year_before
from ryorin.workspace.members.models import Member, Role, Team

YEARS_BACK = 3
MOST_REGIONS = 12
WHO_IS_MEASURED = (Role.SALES, Role.MARKETER)


@dataclass(frozen=True, slots=True)
class Sharing:
    """The parts, and how much of the whole falls on each; `shares` None: evenly, for want of a history."""

    keys: tuple[Key, ...]
    shares: list[float] | None
    is_ratio: bool = False


def month_shares(metric: Metric, months: Sequence[Period], subject: Subject) -> Sharing:
    """Return how the year is spread over its months, as up to three years before it were."""
    if not adds_up(metric):
        return Sharing((), None, is_ratio=True)
    first = months[0].start.replace(year=months[0].start.year - YEARS_BACK)
    points = series(metric, start=first, end=months[0].start, grain="month", breakdown=subject.breakdown)
    history = {point.period.start: 0.0 for point in points}
    history |= {point.period.start: point.value or 0.0 for point in points if point.key == subject.key}
    return Sharing((), shares_of_months(history, [month.start for month in months], years=YEARS_BACK))


def part_shares(goal: Goal, level: str, *, keys: Sequence[Key] | None = None) -> Sharing:
    """Return who shares the goal, and how much of it: by the same period of the year before."""
    metric = metric_named(goal.metric)
    chosen = list(keys) if keys is not None else candidates(goal, level)
    if not adds_up(metric):
        return Sharing(tuple(chosen), None, is_ratio=True)
    ago = year_before(goal.period)
    found = by_part(metric, ago.start, ago.end, breakdown=str(BREAKDOWN[level]))
    values = [max(found[key].value or 0.0, 0.0) if key in found else 0.0 for key in chosen]
    return Sharing(tuple(chosen), values if sum(values) > 0 else None)


def candidates(goal: Goal, level: str) -> list[Key]:
    """Return who can have a part: teams, the people of the goal's team, or the regions that brought most a year ago."""
    metric, ago = metric_named(goal.metric), year_before(goal.period)
    breakdown = BREAKDOWN[level]
    if breakdown is None or breakdown not in metric.breakdowns:
        return []
    found = by_part(metric, ago.start, ago.end, breakdown=breakdown)
    brought: dict[Key, float] = {key: number.of for key, number in found.items() if key is not None}
    if level == Level.REGION:
        return sorted(brought, key=lambda key: (-brought[key], str(key)))[:MOST_REGIONS]
    if level == Level.PERSON:
        rows = Member.objects.filter(is_active=True, role__in=WHO_IS_MEASURED)
        if goal.team_id:
            rows = rows.filter(team_id=goal.team_id)
        known = list(rows.order_by("team__name", "pk").values_list("pk", flat=True))
    else:
        known = list(Team.objects.filter(members__is_active=True).distinct().values_list("pk", flat=True))
    return [key for key in known if key in brought] or list(known)
