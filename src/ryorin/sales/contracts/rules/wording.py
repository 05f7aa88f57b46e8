"""Clauses with placeholders, filled from what the contract says; versions compared."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")
MOST_CLAUSES, LONGEST_BODY, LONGEST_HEADING = 60, 5_000, 80

# What can stand between {{ }}, in Japanese and in English templates alike, and what it means.
NAMES: dict[str, tuple[str, str, str | Promise]] = {
    "customer": ("お客様名", "customer", _("相手先の名前")),
    "company": ("自社名", "company", _("自社の名前")),
    "deal": ("件名", "subject", _("契約の件名")),
    "gross": ("税込金額", "total", _("税込の金額")),
    "net": ("税抜金額", "net", _("税抜の金額")),
    "tax": ("消費税額", "tax", _("消費税の額")),
    "period": ("請求単位", "period", _("月額・年額")),
    "starts_on": ("開始日", "start", _("契約の開始日")),
    "ends_on": ("満了日", "end", _("契約の満了日")),
    "renewal": ("更新期間", "renewal", _("更新の期間")),
    "notice": ("通知期限", "notice", _("解約通知の期限（日数）")),
    "payment_terms": ("支払条件", "payment", _("支払条件")),
    "delivery": ("納期", "delivery", _("納期")),
    "delivery_place": ("納入場所", "place", _("納入場所")),
}
KEYS = {name: key for key, (ja, en, _what) in NAMES.items() for name in (ja, en)}


@dataclass(frozen=True, slots=True)
class Clause:
    heading: str
    body: str

    def as_json(self) -> dict[str, str]:
        return {"heading": self.heading, "body": self.body}


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause in two versions: `how` is same, changed, added or removed; the parts mark what differs."""

    how: str
    heading: str
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()


def clauses_in(kept: Iterable[Mapping[str, str]]) -> list[Clause]:
    """Return the clauses that a row keeps."""
    return [Clause(str(one.get("heading", "")), str(one.get("body", ""))) for one in kept]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return the text with placeholders filled; what is unknown or empty stays as it stands."""
    return PLACEHOLDER.sub(lambda match: facts.get(KEYS.get(match[1], ""), "") or match[0], text)


def unknown_in(text: str) -> list[str]:
    """Return the placeholders that mean nothing."""
    return [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name not in KEYS]


def missing_in(text: str, facts: Mapping[str, str]) -> list[str]:
    """Return the placeholders for which the contract says nothing yet."""
    names = dict.fromkeys(PLACEHOLDER.findall(text))
    return [name for name in names if name in KEYS and not facts.get(KEYS[name])]


def compared(before: list[Clause], after: list[Clause]) -> list[Difference]:
    """Return the clauses of two versions side by side with what differs marked."""
    found = []
    old, new = [one.heading for one in before], [one.heading for one in after]
    for how, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if how == "equal":
            found += [_difference(x, y) for x, y in zip(before[a:b], after[c:d], strict=True)]
            continue
        found += [Difference("removed", one.heading, before=(("", one.body),)) for one in before[a:b]]
        found += [Difference("added", one.heading, after=(("", one.body),)) for one in after[c:d]]
    return found


def _difference(before: Clause, after: Clause) -> Difference:
    if before.body == after.body:
        return Difference("same", after.heading, (("", before.body),), (("", after.body),))
    olds: list[tuple[str, str]] = []
    news: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(a=before.body, b=after.body, autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        mark = "" if how == "equal" else "changed"
        olds += [(mark, before.body[a:b])] if b > a else []
        news += [(mark, after.body[c:d])] if d > c else []
    return Difference("changed", after.heading, tuple(olds), tuple(news))
