"""Who has gone quiet, against their own rhythm."""

import csv
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.aftercare.actions import look_for_quiet, plan_call
from ryorin.sales.aftercare.errors import NotQuietAnyMore
from ryorin.sales.aftercare.models import QuietCustomer, QuietLook
from ryorin.sales.aftercare.queries import quiet_in_history
from ryorin.sales.aftercare.queries.quiet import STATEMENT
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def monday(our_company: object) -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


def bought(
    *ago: int, person: Person | None = None, company: Company | None = None, net: int = 10_000, **more: object
) -> None:
    """This function will have a customer order so many days ago."""
    name = f"{person.pk if person else ''}-{company.pk if company else ''}"
    Order.objects.bulk_create(
        [
            Order(
                number=f"{name}-{days}-{place}", ordered_at=MONDAY - timedelta(days=days), channel="online",
                person=person, company=company, net=net, total=net, created_at=MONDAY, updated_at=MONDAY,
                **more,
            )
            for place, days in enumerate(ago)
        ]
    )  # fmt: skip


def looked() -> dict[str, QuietCustomer]:
    catch_up()
    look_for_quiet()
    return {row.key: row for row in QuietCustomer.objects.all()}


def test_silence_is_long_only_against_ones_own_rhythm(ada: Person, acme: Company, mei: Member) -> None:
    weekly = create_person(by=None, family_name="毎週", owner=mei)
    yearly = create_person(by=None, family_name="毎年")
    bought(61, 54, 47, 40, person=weekly)
    bought(1100, 735, 370, 40, person=yearly)
    found = looked()
    assert set(found) == {f"person:{weekly.pk}"}
    row = found[f"person:{weekly.pk}"]
    assert (row.usual_days, row.long_days, row.orders, row.owner) == (7, 7, 4, mei)
    assert row.last_on == date(2026, 10, 7) and row.quiet_since == date(2026, 10, 15)
    assert row.is_own_rhythm and row.is_long_gone and row.value == 40_000


def test_an_uneven_rhythm_is_given_more_time(ada: Person) -> None:
    bought(200, 190, 100, 95, 50, person=ada)  # gaps of 10, 90, 5, 45 days: nine in ten are shorter than 76.5
    assert looked() == {}
    Order.objects.all().delete()
    bought(230, 220, 130, 125, 80, person=ada)
    QuietLook.objects.all().delete()
    row = looked()[f"person:{ada.pk}"]
    assert row.long_days == pytest.approx(76.5) and not row.is_long_gone


def test_orders_of_a_company_count_for_the_company_and_returns_for_nobody(ada: Person, acme: Company) -> None:
    bought(90, 60, company=acme, person=ada)
    bought(30, company=acme)
    bought(5, company=acme, net=-3_000, is_return=True)
    assert looked() == {}
    with clock.frozen(MONDAY + timedelta(days=30)):
        row = looked()[f"company:{acme.pk}"]
        assert (row.person, row.orders, row.value) == (None, 3, 30_000 - 3_000)


def test_newer_customers_are_seen_against_those_of_their_channel(ada: Person) -> None:
    many = [create_person(by=None, family_name=f"客{n}") for n in range(8)]
    for one in many:
        bought(100, 70, 40, 10, person=one)
    bought(35, person=ada)
    row = looked()[f"person:{ada.pk}"]
    assert not row.is_own_rhythm and row.usual_days == 30 and row.orders == 1


def test_a_customer_who_buys_again_is_off_the_list(ada: Person) -> None:
    bought(90, 80, 70, 60, person=ada)
    assert set(looked()) == {f"person:{ada.pk}"}
    assert look_for_quiet() is None  # once a day
    with clock.frozen(MONDAY + timedelta(days=1)):
        bought(0, person=ada)
        assert looked() == {}
    assert QuietLook.objects.count() == 2


def test_a_call_is_planned_once_and_kept_from_day_to_day(ada: Person, sato: Member) -> None:
    bought(90, 80, 70, 60, person=ada)
    row = looked()[f"person:{ada.pk}"]
    task = plan_call(row, by=sato)
    assert plan_call(row, by=sato) == task and Task.objects.count() == 1
    assert (task.owner, task.about_type, task.about_id) == (sato, "person", ada.pk)
    with clock.frozen(MONDAY + timedelta(days=1)):
        again = looked()[f"person:{ada.pk}"]
        assert again.task_id == task.pk and again.seen_on == TODAY + timedelta(days=1)
        QuietCustomer.objects.all().delete()
        with pytest.raises(NotQuietAnyMore):
            plan_call(again, by=sato)


