"""Approvals in a real browser: a petition is written, sent back, changed, approved step by step on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.workspace.approvals.actions import create_route
from ryorin.workspace.approvals.models import Approval, Route, Who
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.models import Level, Member
from ryorin.workspace.petitions.actions import ask_for_approval, create_petition

Open = Callable[..., Page]
TWO_LOOKS = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def route(transactional_db: None, kimura: Member, sato: Member) -> Route:
    """Kimura is Sato's superior and approves alone."""
    Member.objects.filter(pk=sato.pk).update(superior=kimura)
    Member.objects.filter(pk=kimura.pk).update(level=Level.SECTION_HEAD)
    return create_route("petition", name="標準", stages=[Stage(who=Who.SUPERIOR, hours=8)], by=None)


@pytest.fixture
def approval(route: Route, sato: Member) -> Approval:
    petition = create_petition(by=sato, title="検査カメラの購入", category="purchase", amount=1_200_000)
    found = ask_for_approval(petition, by=sato, note="年度内に必要です")
    assert found is not None
    return found


def test_a_petition_is_asked_for_sent_back_changed_and_approved_on_a_phone(
    open_page: Open, route: Route, sato: Member, kimura: Member
) -> None:
    page = open_page("/petitions/new/", by=sato, width="narrow")
    page.get_by_label("件名").fill("検査カメラの購入")
    page.get_by_label("金額（税抜）").fill("1200000")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".stamps")).to_contain_text("木村")
    page.get_by_role("button", name="承認を申請する").click()
    expect(page.locator("#approval")).to_contain_text("承認待ち")
    boss = open_page("/approvals/", by=kimura, width="narrow")
    boss.get_by_role("link", name="検査カメラの購入").click()
    boss.get_by_label("コメント").fill("相見積もりを付けてください")
    boss.get_by_role("button", name="差し戻す").click()
    expect(boss.locator("#toasts")).to_contain_text("差し戻しました")
    page.reload()
    expect(page.locator("#approval")).to_contain_text("相見積もりを付けてください")
    page.get_by_role("link", name="編集").click()
    page.get_by_label("金額（税抜）").fill("900000")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="再申請する").click()
    boss.goto("/approvals/")
    boss.get_by_role("link", name="検査カメラの購入").click()
    boss.get_by_role("button", name="承認する").click()
    expect(boss.locator("#approval")).to_contain_text("承認済み")
    assert Approval.objects.filter(state="approved").count() == 1


def test_requests_are_walked_through_with_keys_and_approved_together(
    open_page: Open, approval: Approval, sato: Member, kimura: Member
) -> None:
    ask_for_approval(create_petition(by=sato, title="出張", category="personnel"), by=sato)
    page = open_page("/approvals/", by=kimura)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="選んだ申請を承認").click()
    page.locator("#confirm").get_by_role("button", name="承認する").click()
    expect(page.locator("#toasts")).to_contain_text("2件を承認しました")
    expect(page.locator("main")).to_contain_text("承認待ちの申請はありません")


def test_a_route_is_put_together_and_says_who_would_approve(
    open_page: Open, route: Route, sato: Member, kimura: Member
) -> None:
    page = open_page("/settings/approval-routes/new/?kind=petition", by=kimura)
    page.get_by_label("ルート名").fill("100万円以上")
    page.locator("[name=b0r0-what]").select_option("f:amount")
    page.locator("[name=b0r0-op]").select_option("gte")
    page.locator("[name=b0r0-value]").fill("1000000")
    page.get_by_role("button", name="段を追加").click()
    page.locator("[name=s1-who]").select_option("members")
    page.locator("[name=s1-members]").select_option(str(kimura.pk))
    page.locator("[name=try_requester]").select_option(str(sato.pk))
    page.locator("[name=try-amount]").fill("1500000")
    page.locator("[name=try-amount]").blur()
    expect(page.locator("#plan")).to_contain_text("このルートに当てはまります")
    expect(page.locator("#plan")).to_contain_text("前の段と同じ承認者のため")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("金額が¥1,000,000以上")


@pytest.mark.parametrize(("width", "scheme"), TWO_LOOKS)
def test_the_pages_of_approvals_are_accessible(
    open_page: Open, accessible: Callable[[Page], None], approval: Approval, kimura: Member, width: str, scheme: str
) -> None:
    routes = ("/settings/approval-routes/", f"/settings/approval-routes/{approval.route_id}/")
    petition = f"/petitions/{approval.subject_id}/"
    times = ("/approvals/times/", "/petitions/new/", "/profile/")
    for path in ("/approvals/", f"/approvals/{approval.pk}/", petition, *times, *routes):
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
