"""The ready parts of a landing page, and the pages that are put together from them to start with."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True)
class Block:
    """One part: its template in marketing/blocks, its name, where it is filed, and what it looks like (see drawn)."""

    name: str
    label: str | Promise
    group: str | Promise
    drawing: str


@dataclass(frozen=True)
class Starter:
    """A page to start from: the parts it has, in order."""

    name: str
    label: str | Promise
    text: str | Promise
    blocks: tuple[str, ...]


FIRST, BODY, ACTION, SMALL = lazy("はじめに見える部分"), lazy("内容"), lazy("申し込み"), lazy("小さな部品")
BLOCKS = (
    Block("hero", lazy("メイン（画像つき）"), FIRST, "M6 10h26M6 16h20;+6 24 16 8;-42 6 24 28"),
    Block("hero_centre", lazy("メイン（中央）"), FIRST, "M16 10h40M24 16h24;+28 24 16 8"),
    Block("problem", lazy("お困りごと"), BODY, "-6 5 60 8;-6 16 60 8;-6 27 60 8"),
    Block("benefits", lazy("特長（3つ）"), BODY, "+6 8 17 24;+28 8 17 24;+50 8 17 24"),
    Block("picture_text", lazy("画像と文章"), BODY, "+6 6 26 28;M40 12h26M40 19h26M40 26h18"),
    Block(
        "steps",
        lazy("ご利用の流れ"),
        BODY,
        "+8 8 12 12;+30 8 12 12;+52 8 12 12;M20 14h10M42 14h10M8 28h12M30 28h12M52 28h12",
    ),
    Block("voices", lazy("お客さまの声"), BODY, "-6 6 28 20;-40 6 28 20;M12 26l-2 8 8-8M46 26l-2 8 8-8"),
    Block("prices", lazy("料金表"), BODY, "-6 9 17 24;+28 5 17 30;-50 9 17 24"),
    Block("faq", lazy("よくあるご質問"), BODY, "M6 9h52M6 20h52M6 31h52M62 7l4 4 4-4M62 18l4 4 4-4M62 29l4 4 4-4"),
    Block("outline", lazy("開催概要"), BODY, "M6 8h14M28 8h38M6 20h14M28 20h38M6 32h14M28 32h30"),
    Block("company", lazy("会社案内"), BODY, "-8 8 20 26;M13 14h4M19 14h4M13 21h4M19 21h4M36 12h30M36 20h30M36 28h20"),
    Block("text", lazy("見出しと文章"), BODY, "M6 9h30M6 10h30;M6 19h60M6 26h60M6 33h40"),
    Block("form", lazy("フォーム"), ACTION, "-12 4 48 8;-12 16 48 8;+12 28 48 8"),
    Block("download", lazy("資料ダウンロード"), ACTION, "+6 5 22 30;-38 6 28 8;-38 17 28 8;+38 28 28 7"),
    Block("cta", lazy("申し込みの帯"), ACTION, "+2 6 68 28;M20 15h32;-28 21 16 8"),
    Block("button", lazy("ボタン"), SMALL, "+16 12 40 16"),
    Block("picture", lazy("画像"), SMALL, "-14 5 44 30;M14 30l14-14 12 12 6-6 12 12"),
    Block("paragraph", lazy("段落"), SMALL, "M6 10h60M6 18h60M6 26h40"),
)
STARTERS = (
    Starter(
        "request",
        lazy("資料請求"),
        lazy("課題から特長、事例へと読み進めて、資料を請求していただくページ"),
        ("hero", "problem", "benefits", "voices", "faq", "form"),
    ),
    Starter(
        "seminar",
        lazy("セミナー案内"),
        lazy("日時と内容を伝え、申し込みを受け付けるページ"),
        ("hero_centre", "problem", "outline", "faq", "form"),
    ),
    Starter(
        "product",
        lazy("商品紹介"),
        lazy("特長・料金・利用の流れをまとめて紹介するページ"),
        ("hero", "benefits", "picture_text", "steps", "prices", "faq", "cta", "form"),
    ),
    Starter(
        "newsletter",
        lazy("ニュースレター登録"),
        lazy("届く内容を伝え、メールアドレスを登録していただく短いページ"),
        ("hero_centre", "benefits", "form"),
    ),
    Starter(
        "white_paper",
        lazy("資料ダウンロード"),
        lazy("資料の中身を見せ、入力と引き換えにお渡しするページ"),
        ("hero", "download", "faq"),
    ),
    Starter("blank", lazy("白紙"), lazy("部品を自由に並べて作るページ"), ("text",)),
)


def blocks_for_editor(language: str) -> list[dict[str, Any]]:
    """Return the parts as the editor shows them; their names in the member's language, their text in the page's."""
    return [
        {
            "id": block.name,
            "label": str(block.label),
            "category": {"id": str(block.group), "label": str(block.group), "open": True},
            "media": drawn(block.drawing),
            "content": content_of(block.name, language),
        }
        for block in BLOCKS
    ]


def drawn(drawing: str) -> str:
    """Return an SVG of boxes ("+x y width height" filled, "-..." empty) and lines (path data)."""
    parts = []
    for part in drawing.split(";"):
        if part[0] in "+-":
            x, y, width, height = part[1:].split()
            fill = ' class="on"' if part[0] == "+" else ""
            parts.append(f'<rect{fill} x="{x}" y="{y}" width="{width}" height="{height}" rx="2"/>')
        else:
            parts.append(f'<path d="{part}"/>')
    return f'<svg viewBox="0 0 72 40" aria-hidden="true">{"".join(parts)}</svg>'


def content_of(name: str, language: str, *, form: int = 0) -> str:
    """Return the HTML of one part."""
    with translation.override(language):
        context = {"form": form, "company": current()}
        return render_to_string(f"marketing/blocks/{name}.html", context).strip()


def starting_html(name: str, language: str, *, form: int = 0) -> str:
    """Return the HTML of the page to start from; blank for a name that is none."""
    starter = next((each for each in STARTERS if each.name == name), STARTERS[-1])
    return "\n".join(content_of(block, language, form=form) for block in starter.blocks)
