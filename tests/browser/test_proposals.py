"""From a deal's products and problem to a proposal handed over; prices asked in a real browser."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.products.catalogue.actions import create_product
from ryorin.products.prices.actions import Line as PriceLine
from ryorin.products.prices.actions import change_prices, create_book
from ryorin.products.prices.models import PriceBook
from ryorin.sales.deals.actions import change_deal, open_deal, set_products
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.proposals.actions import prepare_templates, start_proposal
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def deal(transactional_db: None, sato: Member) -> Deal:
    acme = create_company(by=None, name="株式会社アクメ", customer_group="代理店")
    ada = create_person(by=None, family_name="安達", given_name="亜耶", company=acme)
    camera = create_product(by=None, code="KM-100", name="画像検査カメラ", unit="台", price=1_900_000)
    found = open_deal(name="検査ラインの更新", by=sato, person=ada, company=acme, owner=sato)
    found = set_products(found, [Line(camera, Decimal(2), 1_900_000)], by=sato)
    return change_deal(found, by=sato, version=None, problem="見落としが出ている。", problem_cost=12_000_000)


@pytest.fixture
def book(deal: Deal) -> PriceBook:
    product = deal.products.get().product
    made = create_book(by=None, name="代理店 2026", valid_from=date(2020, 4, 1), customer_group="代理店")
    lines = [PriceLine(product, Decimal(1), 1_700_000), PriceLine(product, Decimal(10), 1_500_000)]
    return change_prices(made, lines, by=None, version=None)


def test_a_proposal_is_begun_written_and_handed_over(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.get_by_role("button", name="提案書をつくる").click()
    page.get_by_role("button", name="下書きをつくる").click()
    page.wait_for_url("**/proposals/*/")
    problem = page.get_by_role("textbox", name="現状と課題")
    expect(problem).to_have_value(
        "見落としが出ている。\n\nこの課題による損失は、年間およそ¥12,000,000と見込んでいます。"
    )
    problem.fill("月に10件の見落としが出ています。")
    page.get_by_role("button", name="「ご提案内容」を上へ").click()
    page.get_by_role("checkbox", name="「はじめに」を載せる").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    titles = [box.input_value() for box in page.get_by_role("textbox", name="見出し").all()]
    assert titles[:3] == ["はじめに", "ご提案内容", "現状と課題"]
    page.get_by_role("button", name="提出済みにする").first.click()
    page.get_by_role("dialog").get_by_role("button", name="提出済みにする").click()
    expect(page.get_by_role("button", name="新しい版")).to_be_visible()
    assert IssuedDocument.objects.get().amount == 4_180_000


def test_the_price_for_a_company_is_asked_and_explained(
    open_page: Open, book: PriceBook, kimura: Member, accessible: Callable[[Page], None]
) -> None:
    page = open_page(f"/prices/{book.pk}/", by=kimura)
    question = page.locator(".price-question")
    for label, typed, found in (("商品", "KM-1", "画像検査カメラ"), ("会社", "アクメ", "株式会社アクメ")):
        question.get_by_role("searchbox", name=label).press_sequentially(typed)
        question.get_by_role("button", name=found).click()
    question.get_by_label("数量").fill("12")
    question.get_by_role("button", name="価格を見る").click()
    expect(question.locator("#price-answer")).to_contain_text("¥1,500,000")
    expect(question.locator("#price-answer")).to_contain_text("価格表「代理店 2026」10台以上")
    accessible(page)
    page.get_by_role("textbox", name="画像検査カメラ 単価（税抜）").first.fill("1,650,000")
    page.locator("#price-lines").get_by_role("button", name="「画像検査カメラ」を外す").last.click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("単価を保存しました。")).to_be_visible()
    expect(page.locator("#price-lines tr")).to_have_count(1)
    assert [entry.unit_price for entry in book.entries.all()] == [1_650_000]


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_pages_are_accessible_and_fit(
    open_page: Open,
    book: PriceBook,
    deal: Deal,
    kimura: Member,
    accessible: Callable[[Page], None],
    width: str,
    scheme: str,
) -> None:
    proposal = start_proposal(deal, by=kimura, template=prepare_templates()[0])
    product = deal.products.get().product
    for path in (
        f"/proposals/{proposal.pk}/",
        "/proposals/",
        "/settings/proposals/",
        f"/settings/proposals/{prepare_templates()[0].pk}/",
        "/prices/",
        f"/prices/{book.pk}/edit/",
        f"/products/{product.pk}",
        "/products/categories/",
        "/settings/tax/",
        "/settings/",
    ):
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.close()
