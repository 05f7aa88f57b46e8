"""The computation of all customers' values: days of buying in, rows and pictures out."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.errors import TooLittleKnown
from ryorin.insight.methods.lifetime import PurchaseModel, SpendModel, fit_purchases, fit_spend
from ryorin.insight.methods.predictions import Outlook, Total, outlook, total_value
from ryorin.insight.methods.rfm import Scored, grid, scored
from ryorin.lib.money import decimals_of
from ryorin.marketing.value.actions.picturing import cohort_pictures, lifetime_picture
from ryorin.marketing.value.actions.relating import Baskets, Grouping, baskets_of, grouping_of, kinds_of
from ryorin.marketing.value.models import ValueSettings
from ryorin.marketing.value.queries.history import Days, Items, days_of, items_of, number_of
from ryorin.marketing.value.rules import (
    HELD_OUT_DAYS,
    WEEK,
    YEAR_DAYS,
    Figures,
    backtest,
    figures,
    month_number,
    usual_gaps,
)

Ints = NDArray[np.int64]
SCORED = ("recency", "frequency", "monetary")


@dataclass
class Computed:
    """Everything that is known of one subject's customers as of a day."""

    subject: str
    as_of: date
    found: Figures
    scores: dict[str, Scored]
    gaps: NDArray[np.float64]
    outlook: Outlook | None
    total: Total | None
    fitted: dict[str, dict[str, Any]]
    backtest: dict[str, Any]
    grouping: Grouping
    baskets: Baskets
    pictures: dict[str, dict[str, Any]] = field(default_factory=dict)


def computed(subject: str, *, as_of: date, settings: ValueSettings, currency: str, zone: str) -> Computed:
    """Return the values of the people, or of the companies, who bought up to the day."""
    days = days_of(subject, as_of=as_of, currency=currency, zone=zone)
    items = items_of(subject, as_of=as_of, currency=currency, zone=zone)
    return Computation(subject, as_of, settings, currency, days, items).run(zone=zone)


@dataclass
class Computation:
    """One computation for one subject."""

    subject: str
    as_of: date
    settings: ValueSettings
    currency: str
    days: Days
    items: Items

    def run(self, *, zone: str) -> Computed:
        last = number_of(self.as_of)
        found = figures(self.days.who, self.days.day, self.days.value, self.days.back)
        scores = self.scores(found, last)
        purchases, spend, fitted = self.models(found, last)
        ahead, total = self.ahead(found, last, purchases, spend)
        kinds = kinds_of(found.who, self.items)
        done = Computed(
            subject=self.subject,
            as_of=self.as_of,
            found=found,
            scores=scores,
            gaps=usual_gaps(found, purchases),
            outlook=ahead,
            total=total,
            fitted=fitted,
            backtest=self.tested(last),
            grouping=grouping_of(self.subject, found, kinds, self.items, as_of=last, version=self.settings.version),
            baskets=baskets_of(found.who, self.items),
        )
        done.pictures = self.pictures(done, zone=zone)
        return done

    def scores(self, found: Figures, last: int) -> dict[str, Scored]:
        """Return recency, frequency and monetary scores; the last two over the time the settings name."""
        frequency, monetary = found.purchases, found.revenue
        if self.settings.window_months:
            frequency, monetary = self.within(found, last - round(self.settings.window_months * YEAR_DAYS / 12))
        given = {name: self.settings.borders.get(name) or () for name in SCORED}
        return {
            "recency": scored((last - found.last).astype(float), borders=given["recency"], less_is_better=True),
            "frequency": scored(frequency.astype(float), borders=given["frequency"]),
            "monetary": scored(monetary.astype(float), borders=given["monetary"]),
        }

    def within(self, found: Figures, since: int) -> tuple[Ints, Ints]:
        """Return the purchases and the amounts of each customer after a day."""
        recent = self.days.after(since)
        place = np.searchsorted(found.who, recent.who)
        count = len(found.who)
        sums = np.bincount(place, weights=recent.value.astype(float), minlength=count)
        return np.bincount(place, minlength=count).astype(np.int64), np.round(sums).astype(np.int64)

    def models(
        self, found: Figures, last: int
    ) -> tuple[PurchaseModel | None, SpendModel | None, dict[str, dict[str, Any]]]:
        """Return both models, and what is kept of them: parameters, or why there are none."""
        fitted: dict[str, dict[str, Any]] = {}
        purchases, spend = None, None
        x, t, age = found.model_of(last)
        try:
            purchases = fit_purchases(x, t, age)
            fitted["purchases"] = told(purchases)
        except TooLittleKnown as refusal:
            fitted["purchases"] = {"reason": refusal.reason, **refusal.details}
        try:
            spend = fit_spend(x, found.repeat_mean / self.minor)
            fitted["spend"] = told(spend)
        except TooLittleKnown as refusal:
            fitted["spend"] = {"reason": refusal.reason, **refusal.details}
        return purchases, spend, fitted

    def ahead(
        self, found: Figures, last: int, purchases: PurchaseModel | None, spend: SpendModel | None
    ) -> tuple[Outlook | None, Total | None]:
        """Return what each customer and all together are expected to bring, in minor units."""
        if purchases is None or spend is None:
            return None, None
        x, t, age = found.model_of(last)
        mean = found.repeat_mean / self.minor
        years = self.settings.horizon_months / 12
        rate = float(np.log1p(float(self.settings.discount) / 100)) / YEAR_DAYS * WEEK
        horizon = years * YEAR_DAYS / WEEK
        return (
            outlook(purchases, spend, x, t, age, mean, horizon=horizon, discount=rate),
            total_value(purchases, spend, x, t, age, mean, horizon=horizon, discount=rate),
        )

    def tested(self, last: int) -> dict[str, Any]:
        """Return how well the last days would have been predicted; why not, where they cannot be."""
        cut = last - HELD_OUT_DAYS
        early = self.days.until(cut)
        before = figures(early.who, early.day, early.value, early.back)
        recent = self.days.after(cut)
        again = early.after(cut - HELD_OUT_DAYS)
        try:
            return backtest(before, counted(recent.who), counted(again.who), cut=cut)
        except TooLittleKnown as refusal:
            return {"reason": refusal.reason, **refusal.details}

    def pictures(self, done: Computed, *, zone: str) -> dict[str, dict[str, Any]]:
        cells = grid(done.scores["recency"].scores, done.scores["frequency"].scores, done.found.revenue.astype(float))
        borders = {name: [_plain(border) for border in one.borders] for name, one in done.scores.items()}
        return {
            "rfm": {
                "customers": cells.customers,
                "revenue": cells.value,
                "borders": borders,
                "window": self.settings.window_months,
            },
            **cohort_pictures(
                self.subject, done.found, self.days, last=month_number(self.as_of), as_of=self.as_of, zone=zone
            ),
            "lifetime": lifetime_picture(done.found, done.outlook, done.gaps, as_of=number_of(self.as_of),
                                         minor=self.minor),
            "groups": done.grouping.as_json(),
            "baskets": done.baskets.as_json(),
        }  # fmt: skip

    @property
    def minor(self) -> int:
        """How many minor units make one of the currency."""
        return int(10 ** decimals_of(self.currency))


def told(model: PurchaseModel | SpendModel) -> dict[str, Any]:
    """Return what is kept of a fitted model."""
    return {**asdict(model), "errors": model.errors}


def counted(who: Ints) -> dict[int, int]:
    """Return how often each customer occurs."""
    known, times = np.unique(who, return_counts=True)
    return dict(zip(known.tolist(), times.tolist(), strict=True))


def _plain(border: float) -> float | None:
    return border if np.isfinite(border) else None
