"""Published tables follow their rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order, OrderLine
from ryorin.insight.lake import rules
from ryorin.insight.lake.actions import catch_up, keep_up, publish, publishing, rebuild
from ryorin.insight.lake.errors import TableUnknown
from ryorin.insight.lake.models import PublishedPosition
from ryorin.insight.lake.queries import sql, status, table, verify
from ryorin.insight.lake.queries.catalogue import mentions, model_of, published_tables
from ryorin.insight.lake.queries.reading import columns_of, lake, source_of
from ryorin.lib import clock
from ryorin.lib.published import Kind
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db

Someone = Callable[..., Person]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as large: only what changed is copied."""
    monkeypatch.setattr(publishing, "SMALL_TABLE", 0)
    monkeypatch.setattr(publishing, "LARGE_PART", 100.0)


def names() -> list[tuple[Any, ...]]:
    return sql("SELECT id, family_name FROM {people} ORDER BY id", "people").fetchall()


def order(number: str, *amounts: int, person: Person | None = None) -> Order:
    now = clock.now()
    made = Order.objects.create(
        number=number, ordered_at=now, channel="shop", person=person, created_at=now, updated_at=now
    )
    for position, amount in enumerate(amounts, start=1):
        OrderLine.objects.create(order=made, position=position, description="ノギス", unit_price=amount, amount=amount)
    return made


def test_every_published_column_is_a_column_of_its_model_and_typed_as_such() -> None:
    kinds = {
        "BigAutoField": Kind.INT, "BigIntegerField": Kind.INT, "IntegerField": Kind.INT, "ForeignKey": Kind.INT,
        "PositiveIntegerField": Kind.INT, "PositiveSmallIntegerField": Kind.INT, "SmallIntegerField": Kind.INT,
        "BooleanField": Kind.BOOL, "DateField": Kind.DATE, "DateTimeField": Kind.TIME, "DecimalField": Kind.FLOAT,
        "FloatField": Kind.FLOAT, "OneToOneField": Kind.INT,
    }  # fmt: skip
    for published in published_tables().values():
        fields = {field.column: field for field in model_of(published)._meta.concrete_fields}
        for column in published.columns:
            field = fields[column.read_from]
            assert column.kind == kinds.get(field.get_internal_type(), Kind.TEXT), (published.name, column.name)
        assert published.columns[0].name == "id"


def test_all_that_metrics_and_conditions_ask_for_is_published() -> None:
    assert set(published_tables()) >= {
        "people", "companies", "consents", "identities", "stage_changes", "orders", "order_lines", "campaigns",
        "costs", "tracked_links", "forms", "form_answers", "deals", "deal_moves", "activities", "handoffs", "products",
        "members",
    }  # fmt: skip


def test_a_table_nobody_has_written_to_is_empty_and_has_its_columns() -> None:
    people = table("people")
    assert people.columns[:2] == ("id", "family_name")
    assert people.count().execute() == 0
    assert table("touchpoints").count().execute() == 0
    publish()
    assert table("people").count().execute() == 0
    assert verify().is_ok


def test_rows_arrive_with_their_types(someone: Someone) -> None:
    at = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    person = someone("髙田", first_contact_at=at, is_ready=True, score=-3)
    campaign = Campaign.objects.create(
        name="春", code="spring", channel="mail", starts_on=date(2026, 4, 1), created_at=at, updated_at=at
    )
    CampaignCost.objects.create(campaign=campaign, day=date(2026, 4, 2), amount=5000, updated_at=at)
    order("1", 300)
    publish()
    row = sql("SELECT * FROM {people}", "people").to_arrow_table().to_pylist()[0]
    assert (row["id"], row["family_name"], row["first_contact_at"]) == (person.pk, "髙田", at)
    assert (row["is_ready"], row["score"], row["company_id"]) == (True, -3, None)
    assert sql("SELECT day, amount FROM {costs}", "costs").fetchall() == [(date(2026, 4, 2), 5000)]
    assert sql("SELECT quantity, tax_rate FROM {order_lines}", "order_lines").fetchall() == [(1.0, 10.0)]


def test_changes_arrive_and_quiet_tables_are_left_alone(someone: Someone) -> None:
    tanaka, _suzuki = someone("田中"), someone("鈴木")
    assert publish()["people"] == 2
    assert set(publish().values()) == {0}
    Person.objects.filter(pk=tanaka.pk).update(family_name="山田", updated_at=clock.now())
    assert publish(only=["people"]) == {"people": 2}
    assert [name for _id, name in names()] == ["山田", "鈴木"]


def test_of_a_large_table_only_what_changed_is_copied(someone: Someone, large: None) -> None:
    long_ago = clock.now() - timedelta(days=30)
    for number in range(50):
        someone(f"客{number}")
    Person.objects.update(updated_at=long_ago)
    publish()
    position = PublishedPosition.objects.get(table="people")
    Person.objects.filter(family_name="客7").update(family_name="山田", updated_at=clock.now())
    someone("新人")
    assert publish()["people"] == 2
    assert len(names()) == 51 and "山田" in dict(names()).values() and "客7" not in dict(names()).values()
    assert PublishedPosition.objects.get(pk=position.pk).rows == 51
    assert verify().is_ok


