"""Decisions about sequences without a database: steps, texts, due times, what counts as an answer."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.lib.fiscal import add_business_days, is_business_day
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.activities.rules import OUTCOMES
from ryorin.sales.sequences.errors import (
    MailTextMissing,
    PlaceholderUnknown,
    StepKindUnknown,
    StepsMissing,
    StepTextTooLong,
    StepTitleMissing,
    TooManySteps,
    WaitTooLong,
)
from ryorin.sales.sequences.models import StepKind
from ryorin.workspace.members.models import LANGUAGES

MOST_STEPS = 20
LONGEST_WAIT = 250  # business days: a year
LIMITS = {"title": (_("すること"), 120), "subject": (_("メールの件名"), 160), "body": (_("文面・メモ"), 8_000)}
MOST_PEOPLE = 5_000

# What a text may name in braces, by what stands for it; English names mean the same.
PLACEHOLDERS: dict[str, str] = {
    "姓": "family_name",
    "氏名": "name",
    "会社": "company",
    "部署": "department",
    "役職": "job_title",
    "担当": "owner",
    "自社": "our_company",
    "自社電話": "our_phone",
}
ENGLISH = {
    "last name": "family_name",
    "name": "name",
    "company": "company",
    "department": "department",
    "job title": "job_title",
    "owner": "owner",
    "our company": "our_company",
    "our phone": "our_phone",
}
_BRACES = re.compile(r"\{([^{}\n]{1,30})\}")

# Why a run stopped by itself; the first ones are answers, the others reasons not to go on.
ANSWERS: dict[str, str | Promise] = {
    "form_submitted": _("フォームから送信がありました"),
    "survey_answered": _("アンケートに回答がありました"),
    "mail_answered": _("メールに返信がありました"),
    "met": _("面談しました"),
    "visited": _("訪問しました"),
    "heard": _("ヒアリングしました"),
    "deal_opened": _("商談になりました"),
    "deal_won": _("受注しました"),
}
OBSTACLES: dict[str, str | Promise] = {
    "do_not_call": _("架電禁止になりました"),
    "consent_withdrawn": _("メール配信を断られました"),
    "deal_lost": _("商談が失注しました"),
}
STOP_REASONS: dict[str, str | Promise] = {
    **ANSWERS,
    **OBSTACLES,
    "manual": pgettext_lazy("sequence", "手動で停止"),
}
WATCHED = frozenset({*ANSWERS, *OBSTACLES, "mailed"})


@dataclass(frozen=True, slots=True)
class Draft:
    """One step as somebody wrote it."""

    kind: str
    title: str
    wait_days: int = 0
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When people work: the company's hours, zone and closed days."""

    tz: str
    opens: int
    closed: Collection[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """One touchpoint of a person, as far as it may stop a sequence."""

    kind: str
    at: datetime
    properties: Mapping[str, Any]


def checked_steps(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the steps with texts trimmed; refuses what cannot be carried out, naming the step."""
    if not drafts:
        raise StepsMissing()
    if len(drafts) > MOST_STEPS:
        raise TooManySteps(limit=MOST_STEPS)
    return [_checked(draft, number) for number, draft in enumerate(drafts, start=1)]


def _checked(draft: Draft, number: int) -> Draft:
    if draft.kind not in StepKind.values:
        raise StepKindUnknown(number=number)
    if not 0 <= draft.wait_days <= LONGEST_WAIT:
        raise WaitTooLong(number=number, limit=LONGEST_WAIT)
    texts = {name: getattr(draft, name).replace("\0", "").strip() for name in ("title", "subject", "body")}
    if not texts["title"]:
        raise StepTitleMissing(number=number)
    for name, text in texts.items():
        label, limit = LIMITS[name]
        if len(text) > limit:
            raise StepTextTooLong(number=number, field=label, limit=limit)
        for placeholder in _BRACES.findall(text):
            if placeholder not in PLACEHOLDERS and placeholder not in ENGLISH:
                known = " ".join(f"{{{one}}}" for one in PLACEHOLDERS)
                raise PlaceholderUnknown(number=number, name=placeholder, known=known)
    if draft.kind == StepKind.MAIL and not (texts["subject"] and texts["body"]):
        raise MailTextMissing(number=number)
    return Draft(kind=draft.kind, wait_days=draft.wait_days, **texts)


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the text with the person's values in place, and the names of those that are not known."""
    missing: list[str] = []

    def put(match: re.Match[str]) -> str:
        name = match[1]
        key = PLACEHOLDERS.get(name) or ENGLISH.get(name)
        if key is None:
            return match[0]
        if not values.get(key):
            missing.append(name)
            return match[0]
        return values[key]

    return _BRACES.sub(put, text), list(dict.fromkeys(missing))


def due_after(at: datetime, wait_days: int, *, work: WorkingTime, away_until: date | None = None) -> datetime:
    """Return when a step is due that waits so many business days after a moment: at opening time, never before it.

    Who is away gets it on the first business day back.
    """
    zone = ZoneInfo(work.tz)
    day = at.astimezone(zone).date()
    due_on = add_business_days(day, wait_days, closed=work.closed)
    if away_until is not None and due_on <= away_until:
        due_on = add_business_days(away_until + timedelta(days=1), 0, closed=work.closed)
    opening = datetime.combine(due_on, time(work.opens), zone)
    return max(at, opening) if due_on == day else opening


def end_of_step(due_at: datetime, *, closes: int, work: WorkingTime) -> datetime:
    """Return until when the task of a step should be done: the end of that day's work, else of the next one's."""
    zone = ZoneInfo(work.tz)
    day = due_at.astimezone(zone).date()
    end = datetime.combine(day, time(), zone) + timedelta(hours=closes)
    if is_business_day(day, closed=work.closed) and due_at < end:
        return end
    day = add_business_days(day, 1, closed=work.closed)
    return datetime.combine(day, time(), zone) + timedelta(hours=closes)


def obstacle(*, do_not_call: bool, mail_refused: bool, kinds: Collection[str]) -> str:
    """Return why somebody must not go through steps of these kinds: a name in OBSTACLES, or ""."""
    if do_not_call and StepKind.CALL in kinds:
        return "do_not_call"
    if mail_refused and StepKind.MAIL in kinds:
        return "consent_withdrawn"
    return ""


def stop_reason(heard: Sequence[Heard], *, since: datetime, kinds: Collection[str], deal_id: int | None) -> str:
    """Return why a run that began at `since` stops: a name in STOP_REASONS of the first such touchpoint, or ""."""
    for one in sorted(heard, key=lambda one: one.at):
        if one.at > since and (reason := _reason(one, kinds, deal_id)):
            return reason
    return ""


def _reason(one: Heard, kinds: Collection[str], deal_id: int | None) -> str:
    if one.kind == "mailed":
        return "mail_answered" if one.properties.get("outcome") in outcomes_that_answer() else ""
    if one.kind == "visited" and one.properties.get("outcome") in outcomes_of_nobody():
        return ""
    if one.kind == "consent_withdrawn":
        return "consent_withdrawn" if StepKind.MAIL in kinds and one.properties.get("medium") in (None, "mail") else ""
    if one.kind == "deal_lost":
        return "deal_lost" if deal_id is not None and one.properties.get("deal_id") == deal_id else ""
    return one.kind if one.kind in ANSWERS else ""


@cache
def outcomes_that_answer() -> frozenset[str]:
    """Return what an answered mail is called, in every language."""
    return _in_every_language(OUTCOMES[ActivityKind.MAIL][1])


@cache
def outcomes_of_nobody() -> frozenset[str]:
    """Return what a visit at which nobody was in is called, in every language."""
    return _in_every_language(OUTCOMES[ActivityKind.VISIT][1])


def _in_every_language(label: str | Promise) -> frozenset[str]:
    found = set()
    for language, _name in LANGUAGES:
        with translation.override(language):
            found.add(str(label))
    return frozenset(found)


# What a company may begin with: name, aim, steps. They are copied into rows that people then change.
SAMPLES: tuple[tuple[str, str, tuple[Draft, ...]], ...] = (
    (
        "展示会フォロー",
        "名刺交換から2週間以内に、面談の約束につなげる",
        (
            Draft(
                kind=StepKind.MAIL,
                title="お礼のメールを送る",
                subject="ご来場のお礼（{自社}）",
                body="{会社}\n{氏名}\n\n先日は弊社ブースにお立ち寄りいただき、ありがとうございました。\n"
                "{自社}の{担当}です。\n\nご覧いただいた製品の資料をお送りします。"
                "ご不明な点がございましたら、このメールにご返信ください。\n\n{自社}\n{担当}\n{自社電話}",
            ),
            Draft(
                kind=StepKind.CALL,
                title="資料の感想を電話で伺う",
                wait_days=2,
                body="資料は届いているか。いちばん気になった点。現在の課題。面談の候補日を2つ用意しておく。",
            ),
            Draft(
                kind=StepKind.MAIL,
                title="導入事例を送る",
                wait_days=3,
                subject="導入事例のご紹介（{自社}）",
                body="{会社}\n{氏名}\n\nお世話になっております。{自社}の{担当}です。\n\n"
                "貴社と近い業種の導入事例をお送りします。30分ほどで要点をご説明できますので、"
                "ご都合のよい日時をお知らせいただけますと幸いです。\n\n{自社}\n{担当}",
            ),
            Draft(kind=StepKind.CALL, title="面談の日程を電話で相談する", wait_days=4),
        ),
    ),
    (
        "しばらくご無沙汰の顧客",
        "半年以上お話ししていない顧客と、近況をもう一度話す",
        (
            Draft(
                kind=StepKind.CALL, title="近況を電話で伺う", body="前回の導入後の様子。設備の更新予定。担当者の変更。"
            ),
            Draft(
                kind=StepKind.LETTER,
                title="新しいカタログを手紙と一緒に送る",
                wait_days=1,
                body="{会社}\n{氏名}\n\nご無沙汰しております。{自社}の{担当}です。\n新しいカタログができましたのでお届けします。",
            ),
            Draft(kind=StepKind.CALL, title="カタログの到着を電話で確かめる", wait_days=5),
            Draft(kind=StepKind.TASK, title="訪問するか、見送るかを決める", wait_days=5),
        ),
    ),
)
