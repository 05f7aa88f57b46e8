"""What customers will buy who come and go without giving notice: BG/NBD for how often, Gamma-Gamma for how much.

BG/NBD. While active, a customer buys at random at a rate that is gamma(r, alpha) distributed over customers; after each
purchase the customer leaves for good with a probability that is beta(a, b) distributed. Of a customer one need only
know x, the number of repeat purchases; t, when the last one was; T, how long ago the first was. P. S. Fader, B. G. S.
Hardie and K. L. Lee, "Counting Your Customers the Easy Way", Marketing Science 24, 2005.

Gamma-Gamma. The value of a purchase is gamma(p, nu) distributed, nu over customers gamma(q, gamma), both independent of
how often one buys. P. S. Fader, B. G. S. Hardie and K. L. Lee, "RFM and CLV", Journal of Marketing Research 42, 2005;
P. S. Fader and B. G. S. Hardie, "The Gamma-Gamma Model of Monetary Value", 2013.

Arrays have one entry for each customer. Times are in one unit throughout (weeks, say), values in one currency.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.errors import NoAmounts, NobodyBought, NobodyCameBack, NotSettled, OneDayOnly

Floats = NDArray[np.float64]

FEWEST_REPEATERS = 10
LOG_BOUNDS = (-12.0, 12.0)
STARTS = ((0.5, 0.5, 0.5, 1.5), (1.0, 1.0, 1.0, 1.0), (2.0, 3.0, 0.2, 2.0))


@dataclass(frozen=True)
class PurchaseModel:
    """A fitted BG/NBD; `covariance` is that of the logarithms of (r, alpha, a, b), None where the data do not fix them.

    `is_at_border`: one parameter ran to the end of what is tried; predictions hold, the single parameter says nothing.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    repeaters: int
    covariance: tuple[tuple[float, ...], ...] | None = None
    is_at_border: bool = False

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        return self.r, self.alpha, self.a, self.b

    @property
    def errors(self) -> tuple[float, ...] | None:
        """The standard errors of (r, alpha, a, b), by the delta method."""
        return _errors(self.parameters, self.covariance)


