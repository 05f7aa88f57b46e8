"""What a contract does as time goes by: periods booked, reminders, renewals, notice, the end. Each thing once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.sales.contracts.conftest import sent, signature

from ryorin.customers.purchases.models import Order
from ryorin.lib import clock
from ryorin.sales.contracts.actions import (
    cancel_contract,
    change_contract,
    close_unsigned,
    keep_running,
    sign_by_link,
    sign_for_us,
)
from ryorin.sales.contracts.errors import CancelWrong, NotADraft, SigningTooLate
from ryorin.sales.contracts.models import Contract, ContractState
from ryorin.sales.contracts.rules.time import add_months, count_periods, last_day, periods
from ryorin.sales.deals.models import Deal, DealState
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks.models import Task


def on(year: int, month: int, day: int) -> datetime:
    """Return noon of the day in Tokyo."""
    return datetime(year, month, day, 3, tzinfo=UTC)


@pytest.fixture
def running(recurring: Contract, sato: Member) -> Contract:
    """A year from 1 December 2026, by the month, renewed for a year unless notice is given 60 days before."""
    with clock.frozen(on(2026, 11, 24)):
        starts = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 11, 30), "renews": True, "notice_days": 60}
        change_contract(recurring, by=sato, version=None, **starts, renewal_months=12, sign_by=date(2026, 12, 20))
        link = sent(recurring, by=sato)
        sign_by_link(link.token, signature("安達 愛"))
        sign_for_us(recurring, signature("佐藤 健"), by=sato, version=None)
    recurring.refresh_from_db()
    return recurring


def at(moment: datetime) -> int:
    """Return how much was due at the moment; asked again at once, nothing is."""
    with clock.frozen(moment):
        done = keep_running()
        assert keep_running() == 0
        return done


def test_an_order_is_booked_on_the_first_day_of_each_period_once(running: Contract, deal: Deal) -> None:
    assert not Order.objects.filter(number__startswith=running.number).exists()
    deal.refresh_from_db()
    assert (deal.state, deal.amount) == (DealState.WON, 600_000)
    assert at(on(2026, 11, 30)) == 0
    assert at(on(2026, 12, 1)) == 1
    assert at(on(2027, 2, 15)) == 2
    orders = Order.objects.filter(number__startswith=running.number).order_by("ordered_at")
    assert [order.number.partition("/")[2] for order in orders] == ["2026-12-01", "2027-01-01", "2027-02-01"]
    assert {(order.net, order.tax, order.total) for order in orders} == {(50_000, 5_000, 55_000)}


def test_the_owner_is_reminded_of_the_notice_ten_business_days_before_once(running: Contract, sato: Member) -> None:
    assert running.remind_on == date(2027, 9, 15)  # ten business days before 1 October, three holidays between
    with clock.frozen(on(2027, 9, 14)):
        keep_running()
    assert not Task.objects.filter(about_type="contract").exists()
    assert at(on(2027, 9, 15)) == 1
    task = Task.objects.get(about_type="contract", about_id=running.pk)
    assert (task.owner, "2027/10/01" in task.title) == (sato, True)
    assert Notification.objects.filter(member=sato, kind="contract_reminder").count() == 1


def test_without_notice_it_renews_for_the_next_term(running: Contract) -> None:
    at(on(2027, 11, 30))
    assert at(on(2027, 12, 1)) == 2  # the next term, and its first order
    running.refresh_from_db()
    assert (running.ends_on, running.state) == (date(2028, 11, 30), ContractState.SIGNED)
    assert [(term.starts_on, term.origin) for term in running.terms.all()] == [
        (date(2026, 12, 1), "first"),
        (date(2027, 12, 1), "renewed"),
    ]


def test_a_worker_that_slept_for_years_catches_up(running: Contract) -> None:
    with clock.frozen(on(2029, 12, 2)):
        while keep_running():
            pass
    running.refresh_from_db()
    assert (running.ends_on, running.terms.count(), running.periods.count()) == (date(2030, 11, 30), 4, 37)


def test_notice_in_time_ends_it_with_its_term(running: Contract, sato: Member) -> None:
    with clock.frozen(on(2027, 9, 30)):
        with pytest.raises(CancelWrong):
            cancel_contract(running, on=date(2027, 10, 1), by=sato, version=None)
        cancel_contract(running, on=date(2027, 9, 30), by=sato, version=None, note="内製に切り替える")
    at(on(2027, 11, 30))
    running.refresh_from_db()
    assert running.state == ContractState.SIGNED
    at(on(2027, 12, 1))
    running.refresh_from_db()
    assert (running.state, running.periods.count()) == (ContractState.ENDED, 12)


def test_notice_too_late_ends_it_with_the_term_after(running: Contract, sato: Member) -> None:
    with clock.frozen(on(2027, 10, 2)):
        cancel_contract(running, on=date(2027, 10, 2), by=sato, version=None)
    running.refresh_from_db()
    assert (running.ends_on, running.renews, running.remind_on) == (date(2028, 11, 30), False, None)


def test_what_is_not_signed_in_time_expires_and_says_so(recurring: Contract, sato: Member) -> None:
    link = sent(recurring, by=sato, days=30)
    recurring.refresh_from_db()
    assert recurring.sign_by is not None
    later = datetime.combine(recurring.sign_by + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=3)
    with clock.frozen(later - timedelta(days=1)):
        assert close_unsigned() == 0
    with clock.frozen(later):
        with pytest.raises(SigningTooLate):
            sign_by_link(link.token, signature("安達 愛"))
        assert close_unsigned() == 1
    recurring.refresh_from_db()
    assert recurring.state == ContractState.EXPIRED


def test_what_was_sent_is_changed_no_more_and_of_two_editors_one_is_told(recurring: Contract, sato: Member) -> None:
    change_contract(recurring, by=sato, version=1, delivery="1月")
    with pytest.raises(StaleRecord):
        change_contract(recurring, by=sato, version=1, delivery="2月")
    sent(recurring, by=sato)
    with pytest.raises(NotADraft):
        change_contract(recurring, by=sato, version=None, delivery="3月")


def test_periods_begin_on_the_same_day_of_each_month() -> None:
    assert list(periods(date(2027, 1, 31), billed="month", until=date(2027, 4, 1))) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert last_day(date(2026, 4, 1), months=12) == date(2027, 3, 31)
    assert count_periods(date(2026, 4, 1), date(2027, 3, 31), billed="month") == 12
    assert count_periods(date(2026, 4, 1), date(2029, 3, 31), billed="year") == 3
