"""From the first call to the invoice and what follows it, in one story: at the desk, and the same on a phone."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.insight.lake.actions import keep_up
from ryorin.products.catalogue.actions import create_product
from ryorin.sales.aftercare.actions import add_step, create_plan, follow_sales, start_using
from ryorin.sales.approach.actions import add_chosen, create_list
from ryorin.sales.approach.models import ApproachList
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.hearing.actions import create_sheet
from ryorin.workspace.approvals.actions import create_route
from ryorin.workspace.approvals.models import Who
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.models import Level, Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]
SECTIONS = [
    {"title": "現状", "questions": [{"key": "needs", "label": "お困りごと", "type": "need", "kind": "problem"}]},
    {"title": "条件", "questions": [{"key": "budget", "label": "ご予算", "type": "money", "maps_to": "budget"}]},
]


@pytest.fixture
def ada(transactional_db: None, company: Organisation) -> Person:
    """Ada buys at Acme; our company has all that its papers must say."""
    Organisation.objects.update(
        prefecture="13",
        address="千代田区丸の内1-1-1",
        registration_number="T7000012050002",
        bank_account="みずほ銀行 丸の内支店 普通 1234567",
    )
    acme = create_company(by=None, name="株式会社アクメ", prefecture="27", city="大阪市北区", street="梅田1-2-3")
    create_product(by=None, code="KM-100", name="画像検査カメラ", unit="台", price=480_000, cost=300_000)
    return create_person(
        by=None, family_name="安達", given_name="亜耶", company=acme, phone="03-1111-0001", email="ada@acme.example"
    )


@pytest.fixture
def approach(ada: Person, sato: Member) -> ApproachList:
    row = create_list(by=sato, name="展示会のフォロー")
    add_chosen(row, [ada.pk], by=sato)
    return row


@pytest.fixture
def boss(transactional_db: None, sato: Member, kimura: Member) -> Member:
    """Kimura is Sato's superior and decides on discounts of more than ten percent."""
    Member.objects.filter(pk=sato.pk).update(superior=kimura)
    Member.objects.filter(pk=kimura.pk).update(level=Level.SECTION_HEAD)
    create_route(
        "quotation",
        name="10%を超える値引",
        condition={"field": "discount_rate", "op": "gt", "value": 10},
        stages=[Stage(who=Who.SUPERIOR, hours=8)],
        by=None,
    )
    return kimura


@pytest.fixture
def follow_up(transactional_db: None) -> None:
    plan = create_plan(name="納品後のご挨拶", by=None, with_steps=False)
    add_step(plan, by=None, title="お礼の電話", kind="called", wait=1)
    start_using(plan, by=None)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_from_the_first_call_to_what_follows_the_sale(
    open_page: Open,
    approach: ApproachList,
    ada: Person,
    sato: Member,
    boss: Member,
    follow_up: None,
    tmp_path: Path,
    width: str,
) -> None:
    create_sheet(name="検査の聞き取り", by=None, sections=SECTIONS)
    page = open_page(f"/approach/{approach.pk}/", by=sato, width=width)
    deal = call(page, ada)
    hear(page, deal)
    propose(page, deal, tmp_path)
    quote(page, deal)
    ask_boss(page, open_page("/approvals/", by=boss, width=width))
    offered = send(page)
    accept(open_page(offered, width="narrow"))
    sign(page, deal, lambda path: open_page(path, width="narrow"))
    invoice(page, deal)
    after(page, deal)


def call(page: Page, ada: Person) -> Deal:
    """Ada takes the call and an appointment; a deal is opened with it."""
    page.get_by_role("button", name="電話を始める").click()
    expect(page.locator("h1")).to_contain_text("安達")
    page.get_by_role("radio", name="アポ獲得").check()
    page.get_by_label("アポイントの日時").fill("2027-01-15T14:00")
    page.get_by_label("商談名").fill("検査ラインの更新")
    page.get_by_role("button", name="記録して次へ").click()
    expect(page.locator("h1")).to_contain_text("展示会のフォロー")
    return Deal.objects.get(person=ada)


def hear(page: Page, deal: Deal) -> None:
    page.goto(f"/deals/{deal.pk}")
    page.locator(".case-head").get_by_role("button", name="始める").click()
    page.locator("#drawer").get_by_role("radio", name="検査の聞き取り").check()
    page.locator("#drawer").get_by_role("button", name="始める").click()
    page.wait_for_url("**/hearings/*/")
    page.locator('[data-question="needs"]').get_by_label("内容").fill("検査での見落とし")
    page.get_by_label("ご予算").fill("1000000")
    expect(page.locator("#saving")).to_have_text("すべて保存しました")


def propose(page: Page, deal: Deal, folder: Path) -> None:
    page.goto(f"/deals/{deal.pk}")
    expect(page.locator("main")).to_contain_text("検査での見落とし")
    page.get_by_role("button", name="提案書をつくる").click()
    page.get_by_role("button", name="下書きをつくる").click()
    page.wait_for_url("**/proposals/*/")
    answer = page.request.get(page.url + "preview/")
    assert "検査での見落とし" in text_of(answer.body(), folder)


