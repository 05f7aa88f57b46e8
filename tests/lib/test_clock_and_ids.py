"""Time and identifiers."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ryorin.lib import clock
from ryorin.lib.ids import named_id, new_id, time_of

NOON = datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC)


def test_the_clock_stands_still_inside_frozen_and_runs_again_behind_it():
    with clock.frozen(NOON):
        assert clock.now() == NOON
        with clock.frozen(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_today_in_tokyo_begins_nine_hours_before_utc():
    with clock.frozen(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 4, 1)
        assert clock.today("UTC") == date(2026, 3, 31)


def test_the_clock_refuses_a_naive_time():
    with pytest.raises(ValueError), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_a_new_id_is_a_version_7_uuid_that_tells_its_time():
    made = new_id(NOON)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert time_of(made) == NOON


def test_new_ids_rise_and_never_repeat():
    made = [new_id() for _each in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_a_new_id_follows_a_frozen_clock():
    new_id()
    with clock.frozen(NOON - timedelta(days=365)):
        assert time_of(new_id()) == NOON - timedelta(days=365)


def test_the_same_names_at_the_same_time_give_the_same_id():
    assert named_id(NOON, "orders.csv", "1") == named_id(NOON, "orders.csv", "1")
    assert named_id(NOON, "orders.csv", "1") != named_id(NOON, "orders.csv", "2")
    assert named_id(NOON, "ab", "c") != named_id(NOON, "a", "bc")
    assert time_of(named_id(NOON, "x")) == NOON
    assert named_id(NOON, "x").version == 7


def test_other_ids_tell_no_time():
    assert time_of(uuid4()) is None
    assert time_of(UUID(int=0)) is None
    assert time_of(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")) is None


def test_an_id_before_1970_is_refused():
    with pytest.raises(ValueError):
        new_id(datetime(1969, 12, 31, tzinfo=UTC))
