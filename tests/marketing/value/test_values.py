"""Values out of orders: what counts as a purchase, what is kept, what is told where data are thin, when it is due."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.marketing.value.conftest import Bought

from ryorin.conditions.parser import parse
from ryorin.conditions.to_orm import to_q
from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import delete_person
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order
from ryorin.customers.value.models import CompanyValue, CustomerGroup, PersonValue
from ryorin.insight.lake.actions import publish
from ryorin.lib import clock
from ryorin.marketing.value.actions import ask_for_values, change_settings, compute_daily, compute_if_due
from ryorin.marketing.value.errors import BordersInvalid, SettingsInvalid
from ryorin.marketing.value.models import ModelFit, ValueSettings
from ryorin.marketing.value.queries import newest_fit, picture
from ryorin.products.catalogue.models import Product
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Compute = Callable[..., None]
History = dict[str, list[tuple[object, ...]]]


def shoppers(count: int = 60) -> History:
    """Return customers who buy every month or so, every other one only for some time."""
    return {
        f"客{place}": [
            (ago, 1000 * (1 + place % 5) + 10 * turn)
            for turn, ago in enumerate(range(400 - place % 7, 200 if place % 2 else 5, -(20 + place % 17)))
        ]
        for place in range(count)
    }


def test_orders_of_one_day_are_one_purchase_and_returns_are_taken_off(bought: Bought, compute: Compute) -> None:
    (ada,) = bought({"安達": [(30, 3000), (30, 2000), (10, 1000), (9, -400)]})
    compute()
    value = PersonValue.objects.get(person=ada)
    assert (value.purchases, value.revenue, value.average) == (2, 5600, 2800)
    assert (value.first_on, value.last_on) == (days_ago(30), days_ago(10))


def test_a_return_counts_against_the_order_it_belongs_to(
    bought: Bought, company: Organisation, compute: Compute
) -> None:
    (ada,) = bought({"安達": [(30, 3000), (10, 1000)]})
    first = Order.objects.order_by("ordered_at").first()
    assert first is not None
    line = {"description": "返品", "quantity": 1, "unit_price": -500, "amount": -500}
    record_order(
        number="R-1", ordered_at=clock.now(), channel="shop", person=first.person, lines=[line], returns=first, by=None
    )
    publish()
    compute()
    value = PersonValue.objects.get(person=ada)
    assert (value.purchases, value.revenue, value.last_on) == (2, 3500, days_ago(10))


def test_an_order_counts_for_the_person_and_for_the_company_it_names(company: Organisation, compute: Compute) -> None:
    acme = create_company(by=None, name="株式会社アクメ")
    line = {"description": "品", "quantity": 1, "unit_price": 700, "amount": 700}
    record_order(number="1", ordered_at=clock.now(), channel="rep", company=acme, lines=[line], by=None)
    publish()
    for subject in ("person", "company"):
        compute(subject)
    assert CompanyValue.objects.get().revenue == 700 and not PersonValue.objects.exists()
    assert newest_fit("person") is not None and newest_fit("person").customers == 0  # type: ignore[union-attr]


def test_other_currencies_and_days_to_come_do_not_count(bought: Bought, compute: Compute) -> None:
    (ada,) = bought({"安達": [(3, 1000), (-5, 9000)]})
    Order.objects.filter(net=9000).update(updated_at=clock.now())
    compute()
    assert PersonValue.objects.get(person=ada).revenue == 1000


@pytest.mark.parametrize(
    ("histories", "reason"),
    [
        ({}, "nobody"),
        ({"安達": [(0, 1000)]}, "one_day"),
        ({"安達": [(30, 1000), (1, 1000)]}, "nobody_came_back"),
        ({f"客{place}": [(30, 1000)] for place in range(30)}, "nobody_came_back"),
    ],
)
def test_thin_data_give_facts_and_no_figures(bought: Bought, compute: Compute, histories: History, reason: str) -> None:
    bought(histories)
    compute()
    fit = newest_fit("person")
    assert fit is not None and fit.purchases["reason"] == reason and "value" not in fit.totals
    for value in PersonValue.objects.all():
        assert (value.lifetime, value.churn_risk, value.churn_level, value.alive) == (None, None, "", None)
        assert 1 <= value.recency_score <= 5


def test_many_customers_have_a_value_a_risk_a_range_and_a_day(bought: Bought, compute: Compute) -> None:
    bought(shoppers())
    compute()
    fit = newest_fit("person")
    assert fit is not None and fit.customers == 60 and fit.totals["value"] > 0
    assert fit.backtest["customers"] == 60
    loyal = PersonValue.objects.get(person__family_name="客0")
    gone = PersonValue.objects.get(person__family_name="客1")
    assert loyal.alive > gone.alive and loyal.churn_risk < gone.churn_risk  # type: ignore[operator]
    assert loyal.lifetime_low <= loyal.lifetime <= loyal.lifetime_high  # type: ignore[operator]
    assert loyal.typical_gap == 20 and loyal.next_on == loyal.last_on + timedelta(days=20)
    assert gone.churn_level == "high" and loyal.lifetime > gone.lifetime  # type: ignore[operator]
    assert picture("person", "lifetime")["levels"]["high"]["customers"] > 0
    assert CustomerGroup.objects.filter(subject="person").count() >= 2
    assert set(PersonValue.objects.values_list("group", flat=True)) <= set(
        CustomerGroup.objects.values_list("number", flat=True)
    )


def test_values_can_be_asked_for_in_conditions(bought: Bought, compute: Compute) -> None:
    bought(shoppers())
    Person.objects.create(family_name="無購入", stage_at=clock.now(), created_at=clock.now(), updated_at=clock.now())
    compute()
    asked = {
        "all": [
            {"field": "value_churn_level", "op": "is", "value": "high"},
            {"field": "value_revenue", "op": "gte", "value": 10_000},
        ]
    }
    found = set(Person.objects.filter(to_q(parse(asked, PERSON), PERSON, now=clock.now())).values_list("pk", flat=True))
    rows = PersonValue.objects.filter(churn_level="high", revenue__gte=10_000)
    assert found == set(rows.values_list("pk", flat=True)) and found
    never = {"field": "value_purchases", "op": "empty"}
    assert [one.family_name for one in Person.objects.filter(to_q(parse(never, PERSON), PERSON, now=clock.now()))] == [
        "無購入"
    ]


def test_the_same_orders_give_the_same_rows_again(bought: Bought, compute: Compute) -> None:
    bought(shoppers())
    compute()
    before = list(PersonValue.objects.order_by("pk").values())
    compute()
    after = list(PersonValue.objects.order_by("pk").values())
    for row in (*before, *after):
        row.pop("updated_at")
    assert before == after and ModelFit.objects.filter(subject="person").count() == 2


def test_who_is_deleted_loses_the_value_and_stops_nothing(bought: Bought, compute: Compute, kimura: Member) -> None:
    ids = bought(shoppers(20))
    delete_person(Person.objects.get(pk=ids[3]), by=kimura)  # the lake has not heard of it yet
    compute()
    assert PersonValue.objects.count() == 19


def test_a_customer_whose_orders_are_gone_has_no_value_any_more(bought: Bought, compute: Compute) -> None:
    bought({"安達": [(30, 1000)], "坂東": [(20, 1000)]})
    compute()
    change_settings(by=None, version=None, as_of=days_ago(25))
    compute()
    assert [value.person.family_name for value in PersonValue.objects.all()] == ["安達"]


def test_products_bought_together_are_offered_to_who_has_one_of_them(bought: Bought, compute: Compute) -> None:
    pairs: History = {f"客{place}": [(20, 2000, "カメラ", "レンズ")] for place in range(30)}
    others: History = {f"他{place}": [(15, 1000, "紙")] for place in range(40)}
    bought(pairs | others | {"安達": [(5, 1000, "カメラ")]})
    compute()
    ada = PersonValue.objects.get(person__family_name="安達")
    assert ada.next_product == Product.objects.get(code="レンズ")
    assert ada.because_of == Product.objects.get(code="カメラ") and ada.next_share == pytest.approx(30 / 31, abs=1e-3)
    content = picture("person", "baskets")
    assert content["of_customer"][0]["together"] == 30 and content["offers"][0]["customers"] == 1
    assert PersonValue.objects.get(person__family_name="客0").next_product is None


def test_own_borders_give_the_scores(bought: Bought, compute: Compute) -> None:
    bought({"安達": [(3, 50_000)], "坂東": [(100, 900)], "千葉": [(400, 5_000)]})
    borders = {"recency": [365, 180, 90, 30], "frequency": [2, 3, 5, 10], "monetary": [1000, 5000, 20000, 100000]}
    change_settings(by=None, version=None, borders=borders)
    compute()
    found = {value.person.family_name: value.rfm for value in PersonValue.objects.select_related("person")}
    assert found == {"安達": "514", "坂東": "311", "千葉": "113"}


@pytest.mark.parametrize(
    ("borders", "is_refused"),
    [
        ({"recency": [30, 90, 180, 365]}, True),
        ({"frequency": [2, 2, 5, 10]}, True),
        ({"monetary": [1, 2, 3]}, True),
        ({"monetary": [-5, 2, 3, 4]}, True),
        ({"frequency": []}, False),
    ],
)
def test_borders_must_rise(company: Organisation, borders: dict[str, list[int]], is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(BordersInvalid):
            change_settings(by=None, version=None, borders=borders)
    else:
        assert change_settings(by=None, version=None, borders=borders).borders["frequency"] == []


def test_settings_are_changed_by_marketers_and_told(company: Organisation, mei: Member, sato: Member) -> None:
    row = change_settings(by=mei, version=1, horizon_months=24, discount=Decimal("5.0"))
    assert (row.horizon_months, row.version, row.changed_by) == (24, 2, mei)
    assert AuditEntry.objects.filter(action="value_settings_changed").count() == 1
    change_settings(by=mei, version=2, horizon_months=24)
    assert AuditEntry.objects.filter(action="value_settings_changed").count() == 1
    with pytest.raises(StaleRecord):
        change_settings(by=mei, version=1, horizon_months=12)
    with pytest.raises(SettingsInvalid):
        change_settings(by=mei, version=None, horizon_months=0)
    with pytest.raises(NotAllowed):
        change_settings(by=sato, version=None, horizon_months=12)
    assert ValueSettings.objects.count() == 1


def test_the_duty_computes_when_something_is_due_and_only_then(bought: Bought, mei: Member) -> None:
    bought(shoppers(12))
    now = clock.now()
    with clock.frozen(now):  # how long a computation took decides the pause after it
        assert compute_daily() == 2 and compute_daily() == 0
        bought({"新規": [(1, 500)]})
        assert compute_daily() == 0  # new orders may wait some minutes
    with clock.frozen(now + timedelta(minutes=6)):
        assert compute_daily() == 2
    with clock.frozen(now + timedelta(minutes=7)):
        ask_for_values(by=mei)
    with clock.frozen(now + timedelta(minutes=8)):
        assert compute_daily() == 2 and compute_daily() == 0
        change_settings(by=mei, version=None, horizon_months=6)
        assert compute_if_due("person") and not compute_if_due("person")
    with clock.frozen(now + timedelta(days=2)):
        assert compute_daily() == 2


def test_an_empty_installation_waits(db: None) -> None:
    assert compute_daily() == 0


def days_ago(count: int) -> date:
    return clock.today() - timedelta(days=count)
