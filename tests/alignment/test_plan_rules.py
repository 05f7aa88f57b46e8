"""The arithmetic of a quarter's plan, by hand and as properties."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.alignment.plans.errors import PlanInvalid
from ryorin.alignment.plans.rules import Basis, Bottleneck, Outlook, Source, cause_of, later, outlook

MONTHS = (31, 30, 31)
PLAIN = Basis(
    sources=(Source("search", 10_000, 920_000),),
    free_leads=8,
    members=2,
    hours_per_week=40,
    hours_per_lead=1,
    hours_per_deal=4,
    qualified_rate=0.5,
    accepted_rate=0.5,
    won_rate=0.2,
    qualified_lag=0,
    accepted_lag=0,
    won_lag=0,
    order_value=500_000,
)


def test_a_budget_becomes_leads_and_leads_become_wins() -> None:
    found = outlook(PLAIN, MONTHS)
    assert PLAIN.paid_leads == 92 and [month.leads for month in found.months] == [39, 38, 39]
    assert [month.qualified for month in found.months] == [19.5, 19, 19.5]
    assert [month.accepted for month in found.months] == [9.75, 9.5, 9.75]
    assert found.total("won") == pytest.approx(5.8) and found.total("revenue") == pytest.approx(2_900_000)
    assert found.months[0].hours == pytest.approx(2 * 40 * 31 / 7)
    assert found.months[0].hours_needed == pytest.approx(19.5 * (1 + 0.5 * 4))
    assert found.bottleneck is Bottleneck.MARKETING and found.load is not None and found.load < 0.2


def test_what_comes_later_falls_into_later_months() -> None:
    month = 30.4375
    assert later([10, 20, 30], 0, rate=0.5) == [5, 10, 15]
    assert later([10, 20, 30], month, rate=1) == pytest.approx([0, 10, 20])
    assert later([10, 20, 30], month * 1.5, rate=1) == pytest.approx([0, 5, 15])
    assert later([10, 20, 30], 3650, rate=1) == [0, 0, 0]


def test_leads_of_the_months_before_bring_their_part() -> None:
    late = replace(PLAIN, qualified_lag=30.4375, earlier_leads=(0, 60), won_lag=30.4375, earlier_accepted=(0, 10))
    found = outlook(late, MONTHS)
    assert found.months[0].qualified == pytest.approx(30) and found.months[0].won == pytest.approx(2)


def test_what_sales_has_no_hours_for_waits_and_makes_sales_the_bottleneck() -> None:
    tight = replace(PLAIN, members=0.1)
    found = outlook(tight, MONTHS)
    assert found.months[0].accepted == pytest.approx(0.1 * 40 * 31 / 7 / 3 * 0.5)
    assert found.months[-1].waiting == pytest.approx(58 - found.total("accepted") / 0.5)
    assert found.bottleneck is Bottleneck.SALES
    nobody = outlook(replace(PLAIN, members=0), MONTHS)
    assert nobody.load is None and nobody.total("won") == 0 and nobody.bottleneck is Bottleneck.SALES


def test_a_plan_without_any_lead_expects_nothing() -> None:
    found = outlook(replace(PLAIN, sources=(), free_leads=0), MONTHS)
    assert found.total("revenue") == 0 and found.bottleneck is Bottleneck.MARKETING


@given(st.floats(0, 60), st.floats(0, 120), st.floats(0, 120), st.lists(st.floats(0, 500), min_size=6, max_size=6))
def test_more_hours_never_bring_less_and_nobody_is_won_twice(
    members: float, lag: float, won_lag: float, earlier: list[float]
) -> None:
    some = replace(PLAIN, members=members, qualified_lag=lag, won_lag=won_lag, earlier_leads=tuple(earlier))
    fewer, more = outlook(some, MONTHS), outlook(replace(some, members=members + 1), MONTHS)
    assert more.total("won") >= fewer.total("won") - 1e-9
    assert fewer.total("accepted") <= fewer.total("qualified") * some.accepted_rate + 1e-9
    assert fewer.months[-1].waiting + fewer.total("accepted") / 0.5 == pytest.approx(fewer.total("qualified"))


def test_a_plan_survives_being_kept() -> None:
    kept = replace(PLAIN, earlier_leads=(1.0, 2.0))
    assert Basis.from_json(kept.to_json()) == kept
    found = outlook(kept, MONTHS)
    assert Outlook.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"members": -1}, "0以上"),
        ({"order_value": float("nan")}, "0以上"),
        ({"won_rate": 1.2}, "100％"),
        ({"hours_per_week": 200}, "168"),
        ({"sources": (Source("search", 0, 5),)}, "リード単価"),
        ({"sources": (Source("search", 1, 5), Source("search", 2, 5))}, "2回"),
    ],
)
def test_figures_that_cannot_be_meant_are_refused(change: dict, words: str) -> None:
    with pytest.raises(PlanInvalid, match=words):
        replace(PLAIN, **change)


PLANNED = {"leads": 100.0, "qualified": 50.0, "accepted": 40.0, "won": 10.0, "revenue": 1000.0}


def test_the_step_that_fell_furthest_behind_its_plan_is_the_cause() -> None:
    cause = cause_of(PLANNED, {"leads": 100, "qualified": 35, "accepted": 28, "won": 7, "revenue": 700})
    assert cause is not None and (cause.factor, cause.ratio, cause.whole) == ("qualified", 0.7, 0.7)
    better = cause_of(PLANNED, {"leads": 150, "qualified": 70, "accepted": 55, "won": 14, "revenue": 1300})
    assert better is not None and better.factor == "leads" and better.whole == 1.3
    nobody = cause_of(PLANNED, {"leads": 90, "qualified": 40, "accepted": 0, "won": 0, "revenue": 0})
    assert nobody is not None and (nobody.factor, nobody.whole) == ("accepted", 0)
    early = cause_of(PLANNED | {"won": 0.0, "revenue": 0.0}, PLANNED | {"accepted": 20.0})
    assert early is not None and (early.factor, early.of, early.whole) == ("accepted", "accepted", 0.5)
    assert cause_of(PLANNED | {"leads": 0.0}, PLANNED) is None


@given(st.lists(st.floats(0.1, 10), min_size=5, max_size=5))
def test_the_ratios_of_the_factors_make_the_ratio_of_revenue(ratios: list[float]) -> None:
    actual, product = {}, 1.0
    for (name, planned), ratio in zip(PLANNED.items(), ratios, strict=True):
        product *= ratio
        actual[name] = planned * product
    cause = cause_of(PLANNED, actual)
    assert cause is not None and cause.whole == pytest.approx(product)
    ends = max(ratios) if cause.whole >= 1 else min(ratios)
    assert cause.ratio == pytest.approx(ends)
