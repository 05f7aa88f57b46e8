"""Duties under leases, with a clock that the test moves by hand."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from ryorin.jobs.schedule import Duty, duties
from ryorin.jobs.scheduler import LEASE_SECONDS, Scheduler, back_off, lease_of
from ryorin.lib import clock
from ryorin.workspace.leases.models import Lease

pytestmark = pytest.mark.django_db(transaction=True)


class Hand:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Work:
    """Counts how often it was done, and fails while it is told to."""

    def __init__(self) -> None:
        self.times = 0
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.times += 1
        if self.error:
            raise self.error


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def duty(work: Work) -> Duty:
    return Duty(name="sweep", every=5, run=work)


@pytest.fixture
def scheduler(duty: Duty, hand: Hand) -> Scheduler:
    return Scheduler((duty,), clock=hand)


def lease(duty: Duty) -> Lease:
    return Lease.objects.get(name=lease_of(duty))


def held_elsewhere(duty: Duty, *, seconds: int) -> None:
    until = clock.now() + timedelta(seconds=seconds)
    Lease.objects.update_or_create(name=lease_of(duty), defaults={"holder": "other.example:1", "until": until})


def test_a_duty_is_done_and_due_again_after_its_time(scheduler: Scheduler, duty: Duty, work: Work, hand: Hand) -> None:
    scheduler.turn(duty)
    assert work.times == 1
    assert scheduler.states["sweep"].due == hand.now + 5


def test_a_duty_done_is_written_down_for_the_health_page(scheduler: Scheduler, duty: Duty) -> None:
    scheduler.turn(duty)
    assert lease(duty).last_done_at is not None
    assert lease(duty).last_error == ""


def test_a_duty_whose_lease_another_machine_holds_is_left_to_it(scheduler: Scheduler, duty: Duty, work: Work) -> None:
    held_elsewhere(duty, seconds=60)
    scheduler.turn(duty)
    assert work.times == 0


def test_the_lease_of_a_machine_that_died_is_taken_over_once_it_ran_out(
    scheduler: Scheduler, duty: Duty, work: Work
) -> None:
    held_elsewhere(duty, seconds=-1)
    scheduler.turn(duty)
    assert work.times == 1


def test_a_lease_in_hand_is_not_asked_for_again_each_time(
    scheduler: Scheduler, duty: Duty, hand: Hand, work: Work, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scheduler.turn(duty)
    hand.now += 5
    with django_assert_num_queries(0):
        scheduler.turn(duty)
    assert work.times == 2


def test_a_lease_running_low_is_prolonged(scheduler: Scheduler, duty: Duty, hand: Hand) -> None:
    scheduler.turn(duty)
    hand.now += LEASE_SECONDS - 5
    scheduler.prolong(duty)
    assert scheduler.states["sweep"].leased_until == hand.now + LEASE_SECONDS


def test_a_failing_duty_is_written_down_and_tried_again_ever_later(
    scheduler: Scheduler, duty: Duty, work: Work, hand: Hand
) -> None:
    work.error = OSError("disk full")
    waits = []
    for _attempt in range(3):
        scheduler.turn(duty)
        waits.append(scheduler.states["sweep"].due - hand.now)
    assert waits == [10, 20, 40]
    assert lease(duty).last_error == "OSError: disk full"


def test_a_duty_that_works_again_clears_its_error_at_once(scheduler: Scheduler, duty: Duty, work: Work) -> None:
    work.error = OSError("disk full")
    scheduler.turn(duty)
    work.error = None
    scheduler.turn(duty)
    assert lease(duty).last_error == ""
    assert scheduler.states["sweep"].failures == 0


def test_waiting_after_failures_never_passes_five_minutes_save_for_rarer_duties() -> None:
    assert back_off(1, failures=50) == 300
    assert back_off(3600, failures=50) == 3600


def test_stopping_gives_the_leases_back(scheduler: Scheduler, duty: Duty) -> None:
    scheduler.turn(duty)
    scheduler.give_back()
    assert lease(duty).holder == ""


def test_no_two_duties_share_a_name() -> None:
    names = [duty.name for duty in duties()]
    assert len(names) == len(set(names))


def test_a_shared_duty_is_done_by_every_worker(work: Work, hand: Hand) -> None:
    shared = Duty(name="mails", every=1, run=work, is_shared=True)
    held_elsewhere(shared, seconds=60)
    for scheduler in (Scheduler((shared,), clock=hand), Scheduler((shared,), clock=hand)):
        scheduler.turn(shared)

    assert work.times == 2
