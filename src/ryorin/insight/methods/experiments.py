"""Always-valid A/B tests: they may be looked at every day and stopped at any look.

The mixture sequential probability ratio test of Johari, Pekelis and Walsh, "Always Valid Inference" (2015) and "Peeking
at A/B Tests" (KDD 2017), on the difference of two proportions with the normal approximation. For a difference d with
variance V and the mixture N(0, t^2) over the true differences, the likelihood ratio against "no difference" is

    L = sqrt(V / (V + t^2)) * exp(t^2 d^2 / (2 V (V + t^2)))

and under no difference L passes 1/alpha ever with a chance of at most alpha. The differences not ruled out by it make
the confidence sequence d +- sqrt(2 V (V + t^2) / t^2 * (log(1/alpha) + log((V + t^2) / V) / 2)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

LARGEST = 1_000_000_000
CONCENTRATION = 100.0
FEWEST = 10  # successes and failures of both arms together before a difference is judged
SMALLEST = 30  # an arm before it is judged: below, a proportion is not yet near to normal


@dataclass(frozen=True, slots=True)
class Arm:
    """How many met one variant, and how many of them did what is hoped for."""

    seen: int
    won: int

    @property
    def rate(self) -> float:
        return self.won / self.seen if self.seen else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant against the one there is today; `low` and `high` hold the true difference at every look together."""

    difference: float
    low: float
    high: float
    p_value: float

    @property
    def is_better(self) -> bool:
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        return self.high < 0


def compare(today: Arm, other: Arm, *, effect: float, alpha: float = 0.05) -> Comparison:
    """Return the difference other - today with its always-valid interval and p-value.

    `effect` is the smallest difference worth finding; it is the spread t of the mixture.
    """
    difference = other.rate - today.rate
    won, seen = today.won + other.won, today.seen + other.seen
    if min(today.seen, other.seen) < SMALLEST or min(won, seen - won) < FEWEST:
        return Comparison(difference, -1.0, 1.0, 1.0)
    variance, mixture = _variance(today) + _variance(other), effect * effect
    sum_ = variance + mixture
    evidence = log(variance / sum_) / 2 + mixture * difference**2 / (2 * variance * sum_)
    reach = half_width(variance, effect, alpha=alpha)
    return Comparison(
        difference, max(-1.0, difference - reach), min(1.0, difference + reach), min(1.0, exp(-max(evidence, 0.0)))
    )


def half_width(variance: float, effect: float, *, alpha: float) -> float:
    """Return how far the confidence sequence reaches to either side of the difference."""
    mixture = effect * effect
    sum_ = variance + mixture
    return sqrt(2 * variance * sum_ / mixture * (log(1 / alpha) + log(sum_ / variance) / 2))


def planned_size(baseline: float, effect: float, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0) -> int:
    """Return how many the first arm needs so that a difference of `effect` is found with `power`, peeking included.

    The other arm has `ratio` as many. It is found by the last look when the estimate lies beyond the boundary there;
    earlier looks only add to that, so the power reached lies a little above the one asked for.
    """
    variance_of_one = baseline * (1 - baseline) + (baseline + effect) * (1 - baseline - effect) / ratio
    sureness = NormalDist().inv_cdf(power)

    def is_enough(size: int) -> bool:
        variance = variance_of_one / size
        return effect - half_width(variance, effect, alpha=alpha) >= sureness * sqrt(variance)

    low, high = 1, 2
    while not is_enough(high):
        low, high = high, high * 2
        if high > LARGEST:
            return LARGEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def fixed_size(baseline: float, effect: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many each arm would need if nobody looked before the end: what never peeking would save."""
    normal = NormalDist()
    sureness = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
    variance = baseline * (1 - baseline) + (baseline + effect) * (1 - baseline - effect)
    return ceil(sureness**2 * variance / effect**2)


def share_mismatch(seen: Sequence[int], shares: Sequence[int]) -> float:
    """Return the always-valid p-value of "variants are met by their shares"; a small one means assignment is broken.

    The Bayes factor of a Dirichlet around the shares, as Lindon and Malek, "Anytime-valid inference for multinomial
    count data" (NeurIPS 2022).
    """
    total, whole = sum(seen), sum(shares)
    if not total or whole <= 0 or min(shares) <= 0:
        return 1.0
    evidence = lgamma(CONCENTRATION) - lgamma(CONCENTRATION + total)
    for count, share in zip(seen, shares, strict=True):
        prior = CONCENTRATION * share / whole
        evidence += lgamma(prior + count) - lgamma(prior) - count * log(share / whole)
    return min(1.0, exp(-max(evidence, 0.0)))


def days_needed(size: int, *, a_day: float) -> float:
    """Return how many days it takes until `size` have come; infinity when nobody comes."""
    return size / a_day if a_day > 0 else inf


def _variance(arm: Arm) -> float:
    """Return the variance of the arm's rate, with one success and one failure added so that it is never zero."""
    rate = (arm.won + 1) / (arm.seen + 2)
    return rate * (1 - rate) / arm.seen
