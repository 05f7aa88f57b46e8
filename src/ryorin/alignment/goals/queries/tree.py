"""The KPI tree: which branch explains the distance of revenue from its goal or from last year, to the last yen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from ryorin.alignment.goals.queries.board import targets_in
from ryorin.alignment.goals.rules import share_elapsed
from ryorin.insight.methods.decomposition import Link, chain, in_whole, parts_of
from ryorin.insight.metrics.queries import Key, by_part, metric_named, total
from ryorin.lib.fiscal import Period, year_before

STAGES = ("visits", "leads", "qualified_leads", "accepted_leads", "first_orders", "new_revenue")
OF_TEAMS = STAGES[3:]  # visits, leads and qualified leads belong to no team
REPEAT = "repeat_revenue"
REVENUE = "revenue"
Figures = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Branch:
    """One part: a channel, a team, or (key None, `is_whole`) the company; amounts in minor units.

    `links` are the factors of new revenue, `parts` what each explains of the difference (by the stage the factor
    leads to; repeat revenue under its own name). The parts add up to `after - before` exactly.
    """

    key: Key
    before: int
    after: int
    repeat: tuple[int, int]
    links: tuple[Link, ...]
    parts: Mapping[str, int]
    stages: tuple[Figures, Figures] = field(repr=False)

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole and, by channel or team, its branches, the largest difference first.

    `against` is "last_year" or "goal"; `start`, `end` are the days counted, `base` those compared with (None: a goal).
    `assumed` names the stages without a goal of their own, `elapsed` how much of the goals counts by today.
    """

    whole: Branch
    branches: list[Branch]
    against: str
    start: date
    end: date
    base: tuple[date, date] | None
    assumed: tuple[str, ...] = ()
    elapsed: float = 1.0

    @property
    def unexplained(self) -> int:
        """What the branches do not hold of the whole difference: rounding aside nothing, so it is shown."""
        return self.whole.difference - sum(one.difference for one in self.branches) if self.branches else 0


def tree(period: Period, *, today: date, against: str = "last_year", by: str | None = None) -> Tree | None:
    """Return the tree of a period; a running one up to today, and as many days of the year before.

    Against goals None is returned where revenue has no goal in the period.
    """
    end = min(period.end, today + timedelta(days=1))
    end = end if end > period.start else period.end
    ago = year_before(period)
    base_end = ago.end if end == period.end else min(ago.end, ago.start + (end - period.start))
    if against == "goal":
        return against_goal(period, end, (ago.start, base_end), today=today)
    stages = OF_TEAMS if by == "team" else STAGES
    whole = branch(None, counted(ago.start, base_end), counted(period.start, end), STAGES)
    parts: list[Branch] = []
    if by:
        before, after = split(ago.start, base_end, by, stages), split(period.start, end, by, stages)
        blank: Figures = dict.fromkeys((*stages, REPEAT), Fraction(0))
        parts = [branch(key, before.get(key, blank), after.get(key, blank), stages) for key in {*before, *after}]
        parts.sort(key=lambda one: (-abs(one.difference), str(one.key)))
    return Tree(whole, parts, against, period.start, end, (ago.start, base_end))


def against_goal(period: Period, end: date, base: tuple[date, date], *, today: date) -> Tree | None:
    """Return the whole against its goals. A stage without one follows last year's rate from the stage before it;
    visits without one, and repeat revenue, keep last year's relation to revenue.
    """
    targets = targets_in(period)
    if not targets.get(REVENUE):
        return None
    elapsed = share_elapsed(period, today) if end < period.end else 1.0
    share = Fraction(elapsed).limit_denominator(10_000)
    wanted = {name: Fraction(str(round(value, 4))) * share for name, value in targets.items()}
    planned, assumed = plan(wanted, counted(*base))
    whole = branch(None, planned, counted(period.start, end), STAGES)
    return Tree(whole, [], "goal", period.start, end, None, assumed=assumed, elapsed=elapsed)


def plan(wanted: Mapping[str, Fraction], last: Figures) -> tuple[Figures, tuple[str, ...]]:
    """Return what each stage should have come to, and which of them had no goal and follow last year."""
    revenue = Fraction(round(wanted[REVENUE]))
    before = last[STAGES[-1]] + last[REPEAT]
    repeat = wanted.get(REPEAT, revenue * last[REPEAT] / before if before else Fraction(0))
    repeat = Fraction(round(min(max(repeat, Fraction(0)), revenue)))
    found: Figures = {REPEAT: repeat, STAGES[-1]: revenue - repeat}
    growth = found[STAGES[-1]] / last[STAGES[-1]] if last[STAGES[-1]] else Fraction(1)
    earlier = ""
    for name in STAGES[:-1]:
        if name in wanted:
            found[name] = wanted[name]
        elif earlier and last[earlier]:
            found[name] = found[earlier] * last[name] / last[earlier]
        else:
            found[name] = last[name] * growth
        earlier = name
    assumed = tuple(name for name in (*STAGES[:-1], REPEAT) if name not in wanted)
    return {name: found[name] for name in (*STAGES, REPEAT)}, assumed


def branch(key: Key, before: Figures, after: Figures, stages: tuple[str, ...]) -> Branch:
    """Return the parts of the difference between two sets of figures."""
    links = chain({name: before[name] for name in stages}, {name: after[name] for name in stages})
    parts = parts_of(links) | {REPEAT: after[REPEAT] - before[REPEAT]}
    money = stages[-1]
    return Branch(
        key=key,
        before=int(before[money] + before[REPEAT]),
        after=int(after[money] + after[REPEAT]),
        repeat=(int(before[REPEAT]), int(after[REPEAT])),
        links=tuple(links),
        parts=in_whole(parts),
        stages=(before, after),
    )


def counted(start: date, end: date) -> Figures:
    """Return the figures of all stages over those days."""
    return {name: exact(total(metric_named(name), start, end)) for name in (*STAGES, REPEAT)}


def split(start: date, end: date, by: str, stages: tuple[str, ...]) -> dict[Key, Figures]:
    """Return the figures of the stages over those days by channel or team."""
    found: dict[Key, Figures] = {}
    for name in (*stages, REPEAT):
        for key, number in by_part(metric_named(name), start, end, breakdown=by).items():
            found.setdefault(key, dict.fromkeys((*stages, REPEAT), Fraction(0)))[name] = exact(number.value)
    return found


def factor_name(of: str, to: str) -> str:
    """Return what the factor from one stage to the next is called; `of` is "" for the first stage."""
    names = {
        ("visits", "leads"): _("リード率"),
        ("leads", "qualified_leads"): _("見込み化率"),
        ("qualified_leads", "accepted_leads"): _("営業の受け入れ率"),
        ("accepted_leads", "first_orders"): _("成約率"),
        ("first_orders", "new_revenue"): _("注文単価"),
    }
    if not of:
        return str(metric_named(to).label)
    return names.get((of, to)) or f"{metric_named(to).label} ÷ {metric_named(of).label}"


def exact(value: float | None) -> Fraction:
    """Return a count or an amount, which is whole, as a fraction."""
    return Fraction(round(value or 0))
