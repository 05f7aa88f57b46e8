"""What a product costs whom, when and in what quantity; and the tax on it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.products.catalogue.actions import change_product, create_product, set_parts
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.models import Product, TaxClass
from ryorin.products.prices.actions import Line, change_book, change_prices, create_book, delete_book, set_tax_rates
from ryorin.products.prices.errors import PriceBookRefused, QuantityRefused, TaxRateRefused
from ryorin.products.prices.models import PriceBook, PriceEntry
from ryorin.products.prices.queries import parts_of, price_of, tax_rate_of
from ryorin.products.prices.rules import KNOWN_RATES, DatedRate, Offer, best_offer, holds, rates_key
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.errors import InUse
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

DAY = date(2026, 11, 22)
ONE = Decimal(1)


def book(name: str = "代理店 2026", *, start: date = date(2026, 4, 1), **fields: Any) -> PriceBook:
    return create_book(by=None, name=name, valid_from=start, **fields)


def priced(held: PriceBook, product: Product, *prices: tuple[Any, int]) -> None:
    change_prices(held, [Line(product, Decimal(start), price) for start, price in prices], by=None, version=None)


def cost_of(product: Product, quantity: Any = 1, on: date = DAY, **buyer: str) -> int | None:
    return price_of(product, quantity=Decimal(quantity), on=on, **buyer).unit_price


@pytest.fixture
def camera(db: None) -> Product:
    return create_product(by=None, code="KM-100", name="画像検査カメラ", unit="台", price=100_000, cost=60_000)


def test_without_a_book_it_is_the_standard_price(camera: Product) -> None:
    price = price_of(camera, quantity=ONE, on=DAY)
    assert (price.unit_price, price.cost, price.why) == (100_000, 60_000, "標準価格")


def test_a_product_without_any_price_says_so(db: None) -> None:
    price = price_of(create_product(by=None, code="X", name="特注品"), quantity=ONE, on=DAY)
    assert (price.unit_price, price.why) == (None, "価格が登録されていません")


def test_the_book_of_the_customers_group_holds_and_says_why(camera: Product) -> None:
    priced(book(customer_group="代理店"), camera, (1, 90_000), (100, 80_000))
    assert cost_of(camera, 100) == 100_000
    price = price_of(camera, quantity=Decimal(100), on=DAY, customer_group="代理店")
    assert (price.unit_price, price.why) == (80_000, "価格表「代理店 2026」100台以上")
    assert price_of(camera, quantity=ONE, on=DAY, customer_group="代理店").why == "価格表「代理店 2026」"


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("0.001", 100_000), (1, 90_000), ("9.999", 90_000), (10, 85_000), (1_000_000_000, 85_000)],
)
def test_a_quantity_break_begins_exactly_at_its_quantity(camera: Product, quantity: Any, expected: int) -> None:
    priced(book(), camera, (1, 90_000), (10, 85_000))
    assert cost_of(camera, quantity) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 31), 100_000),
        (date(2026, 11, 1), 95_000),
        (date(2026, 11, 30), 95_000),
        (date(2026, 12, 1), 100_000),
    ],
)
def test_both_ends_of_the_period_belong_to_it(camera: Product, day: date, expected: int) -> None:
    priced(book(start=date(2026, 11, 1), valid_to=date(2026, 11, 30)), camera, (1, 95_000))
    assert cost_of(camera, on=day) == expected


def test_the_group_goes_before_the_place_and_the_place_before_the_day(camera: Product) -> None:
    priced(book("標準", start=date(2026, 11, 1)), camera, (1, 99_000))
    priced(book("九州", prefectures=["40", "41"]), camera, (1, 95_000))
    priced(book("福岡", prefectures=["40"]), camera, (1, 94_000))
    priced(book("代理店", customer_group="代理店", start=date(2020, 1, 1)), camera, (1, 90_000))
    assert cost_of(camera) == 99_000
    assert cost_of(camera, prefecture="41") == 95_000
    assert cost_of(camera, prefecture="40") == 94_000
    assert cost_of(camera, prefecture="40", customer_group="代理店") == 90_000


def test_a_book_that_has_no_price_for_the_quantity_leaves_it_to_the_next(camera: Product) -> None:
    priced(book("代理店", customer_group="代理店"), camera, (10, 85_000))
    priced(book("標準"), camera, (1, 98_000))
    assert cost_of(camera, 9, customer_group="代理店") == 98_000


def test_a_book_that_is_switched_off_or_taken_away_holds_no_more(camera: Product) -> None:
    held = book()
    priced(held, camera, (1, 90_000))
    held = change_book(held, by=None, version=None, is_active=False)
    assert cost_of(camera) == 100_000
    change_book(held, by=None, version=None, is_active=True)
    delete_book(held, by=None)
    assert (cost_of(camera), PriceEntry.objects.count()) == (100_000, 0)


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "1000000001", "0.0005"])
def test_impossible_quantities_are_refused(camera: Product, quantity: str) -> None:
    with pytest.raises(QuantityRefused):
        price_of(camera, quantity=Decimal(quantity), on=DAY)


def test_one_line_costs_one_query(camera: Product, django_assert_num_queries: Any) -> None:
    for number in range(20):
        priced(
            book(f"表{number}", start=date(2026, 1, 1) + timedelta(number)), camera, (1, 90_000 + number), (5, 80_000)
        )
    with django_assert_num_queries(1):
        assert cost_of(camera) == 90_019


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))
places = st.sampled_from([(), ("40",), ("40", "41"), ("13",)])
offers = st.lists(
    st.builds(
        Offer,
        book_id=st.integers(1, 6),
        book=st.just("表"),
        valid_from=days,
        valid_to=st.none() | days,
        prefectures=places,
        customer_group=st.sampled_from(["", "代理店"]),
        from_quantity=st.sampled_from([Decimal(1), Decimal(5), Decimal(10)]),
        unit_price=st.integers(0, 1000),
    ),
    max_size=12,
)
asking = st.fixed_dictionaries(
    {
        "quantity": st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(7), Decimal(10)]),
        "on": days,
        "prefecture": st.sampled_from(["", "40", "13"]),
        "customer_group": st.sampled_from(["", "代理店", "直販"]),
    }
)


@given(offers, asking)
def test_what_is_chosen_holds_and_nothing_more_specific_does(held: list[Offer], asked: Any) -> None:
    best = best_offer(held, **asked)
    candidates = [offer for offer in held if holds(offer, **asked)]
    assert (best is None) == (not candidates)
    if best is None:
        return
    assert best in candidates
    assert not any(offer.customer_group and not best.customer_group for offer in candidates)
    alike = [offer for offer in candidates if offer.customer_group == best.customer_group]
    assert not any(offer.prefectures and not best.prefectures for offer in alike)
    same = [offer for offer in alike if (offer.book_id, offer.valid_from) == (best.book_id, best.valid_from)]
    same = [offer for offer in same if (offer.valid_to, offer.prefectures) == (best.valid_to, best.prefectures)]
    assert best.from_quantity == max(offer.from_quantity for offer in same)


@given(offers, asking, st.randoms())
def test_the_order_of_the_rows_does_not_matter(held: list[Offer], asked: Any, dice: Any) -> None:
    told = {(o.book_id, o.valid_from, o.valid_to, o.prefectures, o.customer_group, o.from_quantity): o for o in held}
    unique = list(told.values())
    shuffled = dice.sample(unique, len(unique))
    assert best_offer(unique, **asked) == best_offer(shuffled, **asked)


def test_a_sheet_takes_the_place_of_what_it_showed(camera: Product) -> None:
    held = book()
    priced(held, camera, (1, 90_000), (10, 85_000))
    shown = list(held.entries.values_list("pk", flat=True))
    held = PriceBook.objects.get(pk=held.pk)
    change_prices(held, [Line(camera, Decimal(5), 88_000)], by=None, version=held.version, instead_of=shown)
    assert [(entry.from_quantity, entry.unit_price) for entry in held.entries.all()] == [(5, 88_000)]
    told = AuditEntry.objects.filter(action="prices_changed").latest("pk").changes
    assert '"count":3' in told


def test_a_stale_sheet_two_prices_for_one_quantity_and_prices_below_zero_are_refused(camera: Product) -> None:
    held = book()
    priced(held, camera, (1, 90_000))
    with pytest.raises(StaleRecord):
        change_prices(held, [Line(camera, ONE, 1)], by=None, version=1)
    for lines in ([Line(camera, ONE, 1), Line(camera, Decimal("1.000"), 2)], [Line(camera, ONE, -1)]):
        with pytest.raises(PriceBookRefused):
            change_prices(held, lines, by=None, version=None)
    with pytest.raises(PriceBookRefused):
        change_prices(held, [Line(camera, Decimal(0), 1)], by=None, version=None)
    assert cost_of(camera) == 90_000


def test_a_book_must_have_a_name_and_end_after_it_begins(db: None) -> None:
    with pytest.raises(PriceBookRefused) as refusal:
        create_book(by=None, name=" ", valid_from=DAY, valid_to=DAY - timedelta(1))
    assert set(refusal.value.errors) == {"name", "valid_to"}


def test_sellers_do_not_set_prices(camera: Product, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        create_book(by=sato, name="勝手な値引き", valid_from=DAY)


def test_a_bundle_costs_the_sum_of_its_parts_at_the_quantities_needed(camera: Product) -> None:
    lens = create_product(by=None, code="L", name="レンズ", price=10_000, cost=4_000)
    priced(book(), lens, (1, 10_000), (10, 8_000))
    pack = create_product(by=None, code="SET", name="導入パック", price=115_000, price_from_parts=True)
    pack = set_parts(pack, [(camera, ONE), (lens, Decimal(2))], by=None, version=None)
    assert [(part.product.code, part.quantity) for part in parts_of(pack)] == [("KM-100", 1), ("L", 2)]
    assert (cost_of(pack), cost_of(pack, 5)) == (120_000, 116_000)
    assert price_of(pack, quantity=ONE, on=DAY).cost == 68_000
    pack = change_product(pack, by=None, version=None, price_from_parts=False)
    assert cost_of(pack) == 115_000


def test_a_bundle_holds_no_bundle_nor_itself_nor_a_product_twice(camera: Product) -> None:
    pack = create_product(by=None, code="SET", name="パック")
    other = create_product(by=None, code="SET2", name="大きなパック")
    pack = set_parts(pack, [(camera, ONE)], by=None, version=None)
    for wrong in ([(pack, ONE)], [(other, ONE)], [(camera, ONE), (camera, ONE)], [(camera, Decimal(0))]):
        with pytest.raises(ProductRefused):
            set_parts(other, wrong, by=None, version=None)
    with pytest.raises(ProductRefused):
        set_parts(camera, [(other, ONE)], by=None, version=None)


def test_a_part_of_a_bundle_cannot_be_deleted_but_goes_off_sale_and_stays_in_it(camera: Product) -> None:
    from ryorin.products.catalogue.actions import delete_product

    pack = create_product(by=None, code="SET", name="パック", price_from_parts=True)
    pack = set_parts(pack, [(camera, ONE)], by=None, version=None)
    with pytest.raises(InUse):
        delete_product(camera, by=None)
    change_product(camera, by=None, version=None, is_active=False)
    assert cost_of(pack) == 100_000


@pytest.mark.parametrize(
    ("tax_class", "day", "rate"),
    [
        (TaxClass.STANDARD, date(2026, 11, 22), "10"),
        (TaxClass.REDUCED, date(2026, 11, 22), "8"),
        (TaxClass.STANDARD, date(2019, 10, 1), "10"),
        (TaxClass.STANDARD, date(2019, 9, 30), "8"),
        (TaxClass.STANDARD, date(2014, 3, 31), "5"),
        (TaxClass.REDUCED, date(2019, 9, 30), "8"),
        (TaxClass.STANDARD, date(1989, 3, 31), "0"),
        (TaxClass.EXEMPT, date(2026, 11, 22), "0"),
        (TaxClass.ZERO_RATED, date(2026, 11, 22), "0"),
    ],
)
def test_the_rate_is_that_of_the_day(db: None, tax_class: str, day: date, rate: str) -> None:
    product = create_product(by=None, code="P", name="商品", tax_class=tax_class)
    assert tax_rate_of(product, on=day) == Decimal(rate)


def test_a_new_rate_holds_from_its_day_on(camera: Product, kimura: Member, sato: Member) -> None:
    now = DatedRate(TaxClass.STANDARD, Decimal(10), date(2019, 10, 1), date(2027, 3, 31))
    later = DatedRate(TaxClass.STANDARD, Decimal("12.5"), date(2027, 4, 1))
    set_tax_rates([later, now], by=kimura, known=rates_key(KNOWN_RATES))
    assert [tax_rate_of(camera, on=day) for day in (date(2027, 3, 31), date(2027, 4, 1))] == [10, Decimal("12.5")]
    with pytest.raises(StaleRecord):
        set_tax_rates([now], by=kimura, known=rates_key(KNOWN_RATES))
    with pytest.raises(NotAllowed):
        set_tax_rates([now], by=sato, known=None)


@pytest.mark.parametrize(
    "rates",
    [
        [DatedRate("standard", Decimal(10), date(2020, 1, 1)), DatedRate("standard", Decimal(8), date(2021, 1, 1))],
        [DatedRate("standard", Decimal(101), date(2020, 1, 1))],
        [DatedRate("standard", Decimal("1.25"), date(2020, 1, 1))],
        [DatedRate("exempt", Decimal(1), date(2020, 1, 1))],
        [DatedRate("standard", Decimal(1), date(2020, 1, 2), date(2020, 1, 1))],
    ],
    ids=["overlapping", "too high", "too fine", "untaxed", "ends before it begins"],
)
def test_impossible_rates_are_refused(kimura: Member, rates: list[DatedRate]) -> None:
    with pytest.raises(TaxRateRefused):
        set_tax_rates(rates, by=kimura, known=None)
