from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ryorin.sales.deals import rules
from ryorin.sales.deals.errors import ValueMissing, ValueOutOfRange, ValueTooLong
from ryorin.sales.deals.models import Deal

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_an_amount_is_weighted_by_its_probability_and_rounded_down() -> None:
    assert rules.weighted(1_000_001, 40) == 400_000


def test_a_deal_is_stale_only_after_the_days_its_stage_allows() -> None:
    assert not rules.is_stale(NOW - timedelta(days=14), 14, now=NOW)
    assert rules.is_stale(NOW - timedelta(days=14, seconds=1), 14, now=NOW)


def test_a_stage_of_zero_days_never_makes_a_deal_stale() -> None:
    assert not rules.is_stale(NOW - timedelta(days=4000), 0, now=NOW)


def test_the_amount_of_a_line_rounds_half_a_yen_up() -> None:
    assert rules.line_amount(Decimal("1.5"), 333) == 500
    assert rules.line_amount(Decimal("0.001"), 499) == 0


def test_texts_are_trimmed_and_lose_the_null_character() -> None:
    assert rules.checked(Deal, {"name": "  検査\0装置 "}) == {"name": "検査装置"}


def test_a_missing_name_a_long_text_and_an_impossible_amount_are_refused_by_field() -> None:
    with pytest.raises(ValueMissing, match="商談名"):
        rules.checked(Deal, {"name": "　 "})
    with pytest.raises(ValueTooLong, match="160文字"):
        rules.checked(Deal, {"next_action": "あ" * 161})
    with pytest.raises(ValueOutOfRange, match="金額"):
        rules.checked(Deal, {"amount": -1})
    with pytest.raises(ValueOutOfRange):
        rules.checked(Deal, {"amount": 10**15 + 1})
