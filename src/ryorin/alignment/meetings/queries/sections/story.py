"""How a customer came to buy, or not: three to six sentences with dates, computed from the timeline."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.models import Handoff, HandoffState
from ryorin.alignment.meetings.queries.sections.base import Data, money_in_words, percent, value_in_words
from ryorin.alignment.meetings.rules.views import Point, Ref
from ryorin.customers.timeline.rules import KINDS, Wheel
from ryorin.insight.lake.queries import history_of_person
from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.campaigns.queries import names
from ryorin.sales.deals.models import Deal, DealState
from ryorin.workspace.organisation.queries import current

READ_BACK = 400  # touchpoints before the end; an older beginning is told by the person's own source
TOLD_KINDS = 3
EFFORT = ("called", "visited", "met", "mailed", "letter_sent", "heard", "proposed", "quoted")


def story_of(deal: Deal) -> Data:
    """Return the bare facts of how the deal went: days, kinds of contact and how often, who handed over to whom."""
    entries = history_of_person(deal.person_id, limit=READ_BACK) if deal.person_id else []
    entries = [entry for entry in entries if deal.closed_at is None or entry.at <= deal.closed_at]
    before = [entry for entry in entries if entry.at < deal.opened_at and wheel_of(entry.kind) == Wheel.MARKETING]
    sold = [entry for entry in entries if entry.at >= deal.opened_at and entry.kind in EFFORT]
    reached_back = len(entries) < READ_BACK
    first = min((entry.at for entry in before), default=None) if reached_back else None
    campaign = deal.source_campaign_id
    return {
        "first": day_of(first),
        "channel": deal.source_channel,
        "campaign": names([campaign]).get(campaign, "") if campaign else "",
        "campaign_id": campaign,
        "before": Counter(entry.kind for entry in before).most_common(TOLD_KINDS),
        "before_last": day_of(max((entry.at for entry in before), default=None)),
        "handoff": handoff_of(deal),
        "opened": day_of(deal.opened_at),
        "sold": Counter(entry.kind for entry in sold).most_common(TOLD_KINDS),
        "sold_last": day_of(max((entry.at for entry in sold), default=None)),
        "closed": day_of(deal.closed_at),
    }


def handoff_of(deal: Deal) -> Data | None:
    """Return how marketing gave the lead to sales, and how often it had come back before."""
    if deal.person_id is None:
        return None
    rows = list(Handoff.objects.filter(person_id=deal.person_id, offered_at__lte=deal.closed_at).order_by("offered_at"))
    accepted = [row for row in rows if row.state == HandoffState.ACCEPTED]
    if not accepted:
        return None
    last = next((row for row in accepted if row.deal_id == deal.pk), accepted[-1])
    back = sum(row.state == HandoffState.SENT_BACK and row.offered_at < last.offered_at for row in rows)
    return {
        "id": last.pk,
        "day": day_of(last.answered_at),
        "hours": last.answer_hours,
        "score": last.score,
        "back": back,
    }


def told_story(data: Data) -> list[Point]:
    """Return the story in the reader's words, in order of time."""
    story = data["story"]
    told = [first_contact(story), warming(story), handing_over(story), opening(data), selling(story), ending(data)]
    return [point for point in told if point is not None]


def first_contact(story: Data) -> Point | None:
    channel = str(dict(Channel.choices).get(story["channel"], story["channel"]))
    if not channel and not story["first"]:
        return None
    said = {"channel": channel or _("チャネル不明"), "campaign": story["campaign"]}
    ref = Ref("campaign", story["campaign_id"]) if story["campaign_id"] and story["campaign"] else None
    text = (
        _("%(channel)s「%(campaign)s」で最初の接点ができました。")
        if story["campaign"]
        else _("%(channel)sで最初の接点ができました。")
    )
    return Point(text % said, read(story["first"]), ref)


def warming(story: Data) -> Point | None:
    if not story["before"]:
        return None
    return Point(
        _("商談の前に、%(counts)sがありました。") % {"counts": counts_of(story["before"])}, read(story["before_last"])
    )


def handing_over(story: Data) -> Point | None:
    found = story["handoff"]
    if found is None:
        return None
    said: dict[str, Any] = {
        "score": found["score"],
        "back": found["back"],
        "hours": value_in_words("hours", found["hours"]),
    }
    if found["back"]:
        text = _("%(back)s回差し戻されたあと、スコア%(score)sで営業が受け取りました。") % said
    elif found["hours"] is not None:
        text = _("スコア%(score)sで引き継ぎ、営業が%(hours)s（営業時間）で受け取りました。") % said
    else:
        text = _("スコア%(score)sで引き継ぎ、営業が受け取りました。") % said
    return Point(text, read(found["day"]), Ref("handoff", found["id"]))


def opening(data: Data) -> Point:
    return Point(_("商談を始めました。"), read(data["story"]["opened"]), Ref("deal", data["deal"]))


def selling(story: Data) -> Point | None:
    if not story["sold"]:
        return Point(_("商談中の活動の記録はありません。"))
    return Point(
        _("商談中に、%(counts)sを行いました。") % {"counts": counts_of(story["sold"])}, read(story["sold_last"])
    )


def ending(data: Data) -> Point:
    day = read(data["story"]["closed"])
    if data["state"] == DealState.WON:
        said = {"days": data["days"], "amount": money_in_words(data["amount"])}
        return Point(_("商談の開始から%(days)s日で受注しました（%(amount)s）。") % said, day)
    lost = {"stage": data["stage"], "reason": data["reason"] or _("理由なし")}
    return Point(_("「%(stage)s」まで進み、「%(reason)s」で失注しました。") % lost, day)


def counts_of(counted: list[Any]) -> str:
    """Return kinds of contact with how often: "電話3回、訪問1回"."""
    parts = [
        _("%(kind)s%(times)s回") % {"kind": KINDS[kind].label, "times": times}
        for kind, times in counted
        if kind in KINDS
    ]
    return _("、").join(parts)


def because(picked: Data, *, won: bool, stage: str) -> str:
    """Return why this deal was picked, with the number that says so."""
    value, usual, of = picked["value"], picked["usual"], picked["of"]
    match picked["because"]:
        case "largest":
            said = {"of": of, "amount": money_in_words(round(value)), "usual": money_in_words(round(usual or 0))}
            if won:
                return _("受注%(of)s件のうち、金額が最大です（中央値%(usual)s）。") % said
            return _("失注%(of)s件のうち、金額が最大です（中央値%(usual)s）。") % said
        case "fastest":
            days = {"days": round(value), "usual": round(usual or 0)}
            return _("最も早く決まりました。%(days)s日（中央値%(usual)s日）。") % days
        case "new_channel":
            return _("過去1年に受注のなかったチャネルからの受注です。")
        case "late":
            return _("最も先のステージ（%(stage)s、全体の%(share)s）まで進んでからの失注です。") % {
                "stage": stage,
                "share": percent(value),
            }
        case _:
            return _("最も手をかけた失注です。活動%(count)s回。") % {"count": round(value)}


def wheel_of(kind: str) -> Wheel | None:
    return KINDS[kind].wheel if kind in KINDS else None


def day_of(moment: datetime | None) -> str | None:
    """Return the day of a moment in the company's time zone."""
    return moment.astimezone(ZoneInfo(current().time_zone)).date().isoformat() if moment else None


def read(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
