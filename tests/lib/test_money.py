"""Amounts and consumption tax."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.money import Tax, format_money, tax_of, to_decimal, to_minor


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("¥1,234", 1234),
        ("￥１，２３４", 1234),
        ("1,234円", 1234),
        ("\\1,234", 1234),
        (" 12 ", 12),
        ("1234.00", 1234),
        ("▲10,000", -10000),
        ("△10,000円", -10000),
        ("(1,234)", -1234),
        ("¥-500", -500),
        ("−500", -500),
        ("+5", 5),
        ("0", 0),
    ],
)
def test_yen_is_read_as_people_write_it(text, yen):
    assert to_minor(text, "JPY") == yen


def test_other_currencies_keep_their_cents():
    assert to_minor("58.9", "BRL") == 5890
    assert to_minor("R$ 1,058.90", "BRL") == 105890
    assert to_minor("$0.05", "USD") == 5
    assert to_minor(Decimal("13.29"), "USD") == 1329
    assert to_decimal(5890, "BRL") == Decimal("58.90")
    assert str(to_decimal(1234, "JPY")) == "1234"


@pytest.mark.parametrize("text", ["", "円", "abc", "1,23", "1.2.3", "--5", "(-5)", "1e5", "$5", "0.5", "NaN", "9" * 40])
def test_what_is_no_amount_of_yen_is_refused(text):
    with pytest.raises(ValueError):
        to_minor(text, "JPY")


def test_money_is_written_in_the_readers_convention():
    assert format_money(1234) == "¥1,234"
    assert format_money(-10000) == "▲¥10,000"
    assert format_money(-10000, language="en") == "-¥10,000"
    assert format_money(38_249_000, unit="million") == "¥38.2百万"
    assert format_money(38_250_000, unit="million") == "¥38.3百万"
    assert format_money(38_249_000, unit="million", language="en") == "¥38.2M"
    assert format_money(1_234_567, unit="thousand") == "¥1,235千"
    assert format_money(123_456, "USD", language="en") == "$1,234.56"
    assert format_money(105, "CHF", language="en") == "CHF 1.05"
    assert format_money(-400, unit="thousand") == "¥0千"


def test_tax_included_is_rounded_once_per_rate():
    both_lines = {Decimal(10): 13_582 * 2}
    assert tax_of(both_lines, rounding="down", inclusive=True) == {10: Tax(net=24_695, tax=2_469, gross=27_164)}
    assert tax_of(both_lines, rounding="half_up", inclusive=True)[10].tax == 2_469
    assert tax_of(both_lines, rounding="up", inclusive=True)[10].tax == 2_470


def test_each_rate_has_its_own_tax():
    taxes = tax_of({Decimal(10): 1_005, Decimal(8): 1_005, Decimal(0): 700}, rounding="down")
    assert taxes[Decimal(10)] == Tax(1_005, 100, 1_105)
    assert taxes[Decimal(8)] == Tax(1_005, 80, 1_085)
    assert taxes[Decimal(0)] == Tax(700, 0, 700)
    assert tax_of({Decimal(10): 1_005}, rounding="half_up")[10].tax == 101


def test_a_return_is_rounded_as_the_sale_was():
    sale, back = (tax_of({Decimal(10): amount}, rounding="down")[10].tax for amount in (1_005, -1_005))
    assert sale == -back == 100


@given(st.integers(-(10**14), 10**14), st.sampled_from(["JPY", "USD", "BRL", "KWD"]), st.sampled_from(["ja", "en"]))
def test_an_amount_written_is_read_back(minor, currency, language):
    assert to_minor(format_money(minor, currency, language=language), currency) == minor


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_value_error(text):
    with suppress(ValueError):
        assert isinstance(to_minor(text), int)
