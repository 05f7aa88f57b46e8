"""Documents as PDF, opened by another program."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.web.examples import DOT

from ryorin.lib import pdf

TEMPLATE = """#import "/shared/paper.typ": *
#let data = json("/data.json")
#show: paper.with(language: data.language, title: data.title, footer: data.number)
#document-title(data.title)
#addressee(data.to, honorific: "御中")
#issuer(data.from)
#part-heading[課題]
#prose(data.words)
#sheet((1fr, 20mm), ("品名", "金額"), data.rows, aligns: (left, right))
"""
DATA = {
    "language": "ja",
    "title": "御見積書",
    "number": "Q-2026-0001",
    "to": "株式会社アクメ",
    "from": {"name": "両輪工業株式会社", "lines": ["東京都千代田区丸の内1-1"]},
    "words": "#evil() *太字ではない* $x$\n𠮷野家 髙﨑\n\n・項目",
    "rows": [["画像検査カメラ", "¥1,000"]],
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    place = tmp_path / "templates/quote.typ"
    place.write_text(TEMPLATE, encoding="utf-8")
    return place


def text_of(document: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed (apt install poppler-utils)")
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True
    ).stdout.decode()


def test_everything_stands_on_the_paper_and_what_people_typed_is_no_markup(template: Path) -> None:
    text = text_of(pdf.render(template, DATA))
    for said in (
        "御見積書",
        "株式会社アクメ 御中",
        "両輪工業株式会社",
        "画像検査カメラ",
        "¥1,000",
        "Q-2026-0001",
        "1 / 1",
    ):
        assert said.replace(" ", "") in text.replace(" ", ""), said
    for typed in ("#evil() *太字ではない* $x$", "𠮷野家 髙﨑", "・項目"):
        assert typed in text


def test_the_letters_are_set_in_the_font_of_the_package(template: Path) -> None:
    names = {font.family for font in pdf.fonts().fonts() if font.path and "ryorin/lib/fonts" in font.path}
    assert names == {"BIZ UDPGothic"}
    weights = {font.weight for font in pdf.fonts().fonts() if font.family == "BIZ UDPGothic"}
    assert {400, 700} <= weights


def test_images_are_given_by_name(template: Path) -> None:
    data = DATA | {"from": {"name": "両輪", "lines": [], "logo": "logo.png"}}
    assert pdf.render(template, data, files={"logo.png": DOT}).startswith(b"%PDF")
    with pytest.raises(ValueError, match="not the name"):
        pdf.render(template, data, files={"../logo.png": DOT})


def test_a_template_sees_no_other_file(template: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    template.write_text(f'#read("{tmp_path}/secret.txt")')
    with pytest.raises(pdf.DocumentFailed):
        pdf.render(template, DATA)
    template.write_text('#read("../../secret.txt")')
    with pytest.raises(pdf.DocumentFailed):
        pdf.render(template, DATA)


def test_a_broken_image_is_known_as_such() -> None:
    assert pdf.can_draw(DOT)
    assert not pdf.can_draw(b"\x89PNG\r\n\x1a\n and then nothing")
