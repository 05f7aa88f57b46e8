"""A contract in a real browser: checked and sent at the desk, signed by finger on a phone, then invoiced."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.sales.contracts.actions import draft_contract, make_link, send_contract
from ryorin.sales.contracts.models import Contract, ContractState
from ryorin.sales.contracts.queries import latest_version
from ryorin.sales.contracts.rules.money import Line
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]


@pytest.fixture
def contract(transactional_db: None, company: Organisation, sato: Member) -> Contract:
    ours = {"prefecture": "13", "address": "千代田区丸の内1-1-1", "registration_number": "T7000012050002"}
    Organisation.objects.update(bank_account="みずほ銀行", **ours)
    acme = create_company(by=None, name="株式会社アクメ", prefecture="27", city="大阪市北区", street="梅田1-2-3")
    ada = create_person(by=None, family_name="安達", given_name="愛", company=acme)
    return draft_contract(
        by=sato,
        title="検査装置の売買",
        company=acme,
        person=ada,
        lines=[Line(description="検査装置", unit="台", unit_price=3_800_000, amount=3_800_000)],
        delivery="1月末",
        delivery_place="大阪工場",
        payment_terms="月末締め翌月末払い",
    )


def test_a_contract_is_sent_signed_on_a_phone_and_invoiced(open_page: Open, contract: Contract, sato: Member) -> None:
    desk = open_page(f"/contracts/{contract.pk}/", by=sato)
    desk.get_by_role("button", name="署名に出す").click()
    desk.locator("#confirm").get_by_role("button", name="実行する").click()
    expect(desk.get_by_role("button", name="お客様用リンク")).to_be_visible()
    desk.get_by_role("button", name="お客様用リンク").click()
    desk.get_by_role("button", name="リンクをつくる").click()
    link = desk.locator("#sign-link").input_value()

    phone = open_page("/sign/" + link.split("/sign/")[1], width="narrow")
    expect(phone.locator("main")).to_contain_text("金4,180,000円")
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
    assert latest_version(contract).signatures.get().how == "drawn"

    desk.goto(f"/contracts/{contract.pk}/")
    desk.get_by_role("button", name="自社が署名する").click()
    desk.locator("#drawer").get_by_role("checkbox").check()
    desk.locator("#drawer").get_by_role("button", name="署名する", exact=True).click()
    expect(desk.get_by_role("link", name="締結済みPDF")).to_be_visible()
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED

    desk.get_by_role("link", name="書類をつくる").click()
    desk.get_by_role("button", name="発行する", exact=True).click()
    expect(desk.locator("main")).to_contain_text("I-20")
    expect(desk.locator("main")).to_contain_text("¥4,180,000")


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_pages_of_contracts_are_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    contract: Contract,
    sato: Member,
    kimura: Member,
    width: str,
    scheme: str,
) -> None:
    paths = [
        f"/contracts/{contract.pk}/",
        f"/contracts/{contract.pk}/clauses/",
        "/documents/",
        "/bills/",
        "/contracts/",
    ]
    for path in paths:
        page = open_page(path, by=sato, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    send_contract(contract, by=sato, version=None)
    token = make_link(contract, by=sato).token
    accessible(open_page(f"/sign/{token}/", width=width, scheme=scheme))
    for path in ("/settings/contracts/", "/settings/signing-key/", "/documents/prove/"):
        accessible(open_page(path, by=kimura, width=width, scheme=scheme))
