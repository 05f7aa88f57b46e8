"""What marketing planned for three years: campaigns with their costs, links and forms, and how much each brings."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from ryorin.demo.staff import Staff
from ryorin.marketing.campaigns.actions import add_link, create_campaign
from ryorin.marketing.campaigns.actions.bulk import record_costs
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.pages.models import Form

CONSENT = (
    "ご入力いただいた個人情報は、お問い合わせへの対応と製品・サービスのご案内に利用します。"
    "第三者に提供することはありません。ご案内はいつでも停止できます。"
)
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "company", "label": "会社名", "type": "text", "required": True, "maps_to": "company_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
    {"name": "phone", "label": "電話番号", "type": "phone", "maps_to": "phone"},
    {"name": "topic", "label": "ご関心", "type": "checkboxes", "choices": ["画像検査", "三次元測定", "校正", "短納期"]},
    {"name": "when", "label": "導入時期", "type": "select", "choices": ["3か月以内", "半年以内", "1年以内", "未定"]},
    {"name": "news", "label": "案内メールを受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]


@dataclass(frozen=True)
class Effort:
    """One campaign in the plan: how strongly it draws people, and how ready those are."""

    campaign: Campaign | None
    channel: str
    start: date
    end: date
    pull: float
    warmth: float
    by_form: bool
    codes: tuple[str, ...] = ()  # of its creatives on their media, as utm_content


Spent = list[tuple[int, date, int]]  # campaign, day, yen


def plan_campaigns(staff: Staff, dice: random.Random, *, start: date, today: date) -> tuple[list[Effort], Spent]:
    """This function will plan the campaigns; returned are their efforts, and what media take each day until `today`."""
    efforts = [
        Effort(None, "organic", start, today, 26, 0.0, True),
        Effort(None, "direct", start, today, 7, 0.05, True),
    ]
    costs: list[tuple[int, date, str, int, str]] = []
    on_media: Spent = []
    mei = staff.members["mei"]

    def add(name: str, code: str, channel: str, first: date, last: date, *, pull: float, warmth: float, a_day: int,
            once: int = 0, by_form: bool = True) -> None:  # fmt: skip
        if first > today:
            return
        days = (last - first).days + 1
        budget = round((a_day * days + once) * 1.05, -4)
        campaign = create_campaign(
            by=mei, name=name, code=code, channel=channel, starts_on=first, ends_on=last, budget=int(budget)
        )
        efforts.append(Effort(campaign, channel, first, min(last, today), pull, warmth, by_form))
        if once:
            costs.append((campaign.pk, first, "出展・制作", once, ""))
        for offset in range((min(last, today) - first).days + 1):
            if a_day:
                spent = round(a_day * dice.uniform(0.8, 1.2), -2)
                on_media.append((campaign.pk, first + timedelta(days=offset), int(spent)))
        add_link(campaign, label="紹介ページ", target=f"https://www.meiwa.example/{code}", by=mei)

    year = start.year if start.month >= 4 else start.year - 1
    while date(year, 4, 1) <= today:
        april, march = date(year, 4, 1), date(year + 1, 3, 31)
        first = max(april, start)
        grown = 1 + 0.12 * (year - start.year)
        add(f"検索広告 {year}年度", f"search-{year}", "search", first, march, pull=20 * grown, warmth=0.1, a_day=15_000)
        add(f"SNS広告 {year}年度", f"social-{year}", "social", first, march, pull=11 * grown, warmth=-0.12, a_day=6_000)
        for name, code, channel, month, day, length, pull, warmth, once in (
            ("春の検査技術展（名古屋）", "fair-spring", "event", 5, 20, 3, 26, 0.18, 1_400_000),
            ("ものづくりフェア（幕張）", "fair-autumn", "event", 9, 17, 3, 34, 0.2, 1_900_000),
            ("品質保証ウェビナー 夏", "webinar-summer", "event", 7, 10, 4, 11, 0.1, 120_000),
            ("秋の計測展（大阪）", "fair-osaka", "event", 11, 18, 3, 24, 0.22, 1_100_000),
            ("校正ウェビナー 冬", "webinar-winter", "event", 2, 5, 4, 9, 0.08, 120_000),
            ("専門誌広告", "magazine", "print", 10, 1, 45, 7, 0.0, 600_000),
            ("お客さま紹介キャンペーン", "referral", "referral", 6, 1, 60, 8, 0.3, 150_000),
            ("冬の総合カタログ", "catalogue", "print", 12, 1, 50, 9, 0.05, 480_000),
        ):
            place = date(year if month >= 4 else year + 1, month, day)
            if place >= start:
                add(f"{name} {place.year}", f"{code}-{place.year}", channel, place, place + timedelta(days=length - 1),
                    pull=pull * grown, warmth=warmth, a_day=0, once=once, by_form=channel != "event")  # fmt: skip
        year += 1
    for begin in range(0, len(costs), 1000):
        record_costs(costs[begin : begin + 1000], by=mei)
    return efforts, on_media


def publish_forms(staff: Staff) -> list[Form]:
    """This function will publish the forms of the web site."""
    mei = staff.members["mei"]
    forms = []
    for name, slug, title in (
        ("資料請求", "catalogue", "総合カタログをお送りします"),
        ("お問い合わせ", "contact", "検査・測定のご相談"),
        ("デモのお申し込み", "demo", "実機デモのお申し込み"),
    ):
        form = create_form(
            by=mei, name=name, slug=slug, title=title, fields=QUESTIONS, consent_text=CONSENT,
            intro="1〜2営業日以内に担当者からご連絡します。",
            thank_you="ありがとうございました。担当者からご連絡します。",
        )  # fmt: skip
        forms.append(publish_form(form, by=mei))
    return forms
