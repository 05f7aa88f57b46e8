"""The second wheel in a real browser: cards are dragged, visits are noted on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.products.catalogue.models import Product
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.actions import move_deal, open_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def deal(transactional_db: None, sato: Member) -> Deal:
    acme = create_company(by=None, name="株式会社アクメ")
    ada = create_person(by=None, family_name="安達", given_name="栄太", company=acme)
    stage = default_pipeline().stages.last()
    open_deal(name="保守契約", by=sato, person=ada, amount=500_000, owner=sato, stage=stage, next_action="訪問する")
    return open_deal(name="検査ラインの更新", by=sato, person=ada, amount=3_800_000, owner=sato)


def drag(page: Page, name: str, stage: str) -> None:
    """This function will drag a card to a column as a hand does: down, a little, there, up."""
    page.wait_for_function("typeof Sortable !== 'undefined'")
    card = page.locator(".board-card", has_text=name).bounding_box()
    column = page.get_by_role("region", name=stage).locator(".board-cards").bounding_box()
    assert card and column
    page.mouse.move(card["x"] + 80, card["y"] + card["height"] - 12)
    page.mouse.down()
    page.mouse.move(card["x"] + 90, card["y"] + card["height"] - 8, steps=3)
    page.mouse.move(column["x"] + 100, column["y"] + 20, steps=12)
    page.mouse.up()


def test_a_card_is_dragged_to_the_next_stage_and_the_sums_follow(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page("/deals", by=sato)
    drag(page, "検査ラインの更新", "提案")
    expect(page.get_by_role("region", name="提案").locator(".board-card")).to_have_count(1)
    expect(page.get_by_role("region", name="提案").locator(".total")).to_contain_text("¥3.8百万")
    expect(page.get_by_role("region", name="初回接触").locator(".board-card")).to_have_count(0)
    deal.refresh_from_db()
    assert (deal.stage.name, deal.version) == ("提案", 2)


def test_a_card_can_be_dragged_twice(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page("/deals", by=sato)
    drag(page, "検査ラインの更新", "提案")
    expect(page.get_by_role("region", name="提案").locator(".total")).to_contain_text("¥3.8百万")
    drag(page, "検査ラインの更新", "ヒアリング")
    expect(page.get_by_role("region", name="ヒアリング").locator(".total")).to_contain_text("¥3.8百万")
    deal.refresh_from_db()
    assert (deal.stage.name, deal.version) == ("ヒアリング", 3)


def test_a_card_somebody_else_moved_goes_back_and_the_reason_is_told(
    open_page: Open, deal: Deal, sato: Member, kimura: Member
) -> None:
    page = open_page("/deals", by=sato)
    move_deal(deal, deal.pipeline.stages.all()[4], by=kimura)
    drag(page, "検査ラインの更新", "提案")
    expect(page.locator(".toast-line")).to_contain_text("ほかの人が先に更新しました")
    deal.refresh_from_db()
    assert deal.stage.name == "交渉"


def test_a_card_is_moved_without_dragging(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page("/deals", by=sato, width="narrow")
    page.get_by_label("検査ラインの更新：動かす・編集する").click()
    page.locator("#drawer").get_by_role("button", name="見積提出").click()
    expect(page.get_by_role("region", name="見積提出").locator(".board-card")).to_have_count(1)


def test_a_visit_is_noted_on_a_phone(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato, width="narrow")
    page.get_by_role("button", name="活動を記録").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("訪問", exact=True).check()
    drawer.get_by_label("面談できた", exact=True).check()
    drawer.get_by_label("内容", exact=True).fill("来期の予算に載せる")
    drawer.get_by_label("次のアクション", exact=True).fill("見積を送る")
    drawer.get_by_label("3営業日後").check()
    drawer.get_by_role("button", name="保存").click()
    expect(page.locator(".tl")).to_contain_text("来期の予算に載せる")
    expect(page.locator("#field-next_action")).to_contain_text("見積を送る")
    assert Activity.objects.get().outcome == "面談できた"


def test_products_are_put_on_a_deal(open_page: Open, deal: Deal, sato: Member) -> None:
    Product.objects.create(code="KM-100", name="画像検査カメラ", price=1_200_000)
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.locator(".card", has_text="商品").get_by_role("button", name="編集").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("商品を加える").fill("カメラ")
    drawer.get_by_role("button", name="画像検査カメラ").click()
    drawer.get_by_label("数量").fill("2.5")
    drawer.get_by_role("button", name="保存").click()
    expect(page.locator(".deal-page")).to_contain_text("¥1,200,000 × 2.5")
    expect(page.locator("#field-amount")).to_contain_text("¥3,000,000")


def test_a_field_is_edited_where_it_stands(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.locator("#field-amount button").click()
    page.locator("#field-amount input[name=amount]").fill("4,000,000")
    page.locator("#field-amount").get_by_role("button", name="保存").click()
    expect(page.locator("#field-amount")).to_contain_text("¥4,000,000")
    page.wait_for_load_state("networkidle")  # the rest of the page takes over the new version
    page.locator(".stage").get_by_role("button", name="提案").click()
    expect(page.locator(".stage [aria-current=step]")).to_contain_text("提案")
    page.get_by_role("button", name="活動を記録").click()
    expect(page.locator("#drawer")).to_be_visible()


def test_a_stage_chosen_while_a_field_is_still_being_saved_is_not_refused(
    open_page: Open, deal: Deal, sato: Member
) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.locator("#field-amount .inline-edit").click()
    page.locator("#field-amount input[name=amount]").fill("4200000")
    page.evaluate(
        """() => {
            document.querySelector("#field-amount button.p").click();
            [...document.querySelectorAll("#deal-stages button")].find((one) => one.innerText.includes("提案")).click();
        }"""
    )
    expect(page.locator("#deal-stages [aria-current=step]")).to_contain_text("提案")
    deal.refresh_from_db()
    assert (deal.amount, deal.stage.name) == (4_200_000, "提案")


def test_a_deal_is_lost_with_a_reason_and_opened_again(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.get_by_role("button", name="失注", exact=True).click()
    page.locator("#drawer").get_by_label("時期尚早").check()
    page.locator("#drawer").get_by_role("button", name="失注にする").click()
    expect(page.locator(".page-head")).to_contain_text("時期尚早")
    page.get_by_role("button", name="再開する").click()
    page.locator("#confirm").get_by_role("button", name="実行する").click()
    expect(page.get_by_role("button", name="受注", exact=True)).to_be_visible()


def test_a_task_is_ticked_off_and_taken_back(open_page: Open, company: object, sato: Member) -> None:
    page = open_page("/tasks", by=sato)
    page.get_by_label("すること", exact=True).fill("見積を送る")
    page.get_by_role("button", name="追加", exact=True).last.click()
    expect(page.locator("#tasks")).to_contain_text("見積を送る")
    page.get_by_label("「見積を送る」を完了にする").click()
    expect(page.locator("#tasks")).not_to_contain_text("見積を送る")
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator("#tasks")).to_contain_text("見積を送る")


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_pages_of_sales_are_accessible_and_never_wider_than_the_screen(
    open_page: Open, accessible: Callable[[Page], None], deal: Deal, kimura: Member, width: str, scheme: str
) -> None:
    paths = [
        "/deals",
        f"/deals/{deal.pk}",
        "/deals/new",
        "/activities",
        "/activities/new",
        "/tasks",
        "/settings/pipelines",
    ]
    for path in paths:
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
