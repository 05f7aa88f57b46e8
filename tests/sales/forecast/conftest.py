"""Sato's deals of the quarter, as they stand on a Monday of November."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from ryorin.lib import clock
from ryorin.sales.deals.actions import change_deal, lose_deal, open_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import lost_reasons
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
Dealt = Callable[..., Deal]


@pytest.fixture
def monday() -> Iterator[datetime]:
    with clock.frozen(MONDAY):
        yield MONDAY


@pytest.fixture
def dealt(our_company: Organisation, sato: Member) -> Dealt:
    """Call to have a deal: `opened` and `ended` are days before Monday, `closes` the day it is expected to close."""

    def make(
        amount: int = 1_000_000,
        *,
        opened: int = 20,
        ended: int | None = None,
        wins: bool = True,
        closes: date | None = None,
        yomi: str = "",
        owner: Member | None = sato,
        name: str = "商談",
    ) -> Deal:
        with clock.frozen(MONDAY - timedelta(days=opened)):
            deal = open_deal(by=None, name=name, amount=amount, owner=owner, expected_close_on=closes)
            if yomi:
                deal = change_deal(deal, by=None, version=None, yomi=yomi)
        if ended is not None:
            with clock.frozen(MONDAY - timedelta(days=ended)):
                deal = win_deal(deal, by=None) if wins else lose_deal(deal, by=None, reason=lost_reasons()[0])
        return deal

    return make
