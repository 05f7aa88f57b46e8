"""What lines come to, to the yen: discounts spread, tax once per rate, wishes answered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.sales.deals.rules import LARGEST_AMOUNT
from ryorin.sales.quotations.errors import DiscountTooLarge, LineRefused, TooManyLines, TotalTooLarge
from ryorin.sales.quotations.rules import (
    Line,
    Offer,
    Rate,
    addressed,
    digest_of,
    givers_of,
    spread,
    to_discount,
    to_margin,
    to_net,
    totals_of,
)

TEN, EIGHT = Rate(Decimal(10)), Rate(Decimal(8), True)
RATES = st.sampled_from([(Decimal(10), False), (Decimal(8), True), (Decimal(8), False), (Decimal(0), False)])
ROUNDINGS = st.sampled_from(["down", "half_up", "up"])


@st.composite
def items(draw: st.DrawFn) -> Line:
    rate, is_reduced = draw(RATES)
    rates = st.none() | st.decimals(0, 100, places=2)
    return Line(
        description="品",
        quantity=draw(st.decimals(0, 10_000, places=3)),
        unit_price=draw(st.integers(0, 1_000_000)),
        discount_rate=draw(rates),
        tax_rate=rate,
        is_reduced=is_reduced,
        cost=draw(st.none() | st.integers(0, 1_000_000)),
    )


def item(price: int, quantity: str = "1", **more: object) -> Line:
    return Line(description="品", quantity=Decimal(quantity), unit_price=price, **more)  # type: ignore[arg-type]


def discount(amount: int) -> Line:
    return Line(kind="discount", discount=amount)


@given(st.lists(items(), max_size=12), ROUNDINGS, st.booleans(), st.integers(0, 100))
def test_the_rates_add_up_to_the_total_and_the_lines_to_what_is_payable(lines, rounding, is_inclusive, part):
    before = totals_of(lines, rounding=rounding, is_inclusive=is_inclusive)
    off = before.payable * part // 100
    totals = totals_of([*lines, discount(off)], rounding=rounding, is_inclusive=is_inclusive)

    assert totals.net + totals.tax == totals.gross
    assert totals.gross == sum(one.gross for one in totals.by_rate)
    assert sum(one.amount for one in totals.lines) == totals.payable == before.payable - off
    assert totals.payable == (totals.gross if is_inclusive else totals.net)
    assert all(one.net >= 0 and one.tax >= 0 for one in totals.by_rate)


@given(st.dictionaries(st.builds(Rate, st.integers(0, 20).map(Decimal)), st.integers(0, 10**9), min_size=1), st.data())
def test_a_discount_is_spread_over_the_rates_to_the_yen_and_in_proportion(by_rate, data):
    whole = sum(by_rate.values())
    off = data.draw(st.integers(0, whole))

    left = spread(by_rate, off)

    assert sum(left.values()) == whole - off
    for rate, amount in by_rate.items():
        exact = Decimal(amount) * off / whole if whole else Decimal(0)
        assert abs(amount - left[rate] - exact) < 1
        assert 0 <= left[rate] <= amount


@pytest.mark.parametrize(
    ("rounding", "net", "tax"), [("down", 24_695, 2_469), ("half_up", 24_695, 2_469), ("up", 24_694, 2_470)]
)
def test_two_lines_of_13_582_with_tax_come_to_27_164(rounding, net, tax):
    totals = totals_of([item(13_582), item(13_582)], rounding=rounding, is_inclusive=True)

    assert (totals.gross, totals.net, totals.tax) == (27_164, net, tax)


@pytest.mark.parametrize(("rounding", "tax"), [("down", 12), ("half_up", 12), ("up", 13)])
def test_tax_is_rounded_once_for_a_rate_and_never_by_line(rounding, tax):
    assert totals_of([item(41), item(41), item(41)], rounding=rounding).tax == tax  # 12.3; by line it would be 12 or 15


def test_reduced_and_standard_rate_stand_apart():
    totals = totals_of([item(1_000), item(1_000, tax_rate=Decimal(8), is_reduced=True)])

    assert [(one.rate, one.net, one.tax) for one in totals.by_rate] == [(TEN, 1_000, 100), (EIGHT, 1_000, 80)]
    assert totals.gross == 2_180


def test_a_discount_on_the_whole_lowers_the_tax_of_both_rates():
    lines = [item(3_000), item(1_000, tax_rate=Decimal(8), is_reduced=True), discount(400)]

    assert [(one.net, one.tax) for one in totals_of(lines).by_rate] == [(2_700, 270), (900, 72)]


def test_a_line_discount_in_percent_and_by_amount():
    totals = totals_of([item(1_000, "3", discount_rate=Decimal("12.5")), item(1_000, discount=100)])

    assert [(one.listed, one.discount, one.amount) for one in totals.lines] == [(3_000, 375, 2_625), (1_000, 100, 900)]
    assert (totals.discount, totals.discount_rate) == (475, Decimal("11.9"))


def test_a_subtotal_sums_what_stands_since_the_one_before():
    kinds = [
        Line(kind="heading", description="機器"),
        item(100),
        item(50),
        Line(kind="subtotal"),
        item(7),
        Line(kind="subtotal"),
    ]

    assert [one.amount for one in totals_of(kinds).lines] == [0, 100, 50, 150, 7, 7]
    assert [one.number for one in totals_of(kinds).lines] == [None, 1, 2, None, 3, None]


def test_the_margin_is_unknown_as_long_as_one_cost_is():
    known = totals_of([item(1_000, cost=600), item(500, cost=100)])
    assert (known.margin, known.margin_rate) == (800, Decimal("53.3"))
    assert totals_of([item(1_000, cost=600), item(500)]).margin is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (item(100, "-1"), "数量は0以上"),
        (item(-100), "単価は0以上"),
        (item(100, "1000000000"), "数量が大きすぎます"),
        (item(10**16), "単価が大きすぎます"),
        (item(10**14, "100"), "金額が大きすぎます"),
        (item(100, discount=101), "値引額が金額を超えています"),
        (item(100, discount=-1), "値引額は0以上"),
        (item(100, discount_rate=Decimal(101)), "値引率は0から100"),
        (item(100, tax_rate=Decimal(-1)), "税率は0から100"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_by_its_place(line, words):
    with pytest.raises(LineRefused) as refusal:
        totals_of([item(1), line])
    assert str(refusal.value).startswith("2行目：")
    assert words in str(refusal.value)


def test_too_much_is_refused_in_words():
    with pytest.raises(TooManyLines):
        totals_of([item(1)] * 201)
    with pytest.raises(TotalTooLarge):
        totals_of([item(LARGEST_AMOUNT - 1)] * 2)
    with pytest.raises(DiscountTooLarge):
        totals_of([item(100), discount(60), discount(60)])


def test_the_digest_changes_with_every_word_and_not_with_zeros():
    offer = Offer(title="A", lines=(item(100, "2"),))

    assert digest_of(offer) == digest_of(Offer(title="A", lines=(item(100, "2.000"),)))
    assert digest_of(offer) != digest_of(Offer(title="B", lines=(item(100, "2"),)))
    assert digest_of(offer) != digest_of(Offer(title="A", lines=(item(101, "2"),)))


@pytest.mark.parametrize(
    ("person", "honorific", "name", "said"),
    [
        ("安達 亜耶", "様", "安達 亜耶", "様"),
        ("安達 亜耶", "御中", "安達 亜耶", "様"),
        ("", "様", "株式会社アクメ 購買部", "御中"),
        ("", "各位", "株式会社アクメ 購買部", "各位"),
    ],
)
def test_a_person_gets_the_honorific_and_a_company_御中_never_both(person, honorific, name, said):
    offer = Offer(title="A", to_company="株式会社アクメ", to_department="購買部", to_person=person, honorific=honorific)
    above, written, honoured = addressed(offer)

    assert (written, honoured) == (name, said)
    assert ("株式会社アクメ" in above) == bool(person)


def test_a_wished_price_is_met_to_the_yen():
    counter = to_net(Offer(title="A", lines=(item(100_000, "3", cost=60_000),)), 270_001)

    assert (counter.off, counter.totals.net, counter.totals.margin) == (29_999, 270_001, 90_001)
    assert counter.offer.lines[-1] == Line(kind="discount", discount=29_999)


@given(st.lists(items(), min_size=1, max_size=6), st.integers(0, 10**9), st.booleans())
def test_a_wished_price_is_never_missed_by_more_than_a_yen(lines, wished, is_inclusive):
    offer = Offer(title="A", lines=tuple(lines), is_inclusive=is_inclusive)
    counter = to_net(offer, wished)

    assert counter.totals.net <= max(wished, 0) or counter.off == 0 or counter.totals.net - wished <= len(lines)
    if wished >= offer.totals.net:
        assert counter.is_met_already


def test_a_margin_that_is_to_stay_says_what_may_be_given():
    offer = Offer(title="A", lines=(item(100_000, cost=60_000),))
    counter = to_margin(offer, Decimal(25))

    assert counter is not None
    assert (counter.off, counter.totals.net) == (20_000, 80_000)
    assert to_margin(Offer(title="A", lines=(item(100_000),)), Decimal(25)) is None


def test_a_discount_within_a_percentage_counts_what_was_given_already():
    offer = Offer(title="A", lines=(item(100_000, discount=4_000),))

    assert to_discount(offer, Decimal(10)).off == 6_000


@given(st.lists(items(), max_size=8), st.integers(0, 10**8))
def test_what_lines_could_give_adds_up_and_keeps_each_above_its_cost(lines, off):
    givers = givers_of(Offer(title="A", lines=tuple(lines)), off)

    room = sum(giver.room or 0 for giver in givers)
    assert sum(giver.share for giver in givers) == min(off, room)
    assert all(0 <= giver.share <= (giver.room or 0) for giver in givers)