def quote(page: Page, deal: Deal) -> None:
    page.goto(f"/deals/{deal.pk}")
    page.get_by_role("button", name="見積を作成").click()
    page.wait_for_url("**/edit/")
    page.get_by_label("商品を探して追加").fill("カメラ")
    page.get_by_role("button", name="画像検査カメラ").click()
    page.get_by_label("数量").fill("2")
    page.get_by_label("値引", exact=True).fill("20%")
    expect(page.locator("#totals")).to_contain_text("¥844,800")
    for label, text in (("納期", "1月末"), ("納入場所", "大阪工場"), ("支払条件", "月末締め翌月末払い")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="下書きを保存").last.click()
    expect(page.locator("main")).to_contain_text("¥844,800")


def ask_boss(page: Page, boss: Page) -> None:
    """The discount needs approval: it is sent back, made smaller, asked for again and approved."""
    page.get_by_role("button", name="承認を申請する").click()
    expect(page.locator("#approval")).to_contain_text("承認待ち")
    boss.reload()
    boss.get_by_role("link", name="検査ラインの更新").first.click()
    boss.get_by_label("コメント").fill("15%までにしてください")
    boss.get_by_role("button", name="差し戻す").click()
    expect(boss.locator("#toasts")).to_contain_text("差し戻しました")
    page.reload()
    expect(page.locator("#approval")).to_contain_text("15%までにしてください")
    page.get_by_role("link", name="編集").first.click()
    page.wait_for_url("**/edit/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("値引", exact=True).fill("15%")
    expect(page.locator("#totals")).to_contain_text("¥897,600")
    page.get_by_role("button", name="下書きを保存").last.click()
    page.get_by_role("button", name="再申請する").click()
    expect(page.locator("#approval")).to_contain_text("承認待ち")
    boss.goto("/approvals/")
    boss.get_by_role("link", name="検査ラインの更新").first.click()
    boss.get_by_role("button", name="承認する").click()
    expect(boss.locator("#approval")).to_contain_text("承認済み")


def send(page: Page) -> str:
    """Return the path of the page for the customer."""
    page.reload()
    page.get_by_role("button", name="送付する").click()
    page.locator("dialog").get_by_role("button", name="送付する").click()
    link = page.get_by_label("リンク", exact=True)
    expect(link).to_be_visible()
    return str(urlparse(link.input_value()).path)


def accept(customer: Page) -> None:
    customer.get_by_label("お名前").first.fill("安達 亜耶")
    customer.get_by_label("内容を確認し、受諾します").check()
    customer.get_by_role("button", name="受諾する").click()
    expect(customer.locator("main")).to_contain_text("受諾いただきました")


def sign(page: Page, deal: Deal, open_by_customer: Callable[[str], Page]) -> None:
    page.goto(f"/deals/{deal.pk}")
    page.get_by_role("button", name="契約を作成").click()
    page.get_by_role("button", name="下書きをつくる").click()
    page.wait_for_url("**/contracts/*/")
    expect(page.locator("main")).to_contain_text("897,600")
    page.get_by_role("button", name="署名に出す").click()
    page.locator("#confirm").get_by_role("button", name="実行する").click()
    page.get_by_role("button", name="お客様用リンク").click()
    page.get_by_role("button", name="リンクをつくる").click()
    link = page.locator("#sign-link").input_value()
    address = page.url

    phone = open_by_customer("/sign/" + link.split("/sign/")[1])
    pad = phone.locator("canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 200, box["y"] + 80, steps=8)
    phone.mouse.up()
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="署名する").click()
    expect(phone.locator("main")).to_contain_text("署名を受け付けました")

    page.goto(address)
    page.get_by_role("button", name="自社が署名する").click()
    page.locator("#drawer").get_by_role("checkbox").check()
    page.locator("#drawer").get_by_role("button", name="署名する", exact=True).click()
    expect(page.get_by_role("link", name="締結済みPDF")).to_be_visible()
    deal.refresh_from_db()
    assert (deal.state, deal.amount) == (DealState.WON, 816_000)


def invoice(page: Page, deal: Deal) -> None:
    page.get_by_role("link", name="書類をつくる").click()
    page.get_by_role("button", name="発行する", exact=True).click()
    expect(page.locator("main")).to_contain_text("¥897,600")
    assert [(order.net, order.total) for order in Order.objects.all()] == [(816_000, 897_600)]


def after(page: Page, deal: Deal) -> None:
    """The revenue stands on the board of KPIs, and the plan for after the sale runs."""
    keep_up()
    page.goto("/goals")
    expect(page.locator("main")).to_contain_text("¥816,000")
    follow_sales()
    page.goto("/aftercare/")
    expect(page.locator("main")).to_contain_text("お礼の電話")
    expect(page.locator("main")).to_contain_text("株式会社アクメ")


def text_of(pdf: bytes, folder: Path) -> str:
    """Return what another program reads in the PDF."""
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True)
    return read.stdout
