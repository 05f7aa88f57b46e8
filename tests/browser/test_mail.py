"""A mail from a template: written, previewed, checked, mended and tested, in a real browser at both widths."""

from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from ryorin.marketing.mail.actions import create_sender
from ryorin.marketing.mail.models import Message, SenderIdentity
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def sender(transactional_db: None, kimura: Member) -> SenderIdentity:
    return create_sender(
        by=kimura,
        name="三和製作所",
        from_name="三和製作所",
        from_email="news@sanwa.example",
        legal_name="株式会社三和製作所",
        postal_address="東京都千代田区丸の内1-1",
        contact="03-1234-5678",
    )


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_a_mail_is_written_checked_mended_and_tested(
    open_page: Open,
    accessible: Callable[[Page], None],
    sender: SenderIdentity,
    mei: Member,
    width: str,
    scheme: str,
    settings: Settings,
) -> None:
    page = open_page("/messages/new/", by=mei, width=width, scheme=scheme)
    page.get_by_label("メッセージ名").fill("春のセミナー")
    accessible(page)
    page.get_by_role("button", name="作成して編集する").click()
    if width == "wide":
        frame = page.frame_locator(".gjs-frame")
        expect(frame.get_by_text("現場の負担を減らす", exact=False).first).to_be_visible(timeout=30_000)
        page.locator(".gjs-block", has_text="区切り線").click()
        expect(page.locator("[data-editor-state]")).to_have_attribute("data-state", "saved", timeout=30_000)
    made = Message.objects.get(name="春のセミナー")

    page.goto(f"/messages/{made.pk}/check/")
    expect(page.get_by_text("ボタン「参加を申し込む」にリンク先がありません。")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="文章を直す").first.click()
    accessible(page)
    page.get_by_label("リンク先").first.fill("https://sanwa.example/seminar")
    page.get_by_label("件名", exact=True).fill("{{姓|お客さま}}様へ、セミナーのご案内")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("保存しました。").first).to_be_visible()

    page.goto(f"/messages/{made.pk}/?view=narrow")
    expect(page.frame_locator(".mail-frame").get_by_text("現場の負担を減らす", exact=False).first).to_be_visible()
    accessible(page)
    page.goto(f"/messages/{made.pk}/check/")
    expect(page.get_by_text("送れる状態です")).to_be_visible()
    page.get_by_role("button", name="テスト送信").click()
    expect(page.get_by_text("1人にテスト送信しました。").first).to_be_visible()
    sent = [file.read_bytes() for file in (settings.MEDIA_ROOT / "mails").glob("*.eml")]
    subjects = [message_from_bytes(one, policy=policy.SMTP)["Subject"] for one in sent]
    assert "[テスト] お客さま様へ、セミナーのご案内" in [str(one) for one in subjects]
