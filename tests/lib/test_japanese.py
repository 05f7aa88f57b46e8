"""Japanese names, search keys and company numbers."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.japanese import (
    addressee,
    bigrams,
    company_key,
    corporate_check_digit,
    fold,
    is_corporate_number,
    normalise_corporate_number,
    registration_number_ok,
    search_terms,
    split_name,
    to_katakana,
)

COMPANIES = Path(__file__).parents[2] / "../shared/data/jp_companies/EdinetcodeDlInfo.csv"
WRITTEN = st.text(
    alphabet="あいかがきょっぱゝアイカガキョッパーヽ高髙崎﨑齋斉株田 　-－ーABCabcＡｂ１1ｱｶﾞﾊﾟｰ・.（）㈱", max_size=25
)


def test_kana_fields_hold_full_width_katakana():
    assert to_katakana("さえき ゆうこ") == "サエキ ユウコ"
    assert to_katakana("ｻｴｷ　ﾕｳｺ") == "サエキ ユウコ"
    assert to_katakana("ゔぃくたー") == "ヴィクター"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("トヨタ", "ﾄﾖﾀ"),
        ("トヨタ", "とよた"),
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡邊"),
        ("齋藤", "斎藤"),
        ("濵田", "浜田"),
        ("𠮷野家", "吉野家"),
        ("サーバー", "サ－バ−"),
        ("ＡＣＭＥ", "acme"),
        ("キヤノン", "キャノン"),
        ("霞ヶ関", "霞ケ関"),
        ("ヤマハ・発動機", "ヤマハ発動機"),
        ("葛\U000e0100城", "葛城"),
        ("佐伯　優子", " 佐伯 優子 "),
    ],
)
def test_spellings_people_take_for_the_same_fold_to_one_key(one, other):
    assert fold(one) == fold(other)


def test_different_names_stay_different():
    assert fold("佐伯") != fold("佐藤")
    assert fold("ハナ") != fold("バナ")


@given(WRITTEN)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_bigrams_are_pairs_of_letters_and_lone_letters():
    assert bigrams("田中 A") == ["田中", "a"]
    assert bigrams("林 太郎") == ["林", "林太", "太郎"]
    assert bigrams("") == []
    assert search_terms("とよた") == ["トヨ", "ヨタ"]
    assert search_terms("林") == ["林"]
    assert search_terms(" ") == []


def test_a_name_is_found_with_and_without_its_space():
    index = set(bigrams("佐伯 優子"))
    for query in ("佐伯優子", "佐伯 優子", "佐伯", "優子", "さえき".replace("さえき", "伯優")):
        assert set(search_terms(query)) <= index
    assert not set(search_terms("子佐")) <= index


@given(WRITTEN, st.integers(0, 20), st.integers(2, 8))
def test_every_piece_of_a_word_is_found(text, start, length):
    for word in fold(text).split():
        piece = word[start : start + length]
        if len(piece) > 1:
            assert set(search_terms(piece)) <= set(bigrams(text))


@pytest.mark.parametrize(
    "name",
    [
        "株式会社アクメ商会",
        "アクメ商会株式会社",
        "(株)アクメ商会",
        "（株）アクメ商会",
        "㈱アクメ商会",
        "アクメ商会　㈱",
        "株式会社 あくめ商会",
        "有限会社アクメ商会",
        "ｱｸﾒ商会（株）",
    ],
)
def test_one_company_has_one_key_whatever_its_legal_form(name):
    assert company_key(name) == "アクメ商会"


def test_foreign_legal_forms_do_not_count_either():
    assert company_key("ACME Co., Ltd.") == company_key("Acme Inc.") == company_key("acme") == "acme"
    assert company_key("Acme Company Limited") == "acme"
    assert company_key("Costco") == "costco"
    assert company_key("一般社団法人 両輪会") == company_key("両輪会")
    assert company_key("株式会社") == "株式会社"
    assert company_key("") == ""


def test_a_corporate_number_is_checked_by_its_first_digit():
    assert is_corporate_number("7000012050002")
    assert corporate_check_digit("000012050002") == 7
    assert not is_corporate_number("8000012050002")
    assert not is_corporate_number("700001205000")
    assert not is_corporate_number("７000012050002")
    assert normalise_corporate_number(" Ｔ7000-0120-50002 ") == "7000012050002"
    for wrong in ("8000012050002", "abc", ""):
        with pytest.raises(ValueError):
            normalise_corporate_number(wrong)


def test_a_registration_number_is_t_and_thirteen_digits():
    assert registration_number_ok("T7000012050002")
    assert not registration_number_ok("7000012050002")
    assert not registration_number_ok("T700001205000")
    assert not registration_number_ok("T０000012050002")


def test_real_companies_have_valid_numbers_and_keys_that_keep_them_apart():
    if not COMPANIES.exists():
        pytest.skip(f"no company list at {COMPANIES}")
    with COMPANIES.open(encoding="cp932", newline="") as file:
        next(file)
        rows = list(csv.DictReader(file))
    numbers = [row["提出者法人番号"] for row in rows if row["提出者法人番号"]]
    assert len(numbers) > 6_000
    assert all(map(is_corporate_number, numbers))
    keys = {company_key(row["提出者名"]) for row in rows}
    assert "" not in keys
    assert len(keys) > 0.97 * len({row["提出者名"] for row in rows})


def test_a_letter_is_addressed_to_the_person_or_else_to_the_company():
    sato = {"family_name": "佐藤", "given_name": "花子"}
    assert addressee(company="株式会社アクメ", department="営業部", **sato) == "株式会社アクメ 営業部 佐藤 花子 様"
    assert addressee(company="株式会社アクメ", department="営業部") == "株式会社アクメ 営業部 御中"
    assert addressee(company="(株)アクメ") == "株式会社アクメ 御中"
    assert addressee(company="アクメ㈱") == "アクメ株式会社 御中"
    assert addressee(**sato, honorific="先生") == "佐藤 花子 先生"
    assert addressee(company="株式会社アクメ", honorific="各位") == "株式会社アクメ 各位"
    assert addressee() == ""


def test_a_name_is_split_family_first_as_its_language_has_it():
    assert split_name("佐伯 優子") == ("佐伯", "優子")
    assert split_name("佐伯　優子") == ("佐伯", "優子")
    assert split_name("佐伯優子") == ("佐伯優子", "")
    assert split_name("Ada Lovelace") == ("Lovelace", "Ada")
    assert split_name("Lovelace, Ada") == ("Lovelace", "Ada")
    assert split_name("SATO Hanako") == ("SATO", "Hanako")
    assert split_name("") == ("", "")