@dataclass(frozen=True)
class SpendModel:
    """A fitted Gamma-Gamma over those with repeat purchases of some value; `covariance` as above of (p, q, gamma)."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int
    covariance: tuple[tuple[float, ...], ...] | None = None
    is_at_border: bool = False

    @property
    def parameters(self) -> tuple[float, float, float]:
        return self.p, self.q, self.gamma

    @property
    def errors(self) -> tuple[float, ...] | None:
        """The standard errors of (p, q, gamma), by the delta method."""
        return _errors(self.parameters, self.covariance)


def fit_purchases(frequency: Floats, recency: Floats, age: Floats) -> PurchaseModel:
    """Return the BG/NBD of greatest likelihood; customers with the same (x, t, T) are counted and computed once.

    Refuses where nobody bought, where all happened on one day, and with fewer than ten customers who came back.
    """
    x, t, age = (np.asarray(values, dtype=np.float64) for values in (frequency, recency, age))
    if not len(x):
        raise NobodyBought()
    if not np.any(age > 0):
        raise OneDayOnly()
    repeaters = int(np.count_nonzero(x > 0))
    if repeaters < FEWEST_REPEATERS:
        raise NobodyCameBack(repeaters=repeaters)
    known = age > 0
    rows, weights = collapsed(np.column_stack((x[known], t[known], age[known])))
    unit = float(np.average(rows[:, 2], weights=weights))
    likelihood = _PurchaseLikelihood(rows[:, 0], rows[:, 1] / unit, rows[:, 2] / unit, weights)
    logs = _climb(likelihood, STARTS)
    shift = np.array([0.0, np.log(unit), 0.0, 0.0])
    in_units = float(np.sum(weights * rows[:, 0]) * np.log(unit))
    r, alpha, a, b = (float(value) for value in np.exp(logs + shift))
    return PurchaseModel(
        r,
        alpha,
        a,
        b,
        log_likelihood=likelihood(logs)[0] - in_units,
        customers=len(x),
        repeaters=repeaters,
        covariance=_covariance(likelihood, logs),
        is_at_border=_is_at_border(logs),
    )


def fit_spend(frequency: Floats, mean_value: Floats) -> SpendModel:
    """Return the Gamma-Gamma of greatest likelihood over the customers with x > 0 and a mean repeat value above zero.

    Refuses with fewer than ten such customers, or where all their values are the same.
    """
    x, z = np.asarray(frequency, dtype=np.float64), np.asarray(mean_value, dtype=np.float64)
    known = (x > 0) & np.isfinite(z) & (z > 0)
    x, z = x[known], z[known]
    if len(x) < FEWEST_REPEATERS or np.ptp(z) <= 1e-9 * np.max(z, initial=0.0):
        raise NoAmounts(repeaters=len(x))
    unit = float(np.mean(z))
    likelihood = _SpendLikelihood(x, z / unit)
    logs = _climb(likelihood, ((2.0, 2.0, 2.0), (5.0, 4.0, 3.0), (1.0, 1.5, 1.0)))
    p, q, gamma = (float(value) for value in np.exp(logs))
    return SpendModel(
        p,
        q,
        gamma * unit,
        log_likelihood=likelihood(logs)[0] - len(x) * float(np.log(unit)),
        customers=len(x),
        covariance=_covariance(likelihood, logs),
        is_at_border=_is_at_border(logs),
    )


def collapsed(rows: Floats) -> tuple[Floats, Floats]:
    """Return the different rows and how often each occurs."""
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    is_new = np.concatenate(([True], np.any(ordered[1:] != ordered[:-1], axis=1)))
    starts = np.flatnonzero(is_new)
    return ordered[starts], np.diff(np.append(starts, len(rows))).astype(np.float64)


class _PurchaseLikelihood:
    """The log-likelihood of BG/NBD at the logarithms of (r, alpha, a, b), and its gradient there.

    What depends on x alone is worked out once for each x.
    """

    def __init__(self, x: Floats, t: Floats, age: Floats, weights: Floats) -> None:
        self.x, self.t, self.age, self.weights = x, t, age, weights
        self.is_repeat = x > 0
        self.counts, self.place = np.unique(x, return_inverse=True)

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        from scipy.special import digamma, gammaln

        r, alpha, a, b = np.exp(logs)
        x, weights, place, n = self.x, self.weights, self.place, self.counts
        of_age, of_last = np.log(alpha + self.age), np.log(alpha + self.t)
        before = np.maximum(b + n - 1, 1e-300)
        stays = -(r + x) * of_age
        leaves = np.where(self.is_repeat, np.log(a) - np.log(before)[place] - (r + x) * of_last, -np.inf)
        either = np.logaddexp(stays, leaves)
        of_count = gammaln(r + n) - gammaln(r) + r * np.log(alpha)
        of_count += gammaln(a + b) + gammaln(b + n) - gammaln(b) - gammaln(a + b + n)
        total = float(np.dot(weights, of_count[place] + either))
        has_left = np.exp(leaves - either)
        is_there = 1 - has_left
        step_r = (digamma(r + n) - digamma(r) + np.log(alpha))[place] - is_there * of_age - has_left * of_last
        step_alpha = r / alpha - (r + x) * (is_there / (alpha + self.age) + has_left / (alpha + self.t))
        step_a = (digamma(a + b) - digamma(a + b + n))[place] + has_left / a
        step_b = (digamma(a + b) + digamma(b + n) - digamma(b) - digamma(a + b + n))[place]
        step_b -= np.where(self.is_repeat, has_left / before[place], 0.0)
        steps = [float(np.dot(weights, step)) for step in (step_r, step_alpha, step_a, step_b)]
        return total, np.array(steps) * (r, alpha, a, b)


class _SpendLikelihood:
    """The log-likelihood of Gamma-Gamma at the logarithms of (p, q, gamma), and its gradient there."""

    def __init__(self, x: Floats, z: Floats) -> None:
        self.x, self.sums = x, x * z
        self.of_sums, self.of_values = np.log(x * z), np.log(z)
        self.counts, self.place, times = np.unique(x, return_inverse=True, return_counts=True)
        self.times = times.astype(np.float64)

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        from scipy.special import digamma, gammaln

        p, q, gamma = np.exp(logs)
        n, times, x = self.counts, self.times, self.x
        of_all = np.log(gamma + self.sums)
        of_count = gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(gamma)
        total = float(np.dot(times, of_count))
        total += float(np.sum(p * x * self.of_sums - self.of_values - (p * x + q) * of_all))
        step_p = float(np.dot(times, n * (digamma(p * n + q) - digamma(p * n))))
        step_p += float(np.dot(x, self.of_sums - of_all))
        step_q = float(np.dot(times, digamma(p * n + q) - digamma(q) + np.log(gamma))) - float(np.sum(of_all))
        step_gamma = len(x) * q / gamma - float(np.sum((p * x + q) / (gamma + self.sums)))
        return total, np.array((step_p, step_q, step_gamma)) * (p, q, gamma)


Likelihood = Callable[[Floats], tuple[float, Floats]]


def _climb(likelihood: Likelihood, starts: tuple[tuple[float, ...], ...]) -> Floats:
    """Return the logarithms of the parameters at which the likelihood is greatest, from the best of several starts."""
    from scipy.optimize import minimize

    scale = max(1.0, abs(likelihood(np.log(starts[0]))[0]))

    def down(logs: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(logs)
        return -value / scale, -gradient / scale

    options = {"maxiter": 500, "maxfun": 800, "ftol": 1e-14, "gtol": 1e-9}
    best = None
    for start in starts:
        found = minimize(
            down, np.log(start), jac=True, method="L-BFGS-B", bounds=[LOG_BOUNDS] * len(start), options=options
        )
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun - 1e-9):
            best = found
        if best is not None and best.success and not _is_at_border(best.x):
            break
    if best is None:
        raise NotSettled()
    logs: Floats = best.x
    return logs


def _covariance(likelihood: Likelihood, logs: Floats) -> tuple[tuple[float, ...], ...] | None:
    """Return the inverse of minus the second derivatives (central differences of the gradient); None where none is."""
    step = 1e-4
    second = np.empty((len(logs), len(logs)))
    for place in range(len(logs)):
        ahead, back = logs.copy(), logs.copy()
        ahead[place] += step
        back[place] -= step
        second[place] = (likelihood(ahead)[1] - likelihood(back)[1]) / (2 * step)
    second = -(second + second.T) / 2
    if not np.all(np.isfinite(second)) or np.min(np.linalg.eigvalsh(second)) <= 1e-8:
        return None
    return tuple(tuple(float(value) for value in row) for row in np.linalg.inv(second))


def _errors(
    parameters: tuple[float, ...], covariance: tuple[tuple[float, ...], ...] | None
) -> tuple[float, ...] | None:
    if covariance is None:
        return None
    return tuple(float(value * np.sqrt(covariance[place][place])) for place, value in enumerate(parameters))


def _is_at_border(logs: Floats) -> bool:
    return bool(np.any(np.abs(logs) > LOG_BOUNDS[1] - 0.5))
