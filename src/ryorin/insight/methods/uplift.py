"""What a better step of a funnel would bring, with a range: the chances of each step and the value of a deal drawn.

Both come from the Bayesian bootstrap (D. B. Rubin, "The Bayesian Bootstrap", Annals of Statistics 9, 1981): of the
people, which makes the chance of a step Beta(moved, stayed), and of the deals, whose mean value is drawn. For every
draw the same people pass the same funnel twice, as it is and with one step raised, and the difference is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from ryorin.insight.methods.errors import TooLittleKnown

FEWEST_LEADS, FEWEST_WON, FEWEST_VALUES = 30, 5, 5
DRAWS = 4000
SURE = 0.8
Floats = NDArray[np.float64]


class TooFewForUplift(TooLittleKnown):
    reason = "too_few_for_uplift"
    message = gettext_lazy("データが少ないため、まだ試算できません（%(what)s）。")


@dataclass(frozen=True, slots=True)
class Range:
    """The middle, and the ends between which the true figure lies with a chance of 80 %."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Uplift:
    """What raising the step into `stage` would bring: more wins, and their value (None where too few deals tell it).

    `by_tenth` raises its chance by a tenth of itself (for the first stage: a tenth more people), `by_points` by ten
    points of a hundred (None for the first stage); no chance passes 1.
    """

    stage: str
    by_tenth: Range
    value_by_tenth: Range | None
    by_points: Range | None
    value_by_points: Range | None


def uplifts(
    stages: Sequence[str], counts: Sequence[int], values: Sequence[float], *, draws: int = DRAWS, seed: int = 1
) -> list[Uplift]:
    """Return what raising each stage would bring for as many people as passed the funnel, in the order of the stages.

    `counts` are people who came at least as far as each stage, never growing; `values` are deals won, in any unit of
    money. The same input gives the same answer. Raises TooFewForUplift, ValueError for counts that grow.
    """
    if len(stages) != len(counts) or len(counts) < 2 or any(a < b for a, b in pairwise(counts)):
        raise ValueError("each stage needs a count, and no more people come further than came before")
    if counts[0] < FEWEST_LEADS:
        raise TooFewForUplift(what=_("リードが%(fewest)s人以上必要、いまは%(now)s人") % told(FEWEST_LEADS, counts[0]))
    if counts[-1] < FEWEST_WON:
        raise TooFewForUplift(what=_("受注が%(fewest)s件以上必要、いまは%(now)s件") % told(FEWEST_WON, counts[-1]))
    dice = np.random.default_rng(seed)
    chances = np.array([drawn_chance(before, after, dice, draws) for before, after in pairwise(counts)])
    worth = mean_value(values, dice, draws) if len(values) >= FEWEST_VALUES else None
    people = float(counts[0])
    wins = people * chances.prod(axis=0)
    found = [_raised(stages[0], 0.1 * wins, None, worth)]
    for place, stage in enumerate(stages[1:]):
        others = people * np.delete(chances, place, axis=0).prod(axis=0)
        tenth = others * np.minimum(1.1 * chances[place], 1) - wins
        points = others * np.minimum(chances[place] + 0.1, 1) - wins
        found.append(_raised(stage, tenth, points, worth))
    return found


def told(fewest: int, now: int) -> dict[str, int]:
    return {"fewest": fewest, "now": now}


def drawn_chance(before: int, after: int, dice: np.random.Generator, draws: int) -> Floats:
    """Return draws of the chance to move on; always 1 where nobody stayed."""
    return dice.beta(after, before - after, draws) if before > after else np.ones(draws)


def mean_value(values: Sequence[float], dice: np.random.Generator, draws: int) -> Floats:
    """Return draws of the mean value of a deal."""
    known = np.asarray(values, dtype=np.float64)
    if len(known) > 2000:  # so many that their mean is normal; a weight for each would only cost time
        return dice.normal(known.mean(), known.std() / np.sqrt(len(known)), draws)
    weights = dice.exponential(1, (draws, len(known)))
    drawn: Floats = weights @ known / weights.sum(axis=1)
    return drawn


def _raised(stage: str, tenth: Floats, points: Floats | None, worth: Floats | None) -> Uplift:
    return Uplift(
        stage,
        by_tenth=range_of(tenth),
        value_by_tenth=None if worth is None else range_of(tenth * worth),
        by_points=None if points is None else range_of(points),
        value_by_points=None if points is None or worth is None else range_of(points * worth),
    )


def range_of(drawn: Floats) -> Range:
    """Return the middle and the ends of the middle 80 %."""
    low, middle, high = np.quantile(drawn, [(1 - SURE) / 2, 0.5, (1 + SURE) / 2])
    return Range(float(low), float(middle), float(high))
