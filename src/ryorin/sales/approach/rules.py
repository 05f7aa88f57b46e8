"""Decisions about lists without a database: who is left out, who comes first, when to try again, what is said."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from ryorin.customers.people.models import CallHours
from ryorin.lib.fiscal import add_business_hours
from ryorin.sales.approach.errors import WhenMissing, WhenPast
from ryorin.sales.approach.models import Method, TargetState, Then, WhyOut

MOST_TARGETS = 200_000
MOST_OUTCOMES = 9
HOLD = timedelta(minutes=15)
LONGEST_SILENCE = 99_999  # days since the last contact are counted up to here; never is as long ago as that
FARTHEST = timedelta(days=730)

# What a fresh installation starts with; from then on these are rows that people rename on the settings page.
FIRST_OUTCOMES: tuple[tuple[Method, str, Then, bool], ...] = (
    (Method.CALL, "接続", Then.DONE, True),
    (Method.CALL, "不在", Then.RETRY, False),
    (Method.CALL, "担当不在", Then.RETRY, False),
    (Method.CALL, "アポ獲得", Then.APPOINTMENT, True),
    (Method.CALL, "資料送付", Then.MATERIAL, True),
    (Method.CALL, "折り返し約束", Then.CALLBACK, True),
    (Method.CALL, "拒否", Then.FORBID, True),
    (Method.CALL, "番号違い", Then.WRONG_NUMBER, False),
    (Method.VISIT, "面談できた", Then.DONE, True),
    (Method.VISIT, "不在", Then.RETRY, False),
    (Method.VISIT, "再訪の約束", Then.APPOINTMENT, True),
    (Method.VISIT, "資料を渡した", Then.DONE, True),
    (Method.VISIT, "断られた", Then.DONE, True),
)

# What a script may name of the person it is read to, written in braces; in Japanese or in English.
WORDS = {
    "姓": "family name",
    "氏名": "name",
    "会社名": "company",
    "部署": "department",
    "役職": "title",
    "自社名": "our company",
    "担当者": "caller",
    "商品": "goods",
    "目的": "purpose",
}
_WORD = re.compile(r"[{｛]\s*([^{}｛｝]{1,20}?)\s*[}｝]")


@dataclass(frozen=True, slots=True)
class Known:
    """What decides whether somebody is approached."""

    do_not_call: bool = False
    refuses_post: bool = False
    has_number: bool = True
    has_address: bool = True
    has_open_deal: bool = False
    last_contact_on: date | None = None


def why_out(known: Known, *, method: str, quiet_days: int, skips_open_deals: bool, today: date) -> str:
    """Return why somebody is left out of a list; "" for nobody's reason: they are approached."""
    if method == Method.CALL and known.do_not_call:
        return WhyOut.DO_NOT_CALL
    if method == Method.LETTER and known.refuses_post:
        return WhyOut.NO_POST
    if method == Method.CALL and not known.has_number:
        return WhyOut.NO_NUMBER
    if method in (Method.VISIT, Method.LETTER) and not known.has_address:
        return WhyOut.NO_ADDRESS
    if skips_open_deals and known.has_open_deal:
        return WhyOut.OPEN_DEAL
    if quiet_days and known.last_contact_on and (today - known.last_contact_on).days < quiet_days:
        return WhyOut.RECENT
    return ""


def priority_of(score: int, last_contact_on: date | None, *, today: date) -> int:
    """Return a number that puts the higher score first, and of equal scores the one not spoken to for longest."""
    silent = LONGEST_SILENCE if last_contact_on is None else (today - last_contact_on).days
    return score * (LONGEST_SILENCE + 1) + min(max(silent, 0), LONGEST_SILENCE)


def hours_at(hour: int) -> tuple[str, ...]:
    """Return the preferences under which somebody may be called in this hour of the day; no preference is always."""
    return ("", *(wish.value for wish in CallHours if hour in wish.hours))


@dataclass(frozen=True, slots=True)
class Next:
    """Where somebody stands on the list after an attempt."""

    state: TargetState
    due_at: datetime | None = None


def after_attempt(
    then: str,
    *,
    attempts: int,
    limit: int,
    hours: int,
    again_at: datetime | None,
    now: datetime,
    opens: int = 9,
    closes: int = 18,
    tz: str = "Asia/Tokyo",
    closed: Collection[date] = frozenset(),
) -> Next:
    """Return what follows from an outcome; after the last attempt allowed nobody is tried again without a promise."""
    if then == Then.CALLBACK:
        return Next(TargetState.LATER, checked_future(again_at, now=now))
    if then == Then.RETRY and again_at is not None:
        return Next(TargetState.LATER, checked_future(again_at, now=now))
    if then == Then.RETRY and attempts < limit:
        return Next(
            TargetState.LATER,
            add_business_hours(now, max(hours, 0), opens=opens, closes=closes, tz=tz, closed=closed),
        )
    return Next(TargetState.DONE)


def checked_future(at: datetime | None, *, now: datetime) -> datetime:
    """Return a moment to come, within two years; refuses none, and one that is past."""
    if at is None:
        raise WhenMissing()
    if not now < at < now + FARTHEST:
        raise WhenPast()
    return at


def filled(script: str, words: Mapping[str, str]) -> str:
    """Return the script with what stands in braces filled in; what is unknown or empty stays as it is written."""
    return _WORD.sub(lambda match: words.get(match[1]) or match[0], script)


def opening_of(*, company: str, caller: str, goods: str, purpose: str) -> list[tuple[str, str]]:
    """Return what a consumer must be told before anything else: company, caller, goods, and that it is a sales call.

    Act on Specified Commercial Transactions, article 16; after a refusal nobody may call again (article 17).
    """
    return [
        (_("会社名"), company),
        (_("かけている人"), caller),
        (_("商品・サービス"), goods or _("（リストの設定で入力してください）")),
        (_("電話の目的"), purpose or _("ご契約のおすすめ（勧誘）のためのお電話です。")),
    ]


def first_script() -> str:
    """Return the script a new list begins with."""
    return _(
        "お世話になっております。{自社名}の{担当者}と申します。\n"
        "{会社名} {部署}の{氏名}様はいらっしゃいますでしょうか。\n\n"
        "本日は{商品}のご案内でお電話いたしました。いま1分ほどよろしいでしょうか。"
    )
