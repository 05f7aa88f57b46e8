"""What the build copied for the browser is whole: nothing it refers to was left behind."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src/ryorin/web/static"
STYLES = sorted(STATIC.rglob("*.css"))


@pytest.mark.parametrize("style", STYLES, ids=lambda style: str(style.relative_to(STATIC)))
def test_every_file_a_style_sheet_names_is_there(style: Path) -> None:
    text = style.read_text(encoding="utf-8")
    named = {name for name in re.findall(r"url\(['\"]?([^'\")]+)", text) if not name.startswith(("data:", "#", "%23"))}
    assert {name for name in named if not (style.parent / name.split("?")[0]).exists()} == set()


def test_no_style_sheet_or_script_asks_another_server() -> None:
    files = [*STYLES, *(STATIC / "ryorin").rglob("*.js")]
    pattern = re.compile(r"(url\(['\"]?|@import ['\"]|fetch\(['\"]|src=['\"])(https?:)?//")
    assert [file.name for file in files if pattern.search(file.read_text(encoding="utf-8"))] == []


def test_every_icon_the_list_names_is_in_the_sprite() -> None:
    listed = (STATIC.parent / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = {line for line in listed if line and not line.startswith("#")}
    sprite = (STATIC / "vendor/icons.svg").read_text(encoding="utf-8")
    assert names == set(re.findall(r'<symbol id="([^"]+)"', sprite))
