"""Segments of the demo company, followed week by week through the last two months."""

from datetime import datetime, timedelta
from typing import Any

from ryorin.customers.segments.models import Segment
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.personas.actions import change_persona, create_persona, refresh_personas
from ryorin.marketing.personas.queries import quotes_for
from ryorin.marketing.segments.actions import create_segment, follow_changes
from ryorin.workspace.audit import actions as audit

WEEKS = 8
EARLY = {"field": "stage", "op": "in", "value": ["visitor", "lead", "qualified"]}
BUYERS = {"field": "stage", "op": "in", "value": ["customer", "repeat"]}
PRICES = {"field": "url", "op": "contains", "value": "/pricing"}
HEADS = {
    "any": [{"field": "job_title", "op": "contains", "value": title} for title in ("部長", "課長", "社長", "工場長")]
}
SEGMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "料金ページを見た見込み客": (
        "営業に渡す前の集中フォロー",
        {"all": [EARLY, {"did": "page_view", "times": {"gte": 1}, "within_days": 30, "where": PRICES}]},
    ),
    "決裁に近い役職の見込み客": ("導入事例の案内", {"all": [EARLY, HEADS]}),
    "資料を請求した人": (
        "資料請求フォロー",
        {"all": [{"did": "form_submitted", "times": {"gte": 1}, "within_days": 90}]},
    ),
    "展示会で会った人": ("展示会のお礼", {"all": [{"did": "event_attended", "times": {"gte": 1}, "within_days": 365}]}),
    "購入したお客様": ("保守と消耗品の案内", {"all": [BUYERS]}),
    "動きのない見込み客": (
        "掘り起こし",
        {
            "all": [
                EARLY,
                *({"did": kind, "times": {"eq": 0}, "within_days": 90} for kind in ("page_view", "mail_clicked")),
            ]
        },
    ),
    "首都圏の見込み客": (
        "東京の体験会",
        {"all": [EARLY, {"field": "prefecture", "op": "in", "value": ["11", "12", "13", "14"]}]},
    ),
}

PERSONAS: dict[str, tuple[str, str, dict[str, str]]] = {
    "決裁に近い役職の見込み客": (
        "決める人・高橋部長",
        "製造部門の責任者。投資の根拠を探している",
        {
            "who": "現場を知る50代。数字で上に説明できる材料を求めている。",
            "asks": "「何年で元が取れるか」を最初に聞かれる。導入事例と回収年数の表を用意する。",
        },
    ),
    "資料を請求した人": (
        "調べる人・田口さん",
        "設備の比較を任された担当者",
        {"reads": "製品ページより先に事例を読む。メールは朝の通勤中。"},
    ),
    "購入したお客様": (
        "使う人・大野課長",
        "装置を毎日使うお客様",
        {"contacts": "困ったときはまず電話。定期の連絡を喜ばれる。"},
    ),
}


def group_people(staff: Staff, *, now: datetime) -> None:
    """This function will make the segments two months ago and follow them to today."""
    mei = staff.members["mei"]
    with audit.together():
        with clock.frozen(now - timedelta(weeks=WEEKS)):
            made = [
                create_segment(by=mei, name=name, purpose=purpose, condition=condition)
                for name, (purpose, condition) in SEGMENTS.items()
            ]
            combine(made, mei)
        for weeks in (WEEKS, 3):
            with clock.frozen(now - timedelta(weeks=weeks)):
                follow_changes()
    follow_changes()


def combine(made: list[Segment], mei: Any) -> None:
    """This function will make a segment of one less another."""
    prices, _heads, asked, *_others = made
    condition = {"all": [{"segment": prices.pk, "in": True}, {"segment": asked.pk, "in": False}]}
    create_segment(by=mei, name="料金を見たが資料請求はまだの人", purpose="資料請求の案内メール", condition=condition)


def draw_personas(staff: Staff, *, now: datetime) -> None:
    """This function will draw three portraits a month ago, as people agreed on them, and compute them again today."""
    mei = staff.members["mei"]
    for segment, (name, role, words) in PERSONAS.items():
        with clock.frozen(now - timedelta(weeks=4)):
            persona = create_persona(Segment.objects.get(name=segment), by=mei, name=name, role=role)
        quote = quotes_for(persona, mei).first()
        change_persona(persona, by=mei, version=None, name=name, role=role, owner=mei, words=words, quote=quote)
    refresh_personas()
