"""Japanese text: kana, search keys that forgive spelling, company names and numbers, how a letter is addressed."""

import re
import unicodedata
from itertools import pairwise

# Letters of names that mean the same: the first of each group stands for all. NFKC does not unify these.
# 斉/斎 are two letters to the dictionary, but mistyped so often that a search must forgive it.
_NAME_VARIANTS = """
高髙 崎﨑嵜 辺邊邉 斉齊斎齋 浜濱濵 沢澤 広廣 国國 桜櫻 島嶋嶌 富冨 吉𠮷 関關 塩鹽 竜龍龒 滝瀧 真眞 恵惠 徳德
栄榮 学學 円圓 黒黑 緑綠 芦蘆 鉄鐵銕 岳嶽 巌巖 静靜 総總 蔵藏 寿壽 万萬 与與 来來 児兒 亜亞 壱壹 弐貳 桧檜 桑桒
曽曾 条條 柳栁 槙槇 横橫 禄祿 穂穗 薮藪籔 豊豐 彦彥 頼賴 鴎鷗 麹麴 遥遙 尭堯 瑶瑤 温溫 瀬瀨 涼凉 清淸 渕淵渊
満滿 礼禮 祢禰 稲稻 篭籠 糸絲 経經 縄繩 聡聰 舘館 莱萊 衛衞 郷鄕 隣鄰 霊靈 麦麥 黄黃 仏佛 伝傳 剣劍劔 勲勳 売賣
壮壯 奥奧 宝寶寳 実實 峰峯 帯帶 弥彌 応應 慎愼 戸戶 払拂 拡擴 暁曉 楽樂 様樣 検檢 欧歐 気氣 沖冲 浅淺 浄淨 為爲
画畫 当當 凛凜 晋晉 乗乘 亀龜 予豫 双雙 参參 収收 単單 厳嚴 図圖 団團 増增 声聲 祷禱 讃讚 鎮鎭 戦戰 旧舊 焼燒
芸藝 荘莊 薫薰 薬藥 蛍螢 虫蟲 装裝 覚覺 覧覽 観觀 証證 読讀 変變 賛贊 転轉 軽輕 辞辭 医醫 釈釋 銭錢 録錄 間閒
青靑 頴穎 駅驛 鶏鷄 点點 党黨 鶴靏靍 臈﨟 枡桝 舟舩船 秋秌 多夛 松枩 梅楳 杯盃 昂昻 閉閇 歴歷 暦曆 徴徵 戻戾
毎每 両兩 労勞 区區 台臺 号號
"""
_HIRAGANA = range(0x3041, 0x3097)
_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヰヱ", "アイウエオツヤユヨワカケジズイエ")
_DASHES = "-‐‑‒–—―−─━ｰ﹣－〜～~"
_REMOVED = "・･.。'’‘`´\"“”゛゜ﾞﾟ\u3099\u309a\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SPACED = "\t\n\r\v\f\u3000\u00a0,、，;:；：!?！？/\\|()[]{}<>「」『』【】〔〕〈〉《》&＆@#%*+=_^$¥…※☆★○●◎◇◆□■△▲▽▼→←↑↓"
_VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))


def _fold_table() -> dict[int, int | str | None]:
    """Return what `fold` does to single characters."""
    table: dict[int, int | str | None] = {code: code + 0x60 for code in _HIRAGANA} | {ord("ゝ"): "ヽ", ord("ゞ"): "ヾ"}
    table |= {code: _SMALL_KANA.get(kana, kana) for code, kana in table.items() if isinstance(kana, int)}
    table |= _SMALL_KANA
    for group in _NAME_VARIANTS.split():
        table |= {ord(variant): group[0] for variant in group[1:] if variant != group[0]}
    table |= {ord(dash): "ー" for dash in _DASHES}
    table |= {ord(space): " " for space in _SPACED}
    table |= dict.fromkeys(map(ord, _REMOVED)) | dict.fromkeys(_VARIATION_SELECTORS)
    return table


_FOLD = _fold_table()
_TO_KATAKANA = {code: code + 0x60 for code in _HIRAGANA} | {ord("ゝ"): ord("ヽ"), ord("ゞ"): ord("ヾ")}


def to_katakana(text: str) -> str:
    """Return the text with hiragana and half-width kana as full-width katakana, spaces tidied (for reading fields)."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_TO_KATAKANA).split())


def fold(text: str) -> str:
    """Return the search key: two spellings people take for the same give the same key.

    Width, case, hiragana or katakana, small kana, 髙/高, dashes and long vowels, dots and spaces make no difference.
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().translate(_FOLD).split())


def bigrams(text: str) -> list[str]:
    """Return what an index keeps of a text: the pairs of neighbouring letters in each word, a lone letter as itself.

    Japanese words are also paired across a space, so that 佐伯優子 finds 佐伯 優子.
    """
    found: dict[str, None] = {}
    last = ""
    for word in fold(text).split():
        if last > "\x7f" and word[0] > "\x7f":
            found[last + word[0]] = None
        found |= dict.fromkeys(_pairs(word))
        last = word[-1]
    return list(found)


def search_terms(query: str) -> list[str]:
    """Return the bigrams that must all be in the index of what the query finds; empty where nothing is asked."""
    return list(dict.fromkeys(pair for word in fold(query).split() for pair in _pairs(word)))


