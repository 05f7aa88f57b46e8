"""What months will bring: won so far, from open deals, from deals not yet opened; expected and as a range.

Method. Every open deal is won within the month with its learned chance (`learning`) times the month's season
(`seasons`), at its amount; how many deals are opened until then, and won still within it, follows from their rate. The
range comes from SCENARIOS drawn futures with a fixed seed: each stage's chance is drawn from the Beta distribution that
its earlier deals leave open, wins are binomial, new wins Poisson with a gamma-distributed rate (negative binomial, as
new deals come in bursts), their amounts as uneven as those won before, and the whole month times a gamma-distributed
factor of the wobble. So the range holds chance, how little may have been learned, and how far months have strayed. Of
the drawn sums the 10 % and the 90 % quantile are the range; where the expected sum lies outside, as with one large
deal, the range is widened to hold it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ryorin.sales.forecast.rules.history import Floats
from ryorin.sales.forecast.rules.learning import PRIOR, Curve, Learned, Opening, Worth
from ryorin.sales.forecast.rules.seasons import wins_of_new

SCENARIOS = 1_000
SEED = 20_260_401
LOW, HIGH = 0.1, 0.9
NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Cell:
    """Open deals that are alike: stage, bucket, how many, how many without an amount, sum and sum of squares."""

    stage: int
    bucket: int
    count: int
    without: int
    amount: float
    squares: float
    pipeline: int = 0
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one month from `start` to `end`, counted from today, its season, and what was won in it so far."""

    start: float
    end: float
    season: float = 1.0
    won: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one month or several, in minor units; `low` and `high` hold four futures out of five."""

    won: int
    from_open: int
    from_new: int
    low: int
    high: int

    @property
    def total(self) -> int:
        return self.won + self.from_open + self.from_new


@dataclass(frozen=True)
class Drawn:
    """One month: the means from open and from new deals, and the drawn sums of both."""

    won: int
    from_open: float
    from_new: float
    sums: Floats


def expected(learned: Learned, cells: Sequence[Cell], spans: Iterable[Span], *, seed: int = SEED) -> list[Expected]:
    """Return what each month will bring."""
    return [together([one]) for one in drawn(learned, cells, spans, seed=seed)]


def together(months: Sequence[Drawn]) -> Expected:
    """Return what the months will bring as one."""
    from_open, from_new = sum(one.from_open for one in months), sum(one.from_new for one in months)
    won, total = sum(one.won for one in months), from_open + from_new
    sums = sum((one.sums for one in months), np.zeros(SCENARIOS))
    low, high = np.quantile(sums, [LOW, HIGH])
    return Expected(
        won=won,
        from_open=round(from_open),
        from_new=round(from_new),
        low=won + int(np.floor(min(low, total))),
        high=won + int(np.ceil(max(high, total))),
    )


def drawn(learned: Learned, cells: Sequence[Cell], spans: Iterable[Span], *, seed: int = SEED) -> list[Drawn]:
    """Return each month with its drawn futures; the same seed gives the same."""
    found = []
    for place, span in enumerate(spans):
        dice = np.random.default_rng([seed, place])
        from_open, sums = from_open_deals(learned, cells, span, dice)
        from_new = 0.0
        for pipeline, opening in learned.openings.items():
            mean, new = from_new_deals(opening, worth_in(learned, pipeline), span, dice)
            from_new, sums = from_new + mean, sums + new
        if learned.wobble > NEGLIGIBLE:
            sums = sums * dice.gamma(1.0 / learned.wobble, learned.wobble, SCENARIOS)
        found.append(Drawn(span.won, from_open, from_new, sums))
    return found


def means_of(learned: Learned, cells: Sequence[Cell], span: Span) -> dict[int | None, float]:
    """Return what is expected of open deals for each group of the cells, in minor units."""
    found: dict[int | None, float] = {}
    for cell in cells:
        amount, _spread = amounts_of(learned, cell)
        found[cell.group] = found.get(cell.group, 0.0) + chance_of(learned, cell, span) * amount * cell.count
    return found


def chance_of(learned: Learned, cell: Cell, span: Span) -> float:
    """Return the chance that one deal of the cell is won within the month."""
    curve = learned.curve(cell.stage, cell.bucket)
    return min(curve.within(span.start, span.end) * span.season, 1.0) if curve else 0.0


def amounts_of(learned: Learned, cell: Cell) -> tuple[float, float]:
    """Return the mean amount of the cell's deals and its spread; deals without one count as usually won ones do."""
    usual = worth_in(learned, cell.pipeline)
    mean = (cell.amount + cell.without * usual.mean) / cell.count
    square = (cell.squares + cell.without * usual.square) / cell.count
    return mean, float(np.sqrt(max(square - mean**2, 0.0)))


