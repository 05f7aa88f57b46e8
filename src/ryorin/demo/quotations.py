"""Quotations of open deals: sent when the deal came to it, bargained about, some accepted, one waiting for approval."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from ryorin.demo.prospects import TOKYO
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.actions import (
    accept_quotation,
    answer_negotiation,
    ask_about_quotation,
    draft_quotation,
    log_negotiation,
    new_version,
    note_opening,
    request_approval,
    save_draft,
    send_quotation,
    settle_quotations,
)
from ryorin.sales.quotations.models import Quotation
from ryorin.sales.quotations.queries import newest_version, offer_of, standing_of
from ryorin.sales.quotations.rules import Line, Offer

QUOTED, BARGAINING = "見積提出", "交渉"
MOST = 7
INSTALLATION = Line(
    description="設置・調整、操作教育", note="1日、技術者2名", unit="式", unit_price=180_000, cost=96_000
)
TERMS = {
    "delivery": "ご注文後6週間",
    "delivery_place": "貴社ご指定場所",
    "payment_terms": "月末締め翌月末払い",
    "remarks": "・設置場所の電源とエアーは、お客様にてご用意ください。\n・1年間の無償保証を含みます。",
}
WISHES = (
    ("他社の見積がこれより5%安い。近い金額にしてほしい。", "年度内の受注であれば、設置費の一部を値引できるため。"),
    ("予算が税抜でここまでと決まった。", "2台目以降の導入も計画されているため。"),
    ("端数を切ってもらえないか。", "長いお取引のため。"),
)
QUESTION = "校正証明書は付きますか。また、納期を4週間に短縮できますか。"


def quote_deals(*, now: datetime) -> None:
    """This function will give the open deals that have come to a quotation theirs, as it went until today."""
    for place, deal in enumerate(deals_in(QUOTED)):
        token = first_quotation(deal, now=now)[1]
        with clock.frozen(soon_after(deal.stage_since, days=2, now=now)):
            if token and place % 2 == 0:
                note_opening(token)
            if token and place == 0:
                ask_about_quotation(token, name=name_of(deal), question=QUESTION)
    for place, deal in enumerate(deals_in(BARGAINING)):
        quotation, token = first_quotation(deal, now=now)
        if token:
            note_opening(token)
            bargain(quotation, place, now=now)
    settle_quotations()


def deals_in(stage: str) -> list[Deal]:
    """Return the newest open deals of a stage that have products and somebody to address."""
    rows = Deal.objects.open().filter(stage__name=stage, person__isnull=False, products__isnull=False)
    found = rows.select_related("company", "person", "owner").distinct().order_by("-stage_since", "pk")[:MOST]
    return sorted(found, key=lambda deal: (deal.stage_since, deal.pk))


def first_quotation(deal: Deal, *, now: datetime) -> tuple[Quotation, str]:
    """Return the quotation sent when the deal came to its stage, and the token of its link."""
    with clock.frozen(soon_after(deal.stage_since, days=0, now=now)):
        draft = draft_quotation(deal, by=deal.owner)
        offer = offer_of(newest_version(draft))
        whole = replace(offer, **TERMS, lines=(*offer.lines, INSTALLATION))  # type: ignore[arg-type]
        draft = save_draft(draft, whole, by=deal.owner, version=None)
        return draft, sent_or_asked(draft, deal)


def sent_or_asked(draft: Quotation, deal: Deal, *, note: str = "") -> str:
    """This function will send the draft and return its link's token; where a route asks, it asks for approval: ""."""
    if standing_of(newest_version(draft), by=deal.owner).allows:
        return send_quotation(draft, by=deal.owner, version=None).token
    if deal.owner is not None:
        request_approval(draft, by=deal.owner, version=None, note=note)
    return ""


def bargain(quotation: Quotation, place: int, *, now: datetime) -> None:
    """This function will let the customer ask for less and us answer: sent again, accepted, or waiting."""
    deal = quotation.deal
    wish, reason = WISHES[place % len(WISHES)]
    with clock.frozen(soon_after(deal.stage_since, days=3, now=now)):
        less = quotation.net * 95 // 100 // 10_000 * 10_000
        asked = log_negotiation(quotation, by=deal.owner, request=wish, asked_name=name_of(deal), wished_amount=less)
        if place % 3 == 2:
            return
        draft = new_version(quotation, by=deal.owner, version=None)
        offer = offer_of(newest_version(draft))
        draft = save_draft(draft, with_percent_off(offer, 8 if place == 1 else 3), by=deal.owner, version=None)
        version = newest_version(draft)
        answer_negotiation(
            asked,
            by=deal.owner,
            version=None,
            answer="partly",
            answer_text="出精値引を入れた版を用意",
            reason=reason,
            led_to=version,
        )
        token = sent_or_asked(draft, deal, note="競合は国内1社。年度内の受注を見込みます。")
    if place == 0 and token:
        with clock.frozen(soon_after(deal.stage_since, days=5, now=now)):
            note_opening(token)
            accept_quotation(
                token, name=name_of(deal), agreed=True, address="203.0.113.24", note="よろしくお願いします。"
            )


def with_percent_off(offer: Offer, percent: int) -> Offer:
    """Return the offer with so many percent off in all, in round thousands."""
    off = int(offer.totals.listed * Decimal(percent) / 100) // 1_000 * 1_000
    return replace(offer, lines=(*offer.lines, Line(kind="discount", discount=off)))


def soon_after(moment: datetime, *, days: int, now: datetime) -> datetime:
    """Return a working hour some days later, never after now."""
    day = moment.astimezone(TOKYO).date() + timedelta(days=days)
    return min(max(datetime.combine(day, time(14, 10), TOKYO), moment), now)


def name_of(deal: Deal) -> str:
    return deal.person.name if deal.person else ""
