"""Price books, bundles, categories and tax rates on their pages."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.examples import DOT
from tests.world import World

from ryorin.customers.companies.actions import change_company
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Category, Product
from ryorin.products.prices.actions import Line, change_prices, create_book
from ryorin.products.prices.models import PriceBook, TaxRate
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def camera(world: World) -> Product:
    Product.objects.filter(pk=world.product.pk).update(price=100_000, cost=60_000, unit="台")
    world.product.refresh_from_db()
    return world.product


@pytest.fixture
def book(world: World, camera: Product) -> PriceBook:
    made = create_book(by=world.tamura, name="代理店 2026", valid_from=date(2026, 4, 1), customer_group="代理店")
    return change_prices(made, [Line(camera, Decimal(1), 90_000)], by=world.tamura, version=None)


def test_a_manager_makes_a_book_once_however_often_it_is_sent(world: World) -> None:
    client = signed_in(world.tamura)
    form = {"name": "九州 秋", "valid_from": "2026-10-01", "prefectures": ["40", "41"], "is_active": "on", "once": "a"}
    for _each in range(2):
        answer = client.post("/prices/new/", form)
        assert answer.status_code == 302
    made = PriceBook.objects.get()
    assert (made.name, made.prefectures, made.valid_to) == ("九州 秋", ["40", "41"], None)
    page = client.get("/prices/").content.decode()
    assert "九州 秋" in page and "福岡県、佐賀県" in page and "適用中" in page


def test_the_sheet_changes_adds_and_takes_away_in_one_go(world: World, book: PriceBook, camera: Product) -> None:
    lens = create_product(by=world.mei, code="L-1", name="レンズ", price=5_000)
    entry = book.entries.get()
    sent = {
        "version": book.version,
        "shown": [entry.pk],
        "product": [camera.pk, camera.pk, lens.pk],
        "entry": [entry.pk, 0, 0],
        "from_quantity": ["1", "10", "1"],
        "unit_price": ["88,000", "８０，０００", "4,500"],
    }
    client = signed_in(world.tamura)
    answer = client.post(f"/prices/{book.pk}/sheet/", sent, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/prices/{book.pk}/")
    prices = list(book.entries.values_list("product__code", "from_quantity", "unit_price"))
    assert prices == [("KM-100", 1, 88_000), ("KM-100", 10, 80_000), ("L-1", 1, 4_500)]
    again = client.post(f"/prices/{book.pk}/sheet/", sent, headers={"HX-Request": "true"})
    assert "ほかの人が先に更新しました" in again.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"unit_price": "高い"}, {"from_quantity": "-1"}, {"from_quantity": "9" * 40}, {"unit_price": "9" * 30}]
)
def test_a_sheet_with_faults_is_shown_again_and_changes_nothing(world: World, book: PriceBook, wrong: Any) -> None:
    entry = book.entries.get()
    sent = {"version": book.version, "shown": entry.pk, "product": entry.product_id, "entry": entry.pk}
    sent |= {"from_quantity": "1", "unit_price": "90000"} | wrong
    answer = signed_in(world.tamura).post(f"/prices/{book.pk}/sheet/", sent)
    assert answer.status_code == 422
    assert book.entries.get().unit_price == 90_000


def test_the_question_tells_price_reason_and_tax_and_cost_only_to_those_who_may(
    world: World, book: PriceBook, camera: Product
) -> None:
    change_company(world.acme, by=world.mei, version=None, customer_group="代理店")
    asked = {"product": camera.pk, "company": world.acme.pk, "on": "2026-11-22", "quantity": "3"}
    seller = signed_in(world.sato).get("/prices/try/", asked).content.decode()
    for said in ("¥90,000", "価格表「代理店 2026」", "¥270,000", "標準税率 10%", "¥60,000"):
        assert said in seller
    marketer = signed_in(world.mei).get("/prices/try/", asked).content.decode()
    assert "¥90,000" in marketer and "¥60,000" not in marketer
    hidden = signed_in(world.kato).get("/prices/try/", asked).content.decode()
    assert "見つかりません" in hidden


@pytest.mark.parametrize("wrong", [{"quantity": "0"}, {"quantity": "nan"}, {"on": "x"}, {"product": "9" * 30}, {}])
def test_a_question_that_makes_no_sense_is_answered_in_words(world: World, wrong: dict[str, str]) -> None:
    asked = {"product": world.product.pk, "on": "2026-11-22", "quantity": "1"} | wrong if wrong else {}
    answer = signed_in(world.sato).get("/prices/try/", asked)
    assert (answer.status_code, "note" in answer.content.decode()) == (200, True)


def test_a_book_goes_out_as_a_sheet_that_can_be_read_again(world: World, book: PriceBook) -> None:
    client = signed_in(world.sato)
    csv = b"".join(client.get(f"/prices/{book.pk}/file/?format=csv").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert csv.splitlines()[1] == "代理店 2026,KM-100,画像検査カメラ KM-100,1,90000"
    sheet = b"".join(client.get(f"/prices/{book.pk}/file/?format=xlsx").streaming_content)  # type: ignore[arg-type]
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet)).active.values)
    assert rows[1] == ("代理店 2026", "KM-100", "画像検査カメラ KM-100", 1, 90_000)


def test_a_product_becomes_a_bundle_in_the_drawer(world: World, camera: Product) -> None:
    pack = create_product(by=world.mei, code="SET", name="導入パック")
    client = signed_in(world.mei)
    sent = {"version": 1, "product": [camera.pk], "quantity": ["2"]}
    assert client.post(f"/products/{pack.pk}/parts/", sent, headers={"HX-Request": "true"}).status_code == 204
    page = client.get(f"/products/{pack.pk}").content.decode()
    assert "画像検査カメラ KM-100" in page and "構成品の合計を価格にする" in page
    wrong = client.post(f"/products/{pack.pk}/parts/", {"version": 2, "product": [pack.pk], "quantity": ["1"]})
    assert "セット商品の中に" in wrong.content.decode()


def test_categories_are_added_moved_and_taken_away(world: World) -> None:
    client = signed_in(world.mei)
    client.post("/products/categories/", {"name": "機器"})
    top = Category.objects.get()
    client.post("/products/categories/", {"name": "カメラ", "parent": top.pk})
    below = Category.objects.get(name="カメラ")
    assert below.parent == top
    assert client.post("/products/categories/", {"name": "カメラ"}).status_code == 422
    client.post(f"/products/categories/{below.pk}/", {"name": "レンズ", "parent": "", "version": 1})
    below.refresh_from_db()
    assert (below.name, below.parent) == ("レンズ", None)
    client.post(f"/products/categories/{top.pk}/delete/")
    assert list(Category.objects.values_list("name", flat=True)) == ["レンズ"]


def test_a_tax_rate_is_added_on_its_page(world: World) -> None:
    client = signed_in(world.kimura)
    page = client.get("/settings/tax/")
    rows = [line.form.initial for line in page.context["lines"]]
    names = ("tax_class", "rate", "valid_from", "valid_to")
    sent: dict[str, Any] = {name: [str(row[name] or "") for row in rows] for name in names}
    place = next(i for i, row in enumerate(rows) if row["tax_class"] == "standard" and row["rate"] == "10")
    sent["valid_to"][place] = "2027-03-31"
    for name, value in zip(names, ("standard", "12", "2027-04-01", ""), strict=True):
        sent[name].append(value)
    answer = client.post("/settings/tax/", sent | {"known": page.context["key"]})
    assert answer.status_code == 302
    assert TaxRate.objects.filter(rate=12).get().valid_from == date(2027, 4, 1)
    assert client.post("/settings/tax/", sent | {"known": page.context["key"]}).status_code == 422


def test_the_logo_goes_in_and_comes_out_as_an_attachment(world: World) -> None:
    client = signed_in(world.kimura)
    file = SimpleUploadedFile("logo.svg", DOT)
    assert client.post("/settings/company/logo/", {"file": file, "version": 1}).status_code == 302
    image = client.get("/settings/company/logo/")
    assert (image.content, image["Content-Type"]) == (DOT, "image/png")
    assert image["Content-Disposition"].startswith("attachment")
    assert image["X-Content-Type-Options"] == "nosniff"
    client.post("/settings/company/logo/", {"remove": "1", "version": 2})
    assert Organisation.objects.get().logo is None


@pytest.mark.parametrize("content", [b"", b"<svg/>", DOT[:40], b"x" * (2 * 1024 * 1024 + 1)])
def test_what_is_no_image_is_refused_in_words(world: World, content: bytes) -> None:
    sent = {"file": SimpleUploadedFile("logo.png", content), "version": 1}
    answer = signed_in(world.kimura).post("/settings/company/logo/", sent)
    assert answer.status_code in (400, 413)
    assert Organisation.objects.get().logo is None