def _pairs(word: str) -> list[str]:
    """Return the pairs of neighbouring letters, or the single letter of a one-letter word."""
    return [a + b for a, b in pairwise(word)] if len(word) > 1 else [word]


def split_name(text: str) -> tuple[str, str]:
    """Return family and given name: 佐伯 優子 as written, Latin names by comma, capitals (SATO Hanako) or last word."""
    text = " ".join(text.split())
    if not text.isascii():
        family, _space, given = text.partition(" ")
        return family, given
    if "," in text:
        family, _comma, given = text.partition(",")
        return family.strip(), given.strip()
    words = text.split()
    if len(words) < 2:
        return text, ""
    if len(words[0]) > 1 and words[0].isupper() and not text.isupper():
        return words[0], " ".join(words[1:])
    return words[-1], " ".join(words[:-1])


def addressee(
    *, company: str = "", department: str = "", family_name: str = "", given_name: str = "", honorific: str = "様"
) -> str:
    """Return the line a letter is addressed with: a person gets the honorific, else the company 御中, never both.

    各位 addresses everybody at the company; (株) is written out.
    """
    place = [spell_out_legal_form(part.strip()) for part in (company, department) if part.strip()]
    person = " ".join(part.strip() for part in (family_name, given_name) if part.strip())
    if person and honorific != "各位":
        return " ".join([*place, person, honorific]).strip()
    if honorific == "各位":
        return " ".join([*place, "各位"])
    return " ".join([*place, "御中"]) if place else ""


_WRITTEN_OUT = {"株": "株式会社", "有": "有限会社", "同": "合同会社", "資": "合資会社", "名": "合名会社"}
_ABBREVIATED = re.compile(r"[(（]([株有同資名])[)）]|([㈱㈲])")


def spell_out_legal_form(name: str) -> str:
    """Return the company's name with (株), ㈱, (有) ... written out, where it stood."""
    return _ABBREVIATED.sub(lambda match: _WRITTEN_OUT[match[1] or {"㈱": "株", "㈲": "有"}[match[2]]], name)


_LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|特定目的会社|特例有限会社"
    r"|(?:一般|公益)?(?:社団|財団)法人|(?:特定非営利活動|NPO)法人|学校法人|医療法人(?:社団|財団)?|社会福祉法人|宗教法人"
    r"|(?:地方)?独立行政法人|国立研究開発法人|(?:国立|公立)大学法人|(?:有限責任)?監査法人|(?:弁護士|税理士|司法書士|社会保険労務士)法人"
    r"|\((?:株|有|同|合|資|名|社|財|一社|公社|一財|公財|医|学|福|宗|特非|独|相)\)"
    r"|カブシキ[ガカ]イシャ|ユウゲン[ガカ]イシャ|ゴウドウ[ガカ]イシャ|^[カユド]\)|\([カユド]\)?$|\([カユド]\)",
    re.IGNORECASE,
)
_LATIN_FORM = re.compile(
    r"(?:^|[\s,.])(?:co\.?[\s,]*ltd|company[\s,]+limited|inc|incorporated|corp|corporation|ltd|limited|llc|llp|plc|gmbh|ag|k\.?k|g\.?k"
    r"|s\.?a|b\.?v|pte|pty|co|company)\.?\s*$",
    re.IGNORECASE,
)


def company_key(name: str) -> str:
    """Return the key under which two spellings of one company meet: folded, without legal form and spaces."""
    text = _kana_alike(unicodedata.normalize("NFKC", name)).strip()
    bare = _LEGAL_FORMS.sub(" ", text).strip()
    while (shorter := _LATIN_FORM.sub("", bare).rstrip(" ,.")) != bare and shorter:
        bare = shorter
    return fold(bare).replace(" ", "") or fold(text).replace(" ", "")


def _kana_alike(text: str) -> str:
    """Return the text with hiragana as katakana, all else untouched."""
    return text.translate(_TO_KATAKANA)


_DIGITS = re.compile(r"[\s\-‐‑–—−ー]")


def normalise_corporate_number(text: str) -> str:
    """Return the 13 digits of a 法人番号 (a leading T is dropped); ValueError where they are wrong."""
    digits = _DIGITS.sub("", unicodedata.normalize("NFKC", text)).upper().removeprefix("T")
    if not is_corporate_number(digits):
        raise ValueError(f"not a corporate number: {text[:40]}")
    return digits


def is_corporate_number(text: str) -> bool:
    """Return whether the text is 13 digits of which the first checks the others."""
    return len(text) == 13 and text.isascii() and text.isdigit() and text[0] == str(corporate_check_digit(text[1:]))


def corporate_check_digit(body: str) -> int:
    """Return the digit that goes before 12 digits: 9 less (sum of digit x weight mod 9), weights 1 2 1 2 from right."""
    if len(body) != 12 or not (body.isascii() and body.isdigit()):
        raise ValueError("a corporate number has 12 digits behind its check digit")
    return 9 - sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body))) % 9


def registration_number_ok(text: str) -> bool:
    """Return whether the text can be a registration number for invoices: T and 13 digits.

    Persons in business have numbers of their own, so only companies' numbers carry the check digit.
    """
    return len(text) == 14 and text[0] == "T" and text[1:].isascii() and text[1:].isdigit() and text[1:] != "0" * 13
