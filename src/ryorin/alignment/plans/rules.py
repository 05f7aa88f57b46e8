"""The plan of a quarter as arithmetic: leads for a budget, hours for leads, wins after their time. No database.

Leads arrive evenly within a month. What comes of them arrives so many days later, spread over the two months it falls
into; leads and accepted leads of the months before the quarter bring their part too. Sales works qualified leads in
turn: what it has no hours for waits for the next month.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import takewhile
from math import isfinite, log
from typing import Any

from django.utils.translation import gettext as _

from ryorin.alignment.plans.errors import PlanInvalid

MONTH_DAYS = 30.4375
WEEK_DAYS = 7
MOST = 10.0**13
FACTORS = ("leads", "qualified", "accepted", "won", "revenue")


class Bottleneck(StrEnum):
    MARKETING = "marketing"
    SALES = "sales"


@dataclass(frozen=True, slots=True)
class Source:
    """One channel: what a lead of it costs and what is to be spent in the quarter, in minor units."""

    channel: str
    cost_per_lead: float
    budget: float

    @property
    def leads(self) -> float:
        return self.budget / self.cost_per_lead


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a plan rests on. Rates 0..1, lags in days, hours a week for one member, money in minor units.

    `earlier_leads` and `earlier_accepted` are the numbers of the months before the quarter, the oldest first;
    `free_leads` come in a month without any cost.
    """

    sources: tuple[Source, ...]
    free_leads: float
    members: float
    hours_per_week: float
    hours_per_lead: float
    hours_per_deal: float
    qualified_rate: float
    accepted_rate: float
    won_rate: float
    qualified_lag: float
    accepted_lag: float
    won_lag: float
    order_value: float
    earlier_leads: tuple[float, ...] = ()
    earlier_accepted: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Basis":
        parts: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**parts | {"sources": tuple(Source(**one) for one in data["sources"])})

    def to_json(self) -> dict[str, Any]:
        """Return the basis as it is read back: lists in place of tuples."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def budget(self) -> float:
        return sum(source.budget for source in self.sources)

    @property
    def paid_leads(self) -> float:
        return sum(source.leads for source in self.sources)


@dataclass(frozen=True, slots=True)
class Month:
    """What is expected of one month; `waiting` are qualified leads left over at its end for want of hours."""

    leads: float
    qualified: float
    accepted: float
    won: float
    revenue: float
    hours_needed: float
    hours: float
    waiting: float


@dataclass(frozen=True)
class Outlook:
    months: tuple[Month, ...] = field(default=())

    def total(self, name: str) -> float:
        return float(sum(getattr(month, name) for month in self.months))

    @property
    def load(self) -> float | None:
        """Hours needed for all that comes, of the hours there are; None where there are none."""
        hours = self.total("hours")
        return self.total("hours_needed") / hours if hours else None

    @property
    def bottleneck(self) -> Bottleneck:
        """Sales where leads are left waiting at the end, else marketing: more leads would bring more."""
        return Bottleneck.SALES if self.months and self.months[-1].waiting >= 0.5 else Bottleneck.MARKETING

    def to_json(self) -> list[dict[str, float]]:
        return [asdict(month) for month in self.months]

    @classmethod
    def from_json(cls, data: Sequence[dict[str, float]]) -> "Outlook":
        return cls(tuple(Month(**month) for month in data))


def outlook(basis: Basis, month_days: Sequence[int]) -> Outlook:
    """Return what the quarter is expected to bring; `month_days` are the lengths of its months."""
    count = len(month_days)
    quarter = sum(month_days)
    leads = [basis.free_leads + basis.paid_leads * days / quarter for days in month_days]
    arriving = later([*basis.earlier_leads, *leads], basis.qualified_lag, rate=basis.qualified_rate)[-count:]
    each = basis.hours_per_lead + basis.accepted_rate * basis.hours_per_deal
    waiting, served, months = 0.0, [], []
    for qualified, days in zip(arriving, month_days, strict=True):
        hours = basis.members * basis.hours_per_week * days / WEEK_DAYS
        due = waiting + qualified
        done = due if each == 0 else min(due, hours / each)
        served.append(done)
        waiting = due - done
        months.append((qualified, due * each, hours, waiting))
    accepted = later(served, basis.accepted_lag, rate=basis.accepted_rate)
    won = later([*basis.earlier_accepted, *accepted], basis.won_lag, rate=basis.won_rate)[-count:]
    rows = zip(leads, accepted, won, months, strict=True)
    return Outlook(
        tuple(
            Month(new, qualified, taken, wins, wins * basis.order_value, needed, hours, left)
            for new, taken, wins, (qualified, needed, hours, left) in rows
        )
    )


def later(months: Sequence[float], lag: float, *, rate: float) -> list[float]:
    """Return how much of `rate` of each month's number has come in each of the same months, `lag` days later."""
    whole, part = divmod(lag / MONTH_DAYS, 1)
    found = [0.0] * len(months)
    for place, number in enumerate(months):
        for shift, share in ((int(whole), 1 - part), (int(whole) + 1, part)):
            if place + shift < len(months):
                found[place + shift] += number * rate * share
    return found


