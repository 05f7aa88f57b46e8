"""When money is due, and sums that agree to the yen, whatever was sold at whichever rate."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.sales.billing.rules import closing_date, due_date, missing_for_invoice, span_of, state_of, totals_like
from ryorin.sales.contracts.rules.money import Line, RateTotal, Totals, net_lines, totals_of, with_discounts
from ryorin.sales.quotations.rules import Line as Offered
from ryorin.sales.quotations.rules import totals_of as quoted_totals


@pytest.mark.parametrize(
    ("day", "closing", "site", "due"),
    [
        (date(2026, 11, 22), "", "", date(2026, 12, 31)),
        (date(2026, 11, 30), "end", "next_end", date(2026, 12, 31)),
        (date(2026, 11, 22), "20", "next_end", date(2027, 1, 31)),
        (date(2026, 11, 20), "20", "next_10", date(2026, 12, 10)),
        (date(2027, 1, 31), "end", "next_end", date(2027, 2, 28)),
        (date(2026, 12, 25), "25", "second_end", date(2027, 2, 28)),
        (date(2026, 11, 22), "none", "days_30", date(2026, 12, 22)),
        (date(2026, 11, 22), "end", "prepaid", date(2026, 11, 22)),
    ],
)
def test_money_is_due_by_closing_day_and_site(day: date, closing: str, site: str, due: date) -> None:
    assert due_date(day, closing_day=closing, site=site) == due


def test_a_month_runs_from_closing_day_to_closing_day() -> None:
    assert closing_date(date(2026, 11, 21), "20") == date(2026, 12, 20)
    span = span_of(date(2026, 12, 20), "20")
    assert (span.since, span.until) == (date(2026, 11, 21), date(2026, 12, 20))
    span = span_of(date(2027, 3, 31), "")
    assert (span.since, span.until) == (date(2027, 3, 1), date(2027, 3, 31))


def test_what_an_invoice_lacks_is_said() -> None:
    whole = {"name": "両輪", "address": "丸の内", "corporate_number": "7000012050002", "bank_account": "みずほ"}
    assert missing_for_invoice(**whole, registration_number="T7000012050002") == []
    assert missing_for_invoice(**whole, registration_number="T1234567890123") == ["法人番号と一致する登録番号"]
    assert missing_for_invoice(**whole, registration_number="") == ["登録番号（T＋13桁）"]


def test_how_far_a_bill_is_paid() -> None:
    assert [state_of(100, paid=paid, credited=back) for paid, back in ((0, 0), (1, 0), (0, 1), (60, 40), (101, 0))] == [
        "open",
        "partial",
        "partial",
        "paid",
        "paid",
    ]


RATES = st.sampled_from([(Decimal(10), False), (Decimal(8), True), (Decimal(8), False), (Decimal(0), False)])
PRICES = st.integers(0, 10**9)


@given(
    items=st.lists(st.tuples(PRICES, st.integers(1, 99), RATES), min_size=1, max_size=12),
    share=st.integers(0, 100),
    rounding=st.sampled_from(["down", "half_up", "up"]),
    is_inclusive=st.booleans(),
)
def test_contract_order_and_invoice_agree_with_the_quotation_to_the_yen(
    items: list[tuple[int, int, tuple[Decimal, bool]]], share: int, rounding: str, is_inclusive: bool
) -> None:
    offered = [
        Offered(description="x", quantity=Decimal(count), unit_price=price, tax_rate=rate, is_reduced=reduced)
        for price, count, (rate, reduced) in items
    ]
    whole = sum(price * count for price, count, _rate in items)
    offered.append(Offered(kind="discount", description="出精値引", discount=whole * share // 100))
    quoted = quoted_totals(offered, rounding=rounding, is_inclusive=is_inclusive)
    totals = Totals(
        tuple(RateTotal(one.rate.percent, one.rate.is_reduced, one.net, one.tax, one.gross) for one in quoted.by_rate)
    )
    lines = [
        Line(description="x", amount=price * count, unit_price=price, tax_rate=rate, is_reduced=reduced)
        for price, count, (rate, reduced) in items
    ]
    contract = with_discounts(lines, totals, is_inclusive=is_inclusive, name="出精値引")
    again = totals_of(contract, rounding=rounding, is_inclusive=is_inclusive)
    assert (again.net, again.tax, again.gross) == (quoted.net, quoted.tax, quoted.gross)
    order = net_lines(contract, again, is_inclusive=is_inclusive)
    assert sum(line.amount for line in order) == quoted.net
    if not is_inclusive:
        invoice, _way = totals_like(order, tax=quoted.tax, rounding=rounding)
        assert (invoice.net, invoice.tax, invoice.gross) == (quoted.net, quoted.tax, quoted.gross)


def test_the_worked_case_of_two_lines_with_tax() -> None:
    lines = [Line(description="x", amount=13_582), Line(description="y", amount=13_582)]
    for rounding, tax in (("down", 2_469), ("half_up", 2_469), ("up", 2_470)):
        totals = totals_of(lines, rounding=rounding, is_inclusive=True)
        assert (totals.gross, totals.tax) == (27_164, tax)
        assert sum(line.amount for line in net_lines(lines, totals, is_inclusive=True)) == totals.net
