"""Prices of price books from files."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ryorin.products.catalogue.actions import create_product
from ryorin.products.prices.actions import create_book
from ryorin.products.prices.models import PriceBook

Imported = Callable[..., dict[str, Any]]
PRICES = """価格表,商品コード,商品名,数量（以上）,単価（税抜）
代理店 2026,KM-100,カメラ,1,90000
代理店 2026,KM-100,カメラ,10,"85,000"
代理店 2026,ないもの,?,1,1
ない価格表,KM-100,カメラ,1,1
代理店 2026,KM-100,カメラ,0,1
"""


@pytest.fixture
def book(db: None) -> PriceBook:
    create_product(by=None, code="KM-100", name="カメラ", price=100_000)
    return create_book(by=None, name="代理店 2026", valid_from=date(2026, 4, 1))


def test_prices_come_in_by_book_product_and_quantity(imported: Imported, book: PriceBook) -> None:
    result = imported("prices", PRICES)
    assert (result["created"], len(result["rejected"])) == (2, 3)
    assert list(book.entries.values_list("from_quantity", "unit_price")) == [(1, 90_000), (10, 85_000)]
    again = imported("prices", PRICES.replace("85,000", "84,000"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)


def test_a_product_file_may_give_the_tax_as_a_rate(imported: Imported) -> None:
    result = imported("products", "商品コード,商品名,税率\nA,茶,8%\nB,検査機,10\nC,土地,非課税\nD,?,７\n")
    assert (result["created"], len(result["rejected"])) == (3, 1)