def worth_in(learned: Learned, pipeline: int) -> Worth:
    """Return what deals of a pipeline usually come to; of all pipelines where this one has won none."""
    nothing = Worth(0, 0.0, 0.0)
    own = learned.worth.get(pipeline, nothing)
    return own if own.count else learned.worth.get(0, nothing)


def from_open_deals(
    learned: Learned, cells: Sequence[Cell], span: Span, dice: np.random.Generator
) -> tuple[float, Floats]:
    """Return the expected sum of the open deals won within the month, and drawn ones."""
    sums, total = np.zeros(SCENARIOS), 0.0
    chances: dict[tuple[int, int], Floats] = {}
    for cell in cells:
        curve, chance = learned.curve(cell.stage, cell.bucket), chance_of(learned, cell, span)
        if curve is None or cell.count <= 0:
            continue
        mean, spread = amounts_of(learned, cell)
        total += chance * mean * cell.count
        if chance < NEGLIGIBLE:
            continue
        place = (cell.stage, cell.bucket)
        if place not in chances:
            chances[place] = drawn_chances(chance, curve, dice)
        sums += drawn_amounts(dice.binomial(cell.count, chances[place]), mean, spread, dice)
    return total, sums


def from_new_deals(opening: Opening, worth: Worth, span: Span, dice: np.random.Generator) -> tuple[float, Floats]:
    """Return the expected sum of deals not yet opened but won within the month, and drawn ones."""
    wins = wins_of_new(opening.rate, opening.curve, span.start, span.end) * span.season
    if wins < NEGLIGIBLE or not worth.count:
        return 0.0, np.zeros(SCENARIOS)
    weight = max(min(opening.seen, opening.curve.deals) + PRIOR, 1.0)
    uneven = 1.0 / (1.0 / weight + (opening.spread - 1.0) / wins)  # the gamma's shape: few deals, or bursts, widen it
    counts = dice.poisson(wins * dice.gamma(uneven, 1.0 / uneven, SCENARIOS))
    spread = float(np.sqrt(max(worth.square - worth.mean**2, 0.0)))
    return wins * worth.mean, drawn_amounts(counts, worth.mean, spread, dice)


def drawn_chances(chance: float, curve: Curve, dice: np.random.Generator) -> Floats:
    """Return chances as earlier deals leave them open: a Beta distribution of as many deals as the curve rests on."""
    weight = curve.deals + PRIOR
    return dice.beta(max(chance * weight, 1e-9), max((1.0 - chance) * weight, 1e-9), SCENARIOS)


def drawn_amounts(counts: np.ndarray, mean: float, spread: float, dice: np.random.Generator) -> Floats:
    """Return sums of so many amounts each: gamma-distributed with the mean and spread, never below nothing."""
    if mean <= 0:
        return np.zeros(len(counts))
    if spread <= mean * 1e-6:
        return counts * mean
    shape = (mean / spread) ** 2
    return dice.gamma(np.maximum(counts * shape, 1e-12)) * (mean / shape) * (counts > 0)
