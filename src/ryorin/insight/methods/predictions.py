"""What a fitted BG/NBD and Gamma-Gamma say of each customer: still active, purchases and value to come, with a range.

Times are in the unit of the model, values in its currency. Whatever depends on (x, T) alone is worked out once for each
such pair, so that a million customers take seconds.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.lifetime import Floats, PurchaseModel, SpendModel, collapsed

Model = TypeVar("Model", PurchaseModel, SpendModel)
NODES = 6  # of the Gauss-Legendre rule that discounts
LONGEST_TAIL = 3_000
SMALLEST_TAIL = 1e-5
LOW, HIGH = 0.1, 0.9
FLOOR = 0.5  # where a second moment does not exist
SAMPLE = 2_000


@dataclass(frozen=True)
class Outlook:
    """One entry for each customer, for the horizon asked for.

    `alive`: chance of being active still; `returns`: chance of at least one purchase; `purchases`: how many are to be
    expected; `spend`: the value of one; `value`: all of it, discounted; `low`, `high`: four in five customers will
    bring something in between (predictive, given the parameters).
    """

    alive: Floats
    returns: Floats
    purchases: Floats
    spend: Floats
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Total:
    """The value of all customers together with its standard error: of the parameters, and of chance."""

    value: float
    error: float


def chance_alive(model: PurchaseModel, frequency: Floats, recency: Floats, age: Floats) -> Floats:
    """Return the probability that each customer is still active (Fader, Hardie and Lee 2008, a note on BG/NBD).

    After a single purchase nobody can have left in this model: 1.
    """
    r, alpha, a, b = model.parameters
    x, t, age = (np.asarray(values, dtype=np.float64) for values in (frequency, recency, age))
    odds = np.log(a) - np.log(np.maximum(b + x - 1, 1e-300)) + (r + x) * np.log((alpha + age) / (alpha + t))
    alive: Floats = np.where(x > 0, 1 / (1 + np.exp(np.minimum(odds, 700))), 1.0)
    return alive


def expected_purchases(
    model: PurchaseModel, frequency: Floats, recency: Floats, age: Floats, *, horizon: float
) -> Floats:
    """Return how many purchases are to be expected of each customer in the time ahead (equation 10 of the paper)."""
    pairs, place = _pairs(frequency, age)
    return chance_alive(model, frequency, recency, age) * _of_pairs(model, pairs, horizon)[place]


def expected_spend(model: SpendModel, frequency: Floats, mean_value: Floats) -> Floats:
    """Return the value of a purchase of each customer: between its own mean and that of all, by how much is known."""
    x = np.asarray(frequency, dtype=np.float64)
    sums = x * np.where(x > 0, np.nan_to_num(np.asarray(mean_value, dtype=np.float64)), 0.0)
    spend: Floats = model.p * (model.gamma + sums) / np.maximum(model.p * x + model.q - 1, FLOOR)
    return spend


def outlook(
    purchases: PurchaseModel,
    spend: SpendModel,
    frequency: Floats,
    recency: Floats,
    age: Floats,
    mean_value: Floats,
    *,
    horizon: float,
    discount: float = 0.0,
) -> Outlook:
    """Return what is to be expected of each customer within the horizon.

    `discount` is the continuous rate per unit of time: a value v after t counts as v exp(-discount t).
    """
    pairs, place = _pairs(frequency, age)
    alive = chance_alive(purchases, frequency, recency, age)
    whole = _of_pairs(purchases, pairs, horizon)
    discounted = _discounted(purchases, pairs, horizon, discount)
    once, squared = _tails(purchases, pairs, horizon)
    one = expected_spend(spend, frequency, mean_value)
    value = alive * discounted[place] * one
    worth = np.divide(discounted, whole, out=np.ones_like(whole), where=whole > 0)[place]
    low, high = _range(
        spend, frequency, one, returns=alive * once[place], mean=whole[place] / once[place],
        squared=squared[place] / once[place],
    )  # fmt: skip
    return Outlook(
        alive=alive,
        returns=alive * once[place],
        purchases=alive * whole[place],
        spend=one,
        value=value,
        low=np.minimum(low * worth, value),
        high=np.maximum(high * worth, value),
    )


def total_value(
    purchases: PurchaseModel,
    spend: SpendModel,
    frequency: Floats,
    recency: Floats,
    age: Floats,
    mean_value: Floats,
    *,
    horizon: float,
    discount: float = 0.0,
    draws: int = 60,
    seed: int = 1,
) -> Total:
    """Return what all customers will bring together, with the uncertainty of the parameters and of chance.

    The parameters are drawn from the normal distribution around their logarithms; of many customers a fixed sample of
    two thousand tells how much the sum moves with them.
    """
    arrays = tuple(np.asarray(values, dtype=np.float64) for values in (frequency, recency, age, mean_value))
    found = outlook(purchases, spend, *arrays, horizon=horizon, discount=discount)
    value = float(np.sum(found.value))
    dice = np.random.default_rng(seed)
    chosen = (
        dice.choice(len(arrays[0]), SAMPLE, replace=False) if len(arrays[0]) > SAMPLE else np.arange(len(arrays[0]))
    )
    some = tuple(each[chosen] for each in arrays)
    base = float(np.sum(found.value[chosen]))
    sums = []
    for _draw in range(draws if purchases.covariance and spend.covariance else 0):
        one = _value(_drawn(purchases, dice), _drawn(spend, dice), *some, horizon=horizon, discount=discount)
        sums.append(float(np.sum(one)))
    of_parameters = float(np.std(sums)) / base if sums and base > 0 else 0.0
    of_chance = float(np.sqrt(np.sum(((found.high - found.low) / 2.56) ** 2)))
    return Total(value, float(np.hypot(of_parameters * value, of_chance)))


def _value(
    purchases: PurchaseModel, spend: SpendModel, x: Floats, t: Floats, age: Floats, z: Floats, *, horizon: float,
    discount: float,
) -> Floats:  # fmt: skip
    pairs, place = _pairs(x, age)
    ahead = _discounted(purchases, pairs, horizon, discount)[place]
    return chance_alive(purchases, x, t, age) * ahead * expected_spend(spend, x, z)


def _drawn(model: Model, dice: np.random.Generator) -> Model:
    logs = dice.multivariate_normal(np.log(model.parameters), np.array(model.covariance))
    values = [float(value) for value in np.exp(np.clip(logs, -30, 30))]
    if isinstance(model, PurchaseModel):
        return replace(model, r=values[0], alpha=values[1], a=values[2], b=values[3])
    return replace(model, p=values[0], q=values[1], gamma=values[2])


def _pairs(frequency: Floats, age: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the different (x, T) and, for each customer, which of them it is."""
    rows = np.column_stack((np.asarray(frequency, dtype=np.float64), np.asarray(age, dtype=np.float64)))
    if not len(rows):
        return rows, np.empty(0, dtype=np.intp)
    known, _times = collapsed(rows)
    key = known[:, 0] + 1j * known[:, 1]  # complex numbers are in the same order as the pairs
    place: NDArray[np.intp] = np.searchsorted(key, rows[:, 0] + 1j * rows[:, 1])
    return known, place


