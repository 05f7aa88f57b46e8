"""What a better step would bring: figures with a range, and a plain word where the data do not carry one."""

import pytest

from ryorin.insight.methods.uplift import TooFewForUplift, uplifts

STAGES = ("lead", "qualified", "accepted", "customer")
COUNTS = (10_000, 5_000, 2_500, 500)


def test_with_many_people_the_middle_is_what_one_would_reckon_by_hand() -> None:
    lead, qualified, accepted, customer = uplifts(STAGES, COUNTS, [1_000.0] * 50)
    for one in (lead, qualified, accepted, customer):
        assert one.by_tenth.middle == pytest.approx(50, rel=0.02)  # a tenth more at any step is a tenth more in the end
        assert one.value_by_tenth is not None and one.value_by_tenth.middle == pytest.approx(50_000, rel=0.02)
    assert lead.by_points is None
    assert qualified.by_points is not None and qualified.by_points.middle == pytest.approx(100, rel=0.02)
    assert customer.by_points is not None and customer.by_points.middle == pytest.approx(250, rel=0.02)


def test_ten_points_bring_most_where_fewest_get_through() -> None:
    found = [one.by_points for one in uplifts(STAGES, COUNTS, []) if one.by_points]
    assert max(found, key=lambda one: one.middle) == found[-1]


def test_fewer_people_make_a_wider_range() -> None:
    many, few = uplifts(STAGES, COUNTS, []), uplifts(STAGES, [count // 50 for count in COUNTS], [])

    def width(one) -> float:
        return (one.by_tenth.high - one.by_tenth.low) / one.by_tenth.middle

    assert all(width(less) > 3 * width(more) for less, more in zip(few, many, strict=True))


def test_no_chance_passes_one() -> None:
    full = uplifts(("lead", "customer"), (1_000, 1_000), [])[1]
    assert 0 <= full.by_tenth.low <= full.by_tenth.high < 5


def test_the_range_holds_the_truth_four_times_in_five() -> None:
    import numpy as np

    dice = np.random.default_rng(3)
    held = 0
    for _each in range(200):
        customers = dice.binomial(400, 0.1)
        found = uplifts(("lead", "customer"), (400, max(customers, 5)), [], draws=600)[0].by_tenth
        held += found.low <= 0.1 * 400 * 0.1 <= found.high
    assert 140 <= held <= 180


def test_the_same_data_give_the_same_answer() -> None:
    assert uplifts(STAGES, COUNTS, [5.0, 9.0, 1.0, 7.0, 3.0]) == uplifts(STAGES, COUNTS, [5.0, 9.0, 1.0, 7.0, 3.0])


def test_few_deals_tell_no_value() -> None:
    assert all(one.value_by_tenth is None for one in uplifts(STAGES, COUNTS, [1.0] * 4))


@pytest.mark.parametrize(
    ("counts", "words"), [((29, 20, 10, 6), "リード"), ((300, 200, 10, 4), "受注"), ((0, 0, 0, 0), "0人")]
)
def test_too_few_are_told_with_how_many_are_needed(counts: tuple[int, ...], words: str) -> None:
    with pytest.raises(TooFewForUplift, match=words):
        uplifts(STAGES, counts, [])


def test_a_funnel_that_grows_is_no_funnel() -> None:
    with pytest.raises(ValueError, match="no more people"):
        uplifts(STAGES, (100, 120, 50, 10), [])