def test_nobody_is_called_quiet_while_no_rhythm_is_known(ada: Person) -> None:
    bought(900, person=ada)
    assert looked() == {}
    assert QuietLook.objects.get().quiet == 0


def test_nobody_bought_anything_yet(our_company: object) -> None:
    assert looked() == {}
    assert QuietLook.objects.get().customers == 0


@pytest.mark.slow
def test_the_customers_of_cdnow_who_were_called_quiet_bought_less_afterwards(data: Path) -> None:
    """Of those with a rhythm of their own by the end of 1997, the quiet half year later bought far less often."""
    orders = read_cdnow(data / "cdnow")
    day = date(1997, 12, 31)
    called = asked(orders, day)
    first = {who for who, when in orders if when <= day}
    bought_later = {who for who, when in orders if when > day}
    with_rhythm = {who for who in first if len({when for one, when in orders if one == who and when <= day}) >= 3}
    quiet = with_rhythm & called
    active = with_rhythm - called
    rates = [len(group & bought_later) / len(group) for group in (quiet, active)]
    print(f"quiet: {len(quiet)}, bought later {rates[0]:.0%}; others: {len(active)}, bought later {rates[1]:.0%}")
    assert len(quiet) > 200 and len(active) > 200
    assert rates[0] < 0.75 * rates[1]


@pytest.mark.slow
def test_a_million_customers_are_looked_at_in_seconds() -> None:
    link = duckdb.connect()
    link.execute(
        "CREATE TABLE orders AS SELECT CAST(NULL AS BIGINT) AS company_id, CAST(i % 1000000 AS BIGINT) AS person_id, "
        "TIMESTAMPTZ '2026-11-01' - INTERVAL (hash(i) % 900) DAY AS ordered_at, 'JPY' AS currency, "
        "5000::BIGINT AS net, false AS is_return, 'online' AS channel FROM range(3000000) t(i)"
    )
    began = time.perf_counter()
    rows = link.execute(statement(TODAY)).fetchall()
    took = time.perf_counter() - began
    print(f"{took:.1f} s, {len(rows)} rows of {rows[0][10]:,} customers")
    assert rows[0][10] == 1_000_000 and took < 20


def statement(day: date) -> str:
    return STATEMENT.format(
        orders="orders", offset=32_400, currency="JPY", now="2100-01-01T00:00:00+00:00", today=day.isoformat(),
        share=0.9, enough_days=3, enough_gaps=20, shortest=7, long_gone=3, most=1_000_000,
    )  # fmt: skip


def asked(orders: list[tuple[int, date]], day: date) -> set[int]:
    """Return who is called quiet on the day, knowing only the orders up to then."""
    link = duckdb.connect()
    link.execute(
        "CREATE TABLE orders (company_id BIGINT, person_id BIGINT, ordered_at TIMESTAMPTZ, currency VARCHAR, "
        "net BIGINT, is_return BOOLEAN, channel VARCHAR)"
    )
    known = [(who, datetime(when.year, when.month, when.day, tzinfo=UTC)) for who, when in orders if when <= day]
    link.executemany("INSERT INTO orders VALUES (NULL, ?, ?, 'JPY', 100, false, 'online')", known)
    return {row[0] // 2 for row in link.execute(statement(day)).fetchall()}


def read_cdnow(folder: Path) -> list[tuple[int, date]]:
    """Return (customer, day) of every purchase in the sample file, whatever its columns are called."""
    file = next(iter(sorted(folder.glob("*sample*"))), None) or next(iter(sorted(folder.glob("*.txt"))))
    rows = []
    with file.open(encoding="utf-8") as lines:
        for line in csv.reader(lines, delimiter=" ", skipinitialspace=True):
            parts = [part for part in line if part]
            text = next((part for part in parts if len(part) == 8 and part.startswith("199")), "")
            if text:
                rows.append((int(parts[0]), datetime.strptime(text, "%Y%m%d").date()))
    return rows


def test_the_answer_of_an_empty_lake_is_nobody() -> None:
    assert quiet_in_history(TODAY, currency="JPY", tz="Asia/Tokyo").found == []
    with pytest.raises(ValueError):
        quiet_in_history(TODAY, currency="'; DROP", tz="Asia/Tokyo")