def _of_pairs(model: PurchaseModel, pairs: Floats, ahead: float) -> Floats:
    """Return the purchases to be expected of whoever is active.

    Equation 10 with Euler's transformation of its hypergeometric function, so that no factor leaves the range of
    numbers: (a+b+x-1)/(a-1) (1 - (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z)), z = ahead/(alpha+T+ahead).
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = model.parameters
    a = a if abs(a - 1) > 1e-6 else 1 + 1e-6
    x, age = pairs[:, 0], pairs[:, 1]
    z = ahead / (alpha + age + ahead)
    c = a + b + x - 1
    with np.errstate(all="ignore"):  # of parameters at the border; the end below holds then
        found: Floats = c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, c, z))
    simple = (r + x) * ahead / (alpha + age)  # nobody leaves; also an upper end
    return np.clip(np.where(np.isfinite(found), found, simple), 0.0, simple)


def _discounted(model: PurchaseModel, pairs: Floats, horizon: float, discount: float) -> Floats:
    """Return the same with each purchase discounted: e^(-dH) E(H) + d times the integral of e^(-dt) E(t) up to H."""
    found = _of_pairs(model, pairs, horizon)
    if not discount:
        return found
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    result: Floats = np.exp(-discount * horizon) * found
    for node, weight in zip((nodes + 1) / 2 * horizon, weights / 2 * horizon, strict=True):
        result = result + discount * weight * np.exp(-discount * node) * _of_pairs(model, pairs, float(node))
    return result


def _tails(model: PurchaseModel, pairs: Floats, horizon: float) -> tuple[Floats, Floats]:
    """Return, of whoever is active, the chance of one purchase and the mean square of their number Y.

    Y is the smaller of a negative binomial number and of the purchase after which one leaves: P(Y>=k) = I_z(k, r+x)
    B(a, b+x+k-1)/B(a, b+x). E Y^2 is the sum of (2k-1) P(Y>=k), taken as far as the tail matters.
    """
    from scipy.special import betainc

    r, alpha, a, b = model.parameters
    x, age = pairs[:, 0], pairs[:, 1]
    z = horizon / (alpha + age + horizon)
    once: Floats = -np.expm1((r + x) * np.log1p(-z))
    squared = once.copy()
    stays = np.ones_like(x)
    going = np.arange(len(x))
    for k in range(2, LONGEST_TAIL):
        rest = x[going]
        stays[going] *= (b + rest + k - 2) / (a + b + rest + k - 2)
        tail = betainc(k, r + rest, z[going]) * stays[going]
        squared[going] += (2 * k - 1) * tail
        going = going[tail * k > SMALLEST_TAIL]
        if not len(going):
            break
    return np.maximum(once, 1e-300), squared


def _range(
    spend: SpendModel, frequency: Floats, one: Floats, *, returns: Floats, mean: Floats, squared: Floats
) -> tuple[Floats, Floats]:
    """Return the low and the high end of the undiscounted value, in which nothing at all has a chance of its own.

    What those who do buy bring is taken as gamma distributed with its true mean and variance; `mean` and `squared` are
    moments of the number of their purchases.
    """
    x = np.asarray(frequency, dtype=np.float64)
    level = one / spend.p  # E 1/nu
    shape = spend.p * x + spend.q
    of_square = level**2 * np.maximum(shape - 1, FLOOR) / np.maximum(shape - 2, FLOOR)
    average = np.maximum(mean * one, 1e-12)
    variance = of_square * (spend.p * mean + spend.p**2 * squared) - average**2
    variance = np.maximum(variance, 1e-6 * average**2)
    ends = []
    for end in (LOW, HIGH):
        within = (end - (1 - returns)) / np.maximum(returns, 1e-300)
        ends.append(np.where(within > 0, _gamma_quantile(np.clip(within, 0, 1), average, variance), 0.0))
    return ends[0], ends[1]


def _gamma_quantile(share: Floats, mean: Floats, variance: Floats) -> Floats:
    from scipy.special import gammaincinv

    shape = mean**2 / variance
    found: Floats = gammaincinv(shape, share) * variance / mean
    return np.nan_to_num(found, posinf=0.0)
