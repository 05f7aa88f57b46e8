"""Leads, deals, sellers and orders of Olist: joined to each other, counted as a hand-written query counts them."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db.models import Count, F, Sum

from ryorin.alignment.attribution.queries import contribution, conversions_behind
from ryorin.alignment.attribution.rules import Conversion, Question
from ryorin.alignment.funnel.queries import funnel
from ryorin.connectors.olist.actions import import_olist
from ryorin.connectors.olist.errors import FilesMissing, OtherCurrency
from ryorin.customers.people.models import Person, StageChange
from ryorin.customers.purchases.models import Order
from ryorin.insight.lake.actions import catch_up
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.organisation.models import Organisation

LEADS, DEALS = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
ORDERS, ITEMS = "orders_PARTIAL.csv", "order_items_PARTIAL.csv"
BY_ORIGIN = """
SELECT coalesce(origin, '') AS origin, count(*) AS leads, count(won_date) AS won
FROM read_csv('{leads}', all_varchar=true) l
  LEFT JOIN read_csv('{deals}', all_varchar=true) d USING (mql_id)
GROUP BY 1
"""
MEDIAN = """
WITH waits AS (
  SELECT (epoch(strptime(won_date, '%d-%m-%Y %H:%M')) - epoch(strptime(first_contact_date, '%d-%m-%Y'))) / 86400 AS days
  FROM read_csv('{leads}', all_varchar=true) l JOIN read_csv('{deals}', all_varchar=true) d USING (mql_id)
)
SELECT median(days) FROM waits WHERE days >= 0  -- one deal was won before its first contact
"""
SOLD = """
SELECT count(DISTINCT (order_id, seller_id)),
  CAST(sum(round(100 * (price::DECIMAL(12,2) + freight_value::DECIMAL(12,2)))) AS BIGINT)
FROM read_csv('{items}', all_varchar=true) i
  JOIN read_csv('{orders}', all_varchar=true) o USING (order_id)
WHERE order_status NOT IN ('canceled', 'unavailable')
  AND coalesce(order_purchase_timestamp, order_approved_at) IS NOT NULL
"""


@pytest.fixture
def brazil(db: None) -> Organisation:
    return Organisation.objects.create(name="Olist", site_key="key", currency="BRL")


@pytest.fixture
def olist(data: Path) -> Path:
    return data / "olist"


def ask(query: str, folder: Path) -> list[tuple[Any, ...]]:
    """Return what DuckDB answers from the files themselves."""
    files = {"leads": LEADS, "deals": DEALS, "orders": ORDERS, "items": ITEMS}
    rows: list[tuple[Any, ...]] = duckdb.sql(
        query.format(**{name: folder / file for name, file in files.items()})
    ).fetchall()
    return rows


@pytest.mark.slow
def test_leads_and_won_deals_by_origin_are_those_of_the_files(brazil: Organisation, olist: Path) -> None:
    result = import_olist(olist)
    assert result["people"]["created"] == 8000 and result["deals"]["created"] == 842
    expected = {origin: (leads, won) for origin, leads, won in ask(BY_ORIGIN, olist)}
    leads = dict(Person.objects.values_list("source_channel").annotate(n=Count("pk")).order_by())
    won = dict(
        Deal.objects.filter(state="won").values_list("person__source_channel").annotate(n=Count("pk")).order_by()
    )
    assert {origin: (leads[origin], won.get(origin, 0)) for origin in leads} == expected
    assert (
        Deal.objects.filter(person__external_key__startswith="olist:mql:", company=F("person__company")).count() == 842
    )
    assert dict(StageChange.objects.values_list("stage").annotate(n=Count("pk")).order_by()) == {
        "lead": 8000,
        "opportunity": 842,
        "customer": 842,
    }
    assert verify().ok
    the_funnel_says_the_same(olist)
    every_model_counts_by_origin(expected)
    again = import_olist(olist)
    for kind in ("people", "deals", "companies", "orders"):
        assert (again[kind]["created"], again[kind]["updated"]) == (0, 0)


def the_funnel_says_the_same(olist: Path) -> None:
    catch_up()
    found = funnel()
    steps = {step.stage: step for step in found.steps}
    assert (steps["lead"].count, steps["customer"].count) == (8000, 842)
    ((median,),) = ask(MEDIAN, olist)
    assert steps["customer"].median_days_from_lead == pytest.approx(median, abs=0.001)


def every_model_counts_by_origin(expected: dict[str, tuple[int, int]]) -> None:
    """Each lead has one touch, its origin, so that all models must agree with the counts of the files."""
    ever = (date(2000, 1, 1), date(2030, 1, 1))
    for place, conversion in enumerate((Conversion.LEAD, Conversion.DEAL)):
        found = contribution(Question(conversion, *ever, window=None))
        by_origin = {origin: counts[place] for origin, counts in expected.items() if counts[place]}
        assert found.untraced == by_origin.pop("", 0)
        assert found.conversions == found.untraced + sum(by_origin.values()) == (8000, 842)[place]
        for shares in found.by_model.values():
            assert {name: share.conversions for name, share in shares.items() if share.conversions} == pytest.approx(
                by_origin
            )
        for origin, count in by_origin.items():
            assert conversions_behind(found.question, channel=origin, model="markov")[1] == count
    assert found.nulls == 8000 - 842 - (expected[""][0] - expected[""][1])


@pytest.mark.slow
def test_orders_carry_what_the_items_and_payments_say(brazil: Organisation, olist: Path) -> None:
    result = import_olist(olist)
    assert result["orders"]["rejected"] == 0 and result["orders"]["created"] > 19_000
    ((count, total),) = ask(SOLD, olist)
    of_sellers = Order.objects.filter(company__external_key__startswith="olist:seller:")
    assert (of_sellers.count(), of_sellers.aggregate(sum=Sum("total"))["sum"]) == (count, total)
    assert not Order.objects.exclude(currency="BRL").exists() and not Order.objects.exclude(tax=0).exists()


def test_another_currency_is_refused_with_the_way_out(db: None, olist: Path) -> None:
    Organisation.objects.create(name="両輪工業", site_key="key")
    with pytest.raises(OtherCurrency) as refusal:
        import_olist(olist)
    assert "BRL" in str(refusal.value) and "--currency BRL" in str(refusal.value)


def test_a_folder_without_the_files_is_refused(brazil: Organisation, tmp_path: Path) -> None:
    with pytest.raises(FilesMissing) as refusal:
        import_olist(tmp_path)
    assert LEADS in str(refusal.value)
