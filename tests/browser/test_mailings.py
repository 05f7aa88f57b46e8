"""A mailing in the browser: from a segment to its report, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.marketing.mailings.conftest import message, reader, segment_of, sender

from ryorin.connectors.smtp.actions import change_relay, deliver_due
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.lib import clock
from ryorin.marketing.journeys.models import ContactLimits
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Mailing, Recipient
from ryorin.workspace.members.models import Member

__all__ = ["message", "reader", "segment_of", "sender"]

Open = Callable[..., Page]


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_mailing_goes_from_its_segment_to_its_report(
    width: str,
    open_page: Open,
    accessible: Callable[[Page], None],
    mei: Member,
    kimura: Member,
    message: Message,
    reader: Callable[..., Person],
    segment_of: Callable[..., Segment],
) -> None:
    ContactLimits.objects.update_or_create(
        pk=1, defaults={"is_quiet": False, "is_capped": False, "updated_at": clock.now()}
    )
    change_relay(by=kimura, version=None, transport="folder", origin="https://crm.ryorin.example")
    people = [reader("安達"), reader("弁田"), reader("千葉")]
    segment_of(*people, reader("未確認", allowed=False))
    page = open_page("/mailings/new/", by=mei, width=width)
    accessible(page)
    page.fill("input[name=name]", "秋のご案内")
    page.select_option("select[name=message]", label=message.name)
    page.check("text=展示会の来場者 >> nth=0")
    page.click("text=保存して確認へ")
    expect(page.locator(".confirm-number .asked")).to_contain_text("3")
    accessible(page)

    page.fill("#number", "7")
    page.click("button:has-text('配信を始める')")
    expect(page.locator("body")).to_contain_text("もう一度確認してください")
    page.fill("#number", "3")
    page.click("button:has-text('配信を始める')")
    expect(page.locator("#progress")).to_be_visible()

    actions.prepare_mailings()
    assert deliver_due(seconds=20) == 3
    mailing = Mailing.objects.get()
    Recipient.objects.filter(person=people[0]).update(opened_at=clock.now())
    actions.finish_mailings()
    actions.tally_now(mailing)
    page.goto(f"/mailings/{mailing.pk}/")
    delivered = page.locator(".mail-figures .card").nth(0)
    expect(delivered).to_contain_text("3")
    accessible(page)
    page.locator(".mail-figures .card").nth(1).locator("a").first.click()
    expect(page.locator("tbody")).to_contain_text("安達")
    expect(page.locator("tbody")).not_to_contain_text("弁田")
    accessible(page)
