"""Forecasts made as of earlier months, each knowing only what was known then, against what the months brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ryorin.lib.fiscal import Period, period_of, previous
from ryorin.sales.forecast.rules.history import OPEN, WON, Floats, History, Known, known_at, moment_of
from ryorin.sales.forecast.rules.learning import Setting, bucket_of
from ryorin.sales.forecast.rules.lesson import lesson_of
from ryorin.sales.forecast.rules.naive import mean_of
from ryorin.sales.forecast.rules.outlook import Cell, Span, expected
from ryorin.sales.forecast.rules.seasons import place_of

MONTHS_OF_MEAN = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """One month forecast from `made_on`: what came, our forecast with its range, and forecasts that learn nothing."""

    month: date
    made_on: date
    actual: int
    ours: int
    low: int
    high: int
    by_stage: int
    last_months: int
    year_before: int | None

    @property
    def is_inside(self) -> bool:
        return self.low <= self.actual <= self.high


@dataclass(frozen=True, slots=True)
class Errors:
    """How far forecasts were off: mean absolute error in minor units, as a share of what came, and their bias."""

    mean_absolute: float
    share: float
    bias: float
    months: int


def trials(
    history: History,
    *,
    since: Period,
    until: date,
    settings: dict[int, Setting],
    start_month: int = 4,
    hours: float = 0.0,
    ahead: int = 1,
) -> list[Trial]:
    """Return one trial for each whole month from `since` on over by `until`, made `ahead` months before its end.

    `ahead` 1 means on the month's first day. Amounts of deals that were open are taken as unknown: what a deal was
    worth is known for certain only of those that were won, so each counts as those won until then with its product.
    """
    found, month = [], since
    while month.end <= until:
        made = month
        for _each in range(ahead - 1):
            made = previous(made)
        found.append(trial(history, month, made.start, settings=settings, start_month=start_month, hours=hours))
        month = period_of(month.end)
    return found


def trial(
    history: History, month: Period, day: date, *, settings: dict[int, Setting], start_month: int, hours: float
) -> Trial:
    """Return the forecast of one month as of a day, and what came."""
    moment = moment_of(day, hours=hours)
    learned = lesson_of(history, day, settings=settings, start_month=start_month, hours=hours)
    known = known_at(history, moment)
    worth = usual_amounts(history, known)
    start, end = (moment_of(each, hours=hours) - moment for each in (month.start, month.end))
    season = learned.seasons[place_of(month.start, start_month=start_month)]
    [ours] = expected(learned, cells_of(history, known, worth, moment), [Span(start, end, season)])
    months = [period_of(day)]
    for _each in range(MONTHS_OF_MEAN):
        months.append(previous(months[-1]))
    first = moment_of(year_ago(month).start, hours=hours)
    is_known = bool(len(history.at)) and float(history.at[history.states == WON].min(initial=np.inf)) <= first
    return Trial(
        month=month.start,
        made_on=day,
        actual=won_in(history, month, hours=hours),
        ours=ours.total,
        low=ours.low,
        high=ours.high,
        by_stage=by_stage(history, known, worth, settings, moment, start, end),
        last_months=mean_of(won_in(history, each, hours=hours) for each in months[1:]),
        year_before=won_in(history, year_ago(month), hours=hours) if is_known else None,
    )


def cells_of(history: History, known: Known, worth: Floats, moment: float) -> list[Cell]:
    """Return the deals open at the moment, one cell each stage, bucket and worth."""
    found: dict[tuple[int, int, int, float], int] = {}
    for place in np.flatnonzero(known.state == OPEN):
        deal = known.place[place]
        bucket = bucket_of(moment - float(known.since[place]))
        key = (int(known.stage[place]), bucket, int(history.pipelines[deal]), float(worth[deal]))
        found[key] = found.get(key, 0) + 1
    return [
        Cell(stage, bucket, count, 0, count * amount, count * amount**2, pipeline)
        for (stage, bucket, pipeline, amount), count in found.items()
    ]


def usual_amounts(history: History, known: Known) -> Floats:
    """Return for each deal what those won until then with the same product came to on average; of all, where none."""
    won = known.place[known.state == WON]
    amounts, products = history.amounts[won], history.products[won]
    usual = float(amounts.mean()) if len(amounts) else 0.0
    found = np.full(len(history.deals), usual)
    for product in np.unique(products):
        found[history.products == product] = float(amounts[products == product].mean())
    return found


def by_stage(
    history: History,
    known: Known,
    worth: Floats,
    settings: dict[int, Setting],
    moment: float,
    start: float,
    end: float,
) -> int:
    """Return worth times the settings' probability of the open deals that should close in the month.

    When a deal should close is taken to be the usual time after its opening: the median of those won until then; what
    should have closed before counts in the month that begins.
    """
    of_won = known.state == WON
    times = known.decided[of_won] - known.opened[of_won]
    usual = float(np.median(times)) if len(times) else 60.0
    total = 0.0
    for place in np.flatnonzero(known.state == OPEN):
        closes = max(float(known.opened[place]) + usual - moment, 0.0)
        if start <= closes < end:
            setting = settings.get(int(known.stage[place]))
            total += float(worth[known.place[place]]) * (setting.probability if setting else 0.0)
    return round(total)


def won_in(history: History, month: Period, *, hours: float) -> int:
    """Return what the deals won in the month came to, by how they ended."""
    known = known_at(history, moment_of(month.end, hours=hours))
    inside = (known.state == WON) & (known.decided >= moment_of(month.start, hours=hours))
    return int(history.amounts[known.place[inside]].sum())


def year_ago(month: Period) -> Period:
    return period_of(month.start.replace(year=month.start.year - 1))


def errors_of(forecasts: Sequence[int | None], actual: Sequence[int]) -> Errors | None:
    """Return how far the forecasts were off; None where there is none to judge."""
    pairs = [(forecast, came) for forecast, came in zip(forecasts, actual, strict=True) if forecast is not None]
    if not pairs:
        return None
    off = [forecast - came for forecast, came in pairs]
    total = sum(came for _forecast, came in pairs)
    absolute = sum(map(abs, off))
    return Errors(
        mean_absolute=absolute / len(pairs),
        share=absolute / total if total else 0.0,
        bias=sum(off) / total if total else 0.0,
        months=len(pairs),
    )
