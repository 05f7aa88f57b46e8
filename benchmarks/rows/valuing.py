"""Lifetime value: both models on CDNOW, checked against the published likelihood, and on made-up customers."""

import csv
import os
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench, counted
from benchmarks.clocking import memory_of, times_of
from benchmarks.results import Bar, Result

CDNOW = Path(__file__).parents[2] / "../shared/data/cdnow/cdnow_customers_summary.csv"
PUBLISHED = -9582.4
TRUE = (0.8, 6.0, 0.6, 2.5)  # r, alpha, a, b
VALUES = (6.25, 3.74, 15.44)  # p, q, gamma


def lifetime(bench: Bench) -> list[Result]:
    results = []
    if CDNOW.is_file():
        x, t, age = of_cdnow()
        times = times_of(lambda: likelihood_of(x, t, age), repeats=bench.scale.repeats)
        results.append(
            Result(
                work="lifetime value, CDNOW",
                size=counted(len(x), "customers"),
                times=times,
                bars=(Bar("p50", most=1.0),),
            )
        )
    many = made_up(bench.scale.people)
    times = times_of(lambda: whole(many), repeats=1, warm_up=0)
    results.append(
        Result(
            work="lifetime value",
            size=counted(len(many[0]), "customers"),
            times=times,
            memory=memory_of(os.getpid()),
            bars=(Bar("p50", most=15.0),),
        )
    )
    return results


def of_cdnow() -> tuple[Any, Any, Any]:
    import numpy as np

    with CDNOW.open(encoding="utf-8") as file:
        rows = [(float(row["frequency"]), float(row["recency"]), float(row["T"])) for row in csv.DictReader(file)]
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2]


def likelihood_of(x: Any, t: Any, age: Any) -> None:
    from ryorin.insight.methods.lifetime import fit_purchases

    found = fit_purchases(x, t, age).log_likelihood
    if round(found, 1) != PUBLISHED:
        raise AssertionError(f"log-likelihood {found:.1f}, published {PUBLISHED}")


def whole(many: tuple[Any, ...]) -> None:
    """This function will fit both models and say of every customer what is to come."""
    from ryorin.insight.methods.lifetime import fit_purchases, fit_spend
    from ryorin.insight.methods.predictions import outlook

    x, t, age, mean = many
    outlook(fit_purchases(x, t, age), fit_spend(x, mean), x, t, age, mean, horizon=52.0, discount=0.0018)


def made_up(count: int) -> tuple[Any, ...]:
    """Return (x, t, T, mean value) of customers who live as the models say, in weeks with days as their grain."""
    import numpy as np

    dice = np.random.default_rng(5)
    r, alpha, a, b = TRUE
    p, q, gamma = VALUES
    rate, leaving, scale = dice.gamma(r, 1 / alpha, count), dice.beta(a, b, count), dice.gamma(q, 1 / gamma, count)
    age = np.floor(dice.uniform(30, 900, count)) / 7
    x, t, now, spent = (np.zeros(count) for _each in range(4))
    going = np.arange(count)
    while len(going):
        now[going] += dice.exponential(1 / rate[going])
        going = going[now[going] <= age[going]]
        x[going] += 1
        t[going] = now[going]
        spent[going] += dice.gamma(p, 1, len(going)) / scale[going]
        going = going[dice.random(len(going)) > leaving[going]]
    return x, np.round(t * 7) / 7, age, np.divide(spent, x, out=np.zeros(count), where=x > 0)
