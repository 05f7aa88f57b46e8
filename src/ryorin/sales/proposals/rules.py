"""What a proposal may say, the templates one begins with, and how typed text becomes a page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ryorin.sales.proposals.errors import SectionsRefused
from ryorin.sales.proposals.models import SectionKind

MOST_SECTIONS = 30
LONGEST_TITLE, LONGEST_TEXT = 80, 8_000
BARS = ("｜", "|", "\t")
MONTHS_OF_A_YEAR = 12

KNOWN_TEMPLATES: dict[str, tuple[str, tuple[tuple[SectionKind, str, str], ...]]] = {
    "ja": (
        "標準の提案書",
        (
            (
                SectionKind.TEXT,
                "はじめに",
                "平素より格別のお引き立てを賜り、誠にありがとうございます。\n"
                "お伺いした内容をもとに、{会社名}の課題を解決するためのご提案をまとめました。"
                "ご検討のほど、よろしくお願い申し上げます。",
            ),
            (SectionKind.PROBLEM, "現状と課題", ""),
            (SectionKind.SOLUTION, "ご提案内容", ""),
            (SectionKind.EFFECT, "期待できる効果", ""),
            (SectionKind.PRICES, "構成と金額", ""),
            (
                SectionKind.SCHEDULE,
                "導入スケジュール",
                "ご契約｜ご発注をいただいた日\n準備・設定｜ご契約から2週間\n"
                "導入・操作説明｜準備の完了から1週間\n稼働後の確認｜稼働から1か月後",
            ),
            (SectionKind.TEAM, "体制", ""),
            (SectionKind.REFERENCES, "導入実績", ""),
            (SectionKind.TERMS, "条件", ""),
        ),
    ),
    "en": (
        "Standard proposal",
        (
            (
                SectionKind.TEXT,
                "Introduction",
                "Thank you for taking the time to tell us about your business.\n"
                "This proposal shows how {自社名} can help {会社名}.",
            ),
            (SectionKind.PROBLEM, "Your situation", ""),
            (SectionKind.SOLUTION, "What we propose", ""),
            (SectionKind.EFFECT, "What you gain", ""),
            (SectionKind.PRICES, "Scope and price", ""),
            (
                SectionKind.SCHEDULE,
                "Schedule",
                "Contract｜On the day of your order\nPreparation｜Two weeks from the order\n"
                "Installation and training｜One week\nReview｜One month after start",
            ),
            (SectionKind.TEAM, "Your team", ""),
            (SectionKind.REFERENCES, "References", ""),
            (SectionKind.TERMS, "Terms", ""),
        ),
    ),
}


def checked_sections(given: Iterable[Mapping[str, Any]], *, with_switch: bool = True) -> list[dict[str, Any]]:
    """Return the sections as they are kept; refuse unknown kinds, missing titles and texts that are too long."""
    sections = []
    for section in given:
        title, text = " ".join(_plain(section.get("title")).split()), _plain(section.get("text")).strip()
        if section.get("kind") not in SectionKind.values:
            raise SectionsRefused(problem=_("項目の種類を選んでください。"))
        if not 0 < len(title) <= LONGEST_TITLE:
            raise SectionsRefused(
                problem=_("項目の見出しは1〜%(most)s字で入力してください。") % {"most": LONGEST_TITLE}
            )
        if len(text) > LONGEST_TEXT:
            shown = {"title": title, "most": LONGEST_TEXT}
            raise SectionsRefused(problem=_("「%(title)s」の文章は%(most)s字までです。") % shown)
        kept = {"kind": str(section["kind"]), "title": title, "text": text}
        sections.append(kept | {"is_on": bool(section.get("is_on", True))} if with_switch else kept)
    if len(sections) > MOST_SECTIONS:
        raise SectionsRefused(problem=_("項目は%(most)s個までです。") % {"most": MOST_SECTIONS})
    return sections


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return the text with {会社名} and the like replaced by who it is about."""
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Return typed text as blocks: runs of lines "left｜right" are tables, everything else prose."""
    blocks: list[dict[str, Any]] = []
    for line in text.split("\n"):
        bar = next((bar for bar in BARS if bar in line), "")
        if bar:
            left, right = (part.strip() for part in line.split(bar, 1))
            if not blocks or "rows" not in blocks[-1]:
                blocks.append({"rows": []})
            blocks[-1]["rows"].append([left, right])
        else:
            if not blocks or "prose" not in blocks[-1]:
                blocks.append({"prose": []})
            blocks[-1]["prose"].append(line)
    found = [
        block | {"prose": "\n".join(block["prose"]).strip("\n")} if "prose" in block else block for block in blocks
    ]
    return [block for block in found if block.get("rows") or block.get("prose")]


def months_to_pay_back(price: int, loss_a_year: int) -> int | None:
    """Return after how many months what the problem costs has reached the price, rounded up; None where never."""
    if price <= 0 or loss_a_year <= 0:
        return None
    return -(-price * MONTHS_OF_A_YEAR // loss_a_year)


def moved_apart(parts: Sequence[str]) -> str:
    """Return the parts that say something, an empty line between them."""
    return "\n\n".join(part for part in parts if part.strip())


def _plain(text: object) -> str:
    given = str(text if text is not None else "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if letter.isprintable() or letter in "\n\t\u3000" else " " for letter in given)
