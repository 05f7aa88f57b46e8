"""Addresses, telephone numbers and QR codes."""

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.phone import to_e164
from ryorin.lib.postal import PREFECTURES, lookup, normalise_postal_code, prefecture_of, split_address
from ryorin.lib.qr import qr_svg

COMPANIES = Path(__file__).parents[2] / "../shared/data/jp_companies/EdinetcodeDlInfo.csv"


def test_a_postal_code_gives_its_place():
    place = lookup("〒１００－０００１")
    assert place is not None
    assert (place.postal_code, place.prefecture_code, place.prefecture) == ("100-0001", "13", "東京都")
    assert (place.city, place.town) == ("千代田区", "千代田")
    assert (place.prefecture_kana, place.city_kana) == ("トウキョウト", "チヨダク")


def test_the_code_of_one_large_receiver_gives_its_name():
    place = lookup("100-8620")
    assert place is not None
    assert (place.prefecture_code, place.city) == ("11", "新座市")
    assert place.office.startswith("株式会社")


def test_places_are_found_from_several_threads():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lookup, ["060-0000", "530-0001", "900-0001", "810-0001"]))
    assert [place.prefecture_code for place in found if place] == ["01", "27", "47", "40"]


def test_what_is_no_postal_code_gives_nothing():
    assert normalise_postal_code("1000001") == "100-0001"
    for text in ("", "100-000", "abc-defg", "100-00011"):
        assert normalise_postal_code(text) is None
        assert lookup(text) is None
    assert lookup("999-9999") is None


def test_there_are_47_prefectures_in_official_order():
    assert len(PREFECTURES) == 47
    assert (PREFECTURES["01"], PREFECTURES["13"], PREFECTURES["47"]) == ("北海道", "東京都", "沖縄県")


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("東京都千代田区千代田1-1", ("13", "千代田区", "千代田1-1")),
        ("〒100-0001 東京都 千代田区千代田１－１", ("13", "千代田区", "千代田1-1")),
        ("神奈川県横浜市都筑区仲町台２－７－１", ("14", "横浜市都筑区", "仲町台2-7-1")),
        ("前橋市古市町一丁目５０番地１２", ("10", "前橋市", "古市町一丁目50番地12")),
        ("京都府京都市中京区西ノ京", ("26", "京都市中京区", "西ノ京")),
        ("札幌市白石区本通", ("01", "札幌市白石区", "本通")),
        ("東京都府中市宮町", ("13", "府中市", "宮町")),
        ("北海道", ("01", "", "")),
        ("大阪", ("27", "", "")),
        ("府中市宮町", (None, "", "府中市宮町")),
        ("Springfield", (None, "", "Springfield")),
        ("", (None, "", "")),
    ],
)
def test_an_address_is_split_from_large_to_small(address, parts):
    assert split_address(address) == parts
    assert prefecture_of(address) == parts[0]


def test_nearly_all_real_addresses_have_a_prefecture():
    if not COMPANIES.exists():
        pytest.skip(f"no company list at {COMPANIES}")
    with COMPANIES.open(encoding="cp932", newline="") as file:
        next(file)
        rows = [row for row in csv.DictReader(file) if row["提出者種別"] == "内国法人・組合" and row["所在地"]]
    known = sum(prefecture_of(row["所在地"]) is not None for row in rows)
    assert known / len(rows) > 0.95


@given(st.text(max_size=40))
def test_any_text_can_be_split(text):
    split_address(text)
    to_e164(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("03-1234-5678", "+81312345678"),
        ("０３－１２３４－５６７８", "+81312345678"),
        ("03(1234)5678", "+81312345678"),
        ("090 1234 5678", "+819012345678"),
        ("+1 650-253-0000", "+16502530000"),
        ("03-1234-5678 内線123", "+81312345678"),
        ("0120-444-113", "+81120444113"),
        ("12", None),
        ("なし", None),
        ("", None),
    ],
)
def test_telephone_numbers_get_their_international_form(text, number):
    assert to_e164(text) == number


def test_a_qr_code_is_an_inline_drawing_without_style_or_script():
    drawing = qr_svg("https://example.co.jp/c/春の展示会?utm_source=paper")
    assert drawing.startswith("<svg")
    assert 'class="qr"' in drawing
    assert "viewBox" in drawing
    assert "style" not in drawing
    assert qr_svg("a") != qr_svg("b")


def test_a_qr_code_holds_no_novel():
    with pytest.raises(ValueError):
        qr_svg("x" * 5_000)