def test_a_row_that_became_visible_late_is_not_missed(someone: Someone, large: None) -> None:
    tanaka = someone("田中")
    publish()
    Person.objects.filter(pk=tanaka.pk).update(family_name="山田", updated_at=clock.now() - timedelta(seconds=90))
    publish()
    assert names() == [(tanaka.pk, "山田")]


def test_a_new_row_with_an_old_time_stamp_is_not_missed(someone: Someone, large: None) -> None:
    someone("田中")
    publish()
    late = someone("過去")
    Person.objects.filter(pk=late.pk).update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    publish()
    assert (late.pk, "過去") in names()


def test_when_nothing_happens_for_long_the_look_stays_short(someone: Someone, large: None) -> None:
    someone("田中")
    publish()
    later = clock.now() + timedelta(hours=1)
    with clock.frozen(later):
        assert publish()["people"] == 0
        assert PublishedPosition.objects.get(table="people").changed_until == later - rules.OVERLAP
        someone("鈴木")
        assert publish()["people"] == 1
    assert len(names()) == 2


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_deleted_person_leaves_history_with_all_that_names_them(
    size: str, someone: Someone, request: pytest.FixtureRequest
) -> None:
    if size == "large":
        request.getfixturevalue("large")
    tanaka, suzuki, now = someone("田中"), someone("鈴木"), clock.now()
    Identity.objects.create(visitor="v1", person=tanaka, since=now, updated_at=now)
    kept = order("1", 300, person=tanaka)
    publish()
    pk = tanaka.pk
    tanaka.delete()
    record("person_deleted", "person", pk, by=None)
    publish()
    assert names() == [(suzuki.pk, "鈴木")]
    assert sql("SELECT * FROM {identities}", "identities").fetchall() == []
    assert sql("SELECT id, person_id FROM {orders}", "orders").fetchall() == [(kept.pk, None)]
    assert verify().is_ok
    assert set(publish().values()) == {0}


def test_lines_follow_their_order(large: None) -> None:
    first, second = order("1", 100, 200), order("2", 300)
    publish()
    first.lines.all().delete()
    OrderLine.objects.create(order=first, position=1, description="別", unit_price=50, amount=50)
    Order.objects.filter(pk=first.pk).update(updated_at=clock.now() + timedelta(seconds=1))
    publish()
    lines = sql("SELECT order_id, amount FROM {order_lines} ORDER BY ALL", "order_lines").fetchall()
    assert lines == [(first.pk, 50), (second.pk, 300)]
    pk = second.pk
    second.delete()
    record("order_deleted", "order", pk, by=None)
    publish()
    assert sql("SELECT order_id, amount FROM {order_lines}", "order_lines").fetchall() == [(first.pk, 50)]
    assert verify().is_ok


def test_a_table_without_a_change_marker_is_compared_whole(mei: Member) -> None:
    publish()
    Member.objects.filter(pk=mei.pk).update(family_name="森")
    assert publish()["members"] == 1
    assert sql("SELECT family_name FROM {members}", "members").fetchall() == [("森",)]
    assert publish()["members"] == 0


def test_another_layout_is_copied_anew(someone: Someone) -> None:
    someone("田中")
    publish()
    PublishedPosition.objects.filter(table="people").update(schema="the digest of older columns")
    assert publish()["people"] == 1
    assert PublishedPosition.objects.get(table="people").schema == rules.digest_of(published_tables()["people"])


def test_what_the_lake_missed_is_found_and_mended(someone: Someone) -> None:
    tanaka = someone("田中")
    old = clock.now() - timedelta(days=9)
    Person.objects.update(updated_at=old)
    publish()
    Person.objects.filter(pk=tanaka.pk).update(updated_at=old + timedelta(days=1))
    report = verify()
    assert not report.is_ok and report.problems == ["people: 0 rows missing, 0 too many, 1 different"]
    Person.objects.all().delete()
    assert verify().tables["people"].surplus == 1 and not verify().is_ok
    assert rebuild("people") == {"people": 0}
    assert verify().is_ok


def test_what_happened_a_moment_ago_is_no_fault(someone: Someone) -> None:
    someone("田中")
    assert verify().is_ok
    publish()
    someone("鈴木")
    report = verify().tables["people"]
    assert (report.missing, report.waiting, report.is_ok) == (1, 1, True)


def test_catching_up_takes_everything_and_keeping_up_only_news(someone: Someone) -> None:
    someone("田中")
    assert catch_up()["people"] == 1
    assert keep_up() == {}
    someone("鈴木")
    assert keep_up() == {"touchpoints": 0, "people": 2}
    assert {entry["table"] for entry in status()["tables"]} == set(published_tables())


def test_an_unknown_table_is_refused() -> None:
    for ask in (lambda: publish(only=["secrets"]), lambda: rebuild("secrets"), lambda: table("secrets")):
        with pytest.raises(TableUnknown):
            ask()


def test_who_names_whom_is_read_from_the_models() -> None:
    assert ("person", "person_id") in mentions("orders")
    assert ("company", "company_id") in mentions("people")
    assert ("order", "order_id") in mentions("order_lines")


def test_a_column_that_was_not_published_yet_is_empty_instead_of_an_error(someone: Someone) -> None:
    someone("田中", prefecture="13")
    publish()
    files = lake().look("people").files
    held = {column.name for column in columns_of("people")} - {"prefecture"}
    rows = lake().cursor().execute(f"SELECT prefecture, id FROM ({source_of('people', files, held)})").fetchall()
    assert [row[0] for row in rows] == [None] and rows[0][1]