def check(basis: Basis) -> None:
    """This function will refuse figures that cannot be meant."""
    plain = (
        *(value for source in basis.sources for value in (source.cost_per_lead, source.budget)),
        *(getattr(basis, name) for name in NUMBERS),
        *basis.earlier_leads,
        *basis.earlier_accepted,
    )
    if any(not isinstance(value, int | float) or not isfinite(value) or not 0 <= value <= MOST for value in plain):
        raise PlanInvalid(what=_("0以上の数を入力してください。"))
    if any(not 0 <= value <= 1 for value in (basis.qualified_rate, basis.accepted_rate, basis.won_rate)):
        raise PlanInvalid(what=_("割合は0〜100％で入力してください。"))
    if any(source.cost_per_lead == 0 and source.budget for source in basis.sources):
        raise PlanInvalid(what=_("予算を入れたチャネルには、リード単価も入力してください。"))
    if len({source.channel for source in basis.sources}) != len(basis.sources):
        raise PlanInvalid(what=_("同じチャネルが2回あります。"))
    if basis.hours_per_week > 7 * 24:
        raise PlanInvalid(what=_("1週間の時間は168時間までです。"))


NUMBERS = (
    "free_leads", "members", "hours_per_week", "hours_per_lead", "hours_per_deal", "qualified_rate", "accepted_rate",
    "won_rate", "qualified_lag", "accepted_lag", "won_lag", "order_value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """Which step explains most of a difference: its own ratio to the plan, the steps before it taken out.

    `whole` is the ratio to the plan of the last figure that the plan expects something of, `of`; mostly revenue.
    """

    factor: str
    ratio: float
    whole: float
    of: str = "revenue"


def cause_of(planned: dict[str, float], actual: dict[str, float]) -> Cause | None:
    """Return which factor of leads x rates x order value moved the result most against the plan; None without a plan.

    Revenue is leads x qualified per lead x accepted per qualified x won per accepted x value per win, so that the
    logarithms of the factors' ratios add up to that of revenue, exactly. A factor that is nothing explains all.
    """
    names = list(takewhile(lambda name: planned.get(name), FACTORS))
    if not names:
        return None
    before_plan = before_actual = 1.0
    ratios = {}
    for name in names:
        if not actual[name]:
            return Cause(name, 0.0, 0.0, names[-1])
        ratios[name] = (actual[name] / before_actual) / (planned[name] / before_plan)
        before_plan, before_actual = planned[name], actual[name]
    whole = actual[names[-1]] / planned[names[-1]]
    sign = 1 if whole >= 1 else -1
    factor = max(ratios, key=lambda name: sign * log(ratios[name]))
    return Cause(factor, ratios[factor], whole, names[-1])
