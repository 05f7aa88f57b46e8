"""Products, their categories and tax classes; who sees what they cost us."""

import pytest

from ryorin.products.catalogue.actions import (
    add_category,
    change_category,
    change_product,
    create_product,
    delete_category,
)
from ryorin.products.catalogue.errors import CategoryInUse, CategoryRefused, ProductRefused
from ryorin.products.catalogue.fields import PRODUCT
from ryorin.products.catalogue.models import Category, Product
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member
from ryorin.workspace.search.queries import find_ids


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", "standard"),
        ("軽減税率", "reduced"),
        ("８％", "reduced"),
        ("10", "standard"),
        ("10.0", "standard"),
        ("非課税", "exempt"),
        ("reduced", "reduced"),
    ],
)
def test_a_tax_class_is_read_as_people_write_it(db: None, given: str, kept: str) -> None:
    assert create_product(by=None, code="P", name="商品", tax_class=given).tax_class == kept


@pytest.mark.parametrize("given", ["11", "無税っぽい", "NaN", "-8"])
def test_a_tax_class_that_is_none_is_refused(db: None, given: str) -> None:
    with pytest.raises(ProductRefused) as refusal:
        create_product(by=None, code="P", name="商品", tax_class=given)
    assert list(refusal.value.errors) == ["tax_class"]


def test_a_category_that_products_name_is_known_and_is_renamed_with_them(mei: Member) -> None:
    product = create_product(by=mei, code="P", name="顕微鏡", category="検査機器")
    found = Category.objects.get(name="検査機器")
    change_category(found, by=mei, version=1, name="検査・測定", parent=None)
    product.refresh_from_db()
    assert product.category == "検査・測定"
    assert find_ids("測定", "product", limit=5) == [product.pk]


def test_categories_have_two_levels_and_each_name_once(mei: Member) -> None:
    top = add_category(by=mei, name="機器")
    below = add_category(by=mei, name="カメラ", parent=top)
    for wrong in (
        lambda: add_category(by=mei, name="小さなカメラ", parent=below),
        lambda: add_category(by=mei, name="カメラ"),
    ):
        with pytest.raises(CategoryRefused):
            wrong()
    with pytest.raises(CategoryRefused):
        change_category(top, by=mei, version=None, name="機器", parent=below)
    assert Category.objects.count() == 2


def test_only_an_empty_category_can_be_taken_away(mei: Member) -> None:
    top = add_category(by=mei, name="機器")
    create_product(by=mei, code="P", name="顕微鏡", category="機器")
    with pytest.raises(CategoryInUse):
        delete_category(top, by=mei)
    Product.objects.update(category="")
    delete_category(top, by=mei)
    assert not Category.objects.exists()


def test_marketers_neither_see_nor_set_what_a_product_costs_us(mei: Member, sato: Member) -> None:
    product = create_product(by=sato, code="P", name="顕微鏡", cost=60_000)
    with pytest.raises(NotAllowed):
        change_product(product, by=mei, version=None, cost=1)
    with pytest.raises(NotAllowed):
        create_product(by=mei, code="Q", name="別の品", cost=1)
    assert "cost" not in PRODUCT.seen_by("marketer")
    assert "cost" in PRODUCT.seen_by("sales")


def test_a_description_keeps_its_lines_but_no_control_characters(mei: Member) -> None:
    product = create_product(by=mei, code="P", name="顕微鏡\x00", description="一行目\r\n二行目\x07 ")
    assert (product.name, product.description) == ("顕微鏡", "一行目\n二行目")
