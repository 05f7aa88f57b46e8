"""Decisions about following up, without a database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.lib.fiscal import add_business_days
from ryorin.sales.aftercare.models import StepKind, Unit

BACK_DATED = timedelta(days=7)  # what happened longer before it was written down is history, not a sale to follow up
LEAD_DAYS = 2  # days before a step is due at which it comes onto its owner's list
LONGEST_WAIT = 3_650
MOST_STEPS = 30
LOWEST, HIGHEST = 1, 5
DISCONTENT = 2  # up to this a comment is kept as a complaint


@dataclass(frozen=True, slots=True)
class Draft:
    """One step as a new plan may begin with it."""

    title: str | Promise
    kind: str
    wait: int
    unit: str = Unit.DAYS
    text: str | Promise = ""
    asks_satisfaction: bool = False


FIRST_STEPS = (
    Draft(_("お礼の連絡"), StepKind.MAIL, 1, Unit.BUSINESS_DAYS, _("ご購入のお礼と、今後の窓口をお伝えする。")),
    Draft(_("納品の確認"), StepKind.CALL, 5, Unit.BUSINESS_DAYS, _("予定どおり届いたか、不足や傷がないかを聞く。")),
    Draft(_("使い始めの確認"), StepKind.CALL, 30, Unit.DAYS, _("困っていること、使い方の質問を聞く。"), True),
    Draft(_("定期点検のご案内"), StepKind.VISIT, 90, Unit.DAYS, _("状態を確かめ、追加のご要望を聞く。"), True),
)


def due_on(start: date, wait: int, unit: str, *, closed: Collection[date]) -> date:
    """Return the business day on which a step is due, counted from the day of the sale."""
    if unit == Unit.BUSINESS_DAYS:
        return add_business_days(start, wait, closed=closed)
    return add_business_days(start + timedelta(days=wait), 0, closed=closed)


def is_back_dated(happened: datetime, written: datetime) -> bool:
    """Return whether a sale was written down so long after it happened that no follow-up is wanted any more."""
    return written - happened > BACK_DATED


def matches(product: int | None, category: str, *, products: Collection[int], categories: Collection[str]) -> bool:
    """Return whether a plan for this product or category (neither: for all) is for a sale of these."""
    if product is None and not category:
        return True
    return product in products if product is not None else category in categories


def done_rate(done: int, skipped: int, due: int) -> float | None:
    """Return the share of the steps due that were done; those left out on purpose do not count."""
    counted = due - skipped
    return done / counted if counted > 0 else None
