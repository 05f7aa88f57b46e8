"""The kinds of touchpoints, and what may be written into one."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import crawleruseragents
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Wheel(StrEnum):
    """Which part of the loop a touchpoint belongs to; the three colours of the pages."""

    MARKETING = "sow"
    AXLE = "axle"
    SALES = "harvest"


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    label: str | Promise
    wheel: Wheel


_ALL = [
    Kind("page_view", _("ページ閲覧"), Wheel.MARKETING),
    Kind("downloaded", _("資料ダウンロード"), Wheel.MARKETING),
    Kind("form_submitted", _("フォーム送信"), Wheel.MARKETING),
    Kind("link_clicked", _("リンクのクリック"), Wheel.MARKETING),
    Kind("variant_shown", _("A/Bテストの表示"), Wheel.MARKETING),
    Kind("event_attended", _("イベント参加"), Wheel.MARKETING),
    Kind("card_exchanged", _("名刺交換"), Wheel.MARKETING),
    Kind("survey_answered", _("アンケート回答"), Wheel.MARKETING),
    Kind("mail_sent", _("メール配信"), Wheel.MARKETING),
    Kind("mail_opened", _("メール開封"), Wheel.MARKETING),
    Kind("mail_clicked", _("メールのクリック"), Wheel.MARKETING),
    Kind("mail_bounced", _("メールの不達"), Wheel.MARKETING),
    Kind("mail_refused", _("メールの配信停止"), Wheel.MARKETING),
    Kind("consent_given", _("配信の同意"), Wheel.MARKETING),
    Kind("consent_withdrawn", _("配信の拒否"), Wheel.MARKETING),
    Kind("points_given", _("ジャーニーでの加点"), Wheel.MARKETING),
    Kind("lead_imported", _("リードの取り込み"), Wheel.MARKETING),
    Kind("stage_reached", _("段階の変化"), Wheel.AXLE),
    Kind("handoff_offered", _("引き継ぎ"), Wheel.AXLE),
    Kind("handoff_accepted", _("引き継ぎの受け取り"), Wheel.AXLE),
    Kind("handoff_sent_back", _("引き継ぎの差し戻し"), Wheel.AXLE),
    Kind("called", _("電話"), Wheel.SALES),
    Kind("visited", _("訪問"), Wheel.SALES),
    Kind("met", _("面談"), Wheel.SALES),
    Kind("mailed", _("メール"), Wheel.SALES),
    Kind("letter_sent", _("手紙・DM"), Wheel.SALES),
    Kind("noted", _("メモ"), Wheel.SALES),
    Kind("heard", _("ヒアリング"), Wheel.SALES),
    Kind("deal_opened", _("商談の開始"), Wheel.SALES),
    Kind("deal_moved", _("商談の進展"), Wheel.SALES),
    Kind("proposed", _("提案書の提出"), Wheel.SALES),
    Kind("quoted", _("見積の提出"), Wheel.SALES),
    Kind("quotation_opened", _("見積の閲覧"), Wheel.SALES),
    Kind("quotation_asked", _("見積への質問"), Wheel.SALES),
    Kind("quotation_accepted", _("見積の受諾"), Wheel.SALES),
    Kind("quotation_declined", _("見積の辞退"), Wheel.SALES),
    Kind("deal_won", _("受注"), Wheel.SALES),
    Kind("deal_lost", _("失注"), Wheel.SALES),
    Kind("contract_sent", _("契約書の送付"), Wheel.SALES),
    Kind("contract_signed", _("契約の締結"), Wheel.SALES),
    Kind("contract_declined", _("契約の辞退"), Wheel.SALES),
    Kind("contract_renewed", _("契約の更新"), Wheel.SALES),
    Kind("invoiced", _("請求書の発行"), Wheel.SALES),
    Kind("paid", _("入金"), Wheel.SALES),
    Kind("purchased", _("購入"), Wheel.SALES),
    Kind("returned", _("返品"), Wheel.SALES),
    Kind("delivered", _("納品"), Wheel.SALES),
    Kind("follow_up_started", _("アフターフォローの開始"), Wheel.SALES),
    Kind("followed_up", _("アフターフォロー"), Wheel.SALES),
    Kind("satisfaction_stated", _("満足度"), Wheel.SALES),
]
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
LIMIT_OF_PROPERTIES = 16_000
PROGRAMS = (
    "headless",
    "phantomjs",
    "python",
    "curl/",
    "wget",
    "java/",
    "go-http-client",
    "okhttp",
    "libwww",
    "axios",
    "monitor",
)


def problem_with(kind: str, properties: dict[str, Any]) -> str:
    """Return what is wrong with a touchpoint somebody wants to write, in plain English for senders; empty when fine."""
    if kind not in KINDS:
        return f"unknown kind {kind!r}"
    if not isinstance(properties, dict):
        return "properties must be an object"
    return ""


@lru_cache(maxsize=16_384)
def verdict_of(user_agent: str) -> str:
    """Return whether a person or a machine sent a hit, as its user agent tells: "human" or "machine"."""
    plain = user_agent.casefold()
    if not plain.startswith(("mozilla/", "opera/")) or any(word in plain for word in PROGRAMS):
        return "machine"
    return "machine" if crawleruseragents.is_crawler(user_agent) else "human"
