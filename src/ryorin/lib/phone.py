"""Telephone numbers: kept as typed beside their international form."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_METADATA = phonenumbers.PhoneMetadata.metadata_for_region("JP")
_KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan")
_JAPANESE = re.compile(
    "|".join(
        f"(?:{kind.national_number_pattern})"
        for name in _KINDS
        if (kind := getattr(_METADATA, name, None)) and kind.national_number_pattern
    )
)
_EXTENSION = re.compile(r"\s*[(]?(?:内線|ext\.?|x)\s*[:.]?\s*\d+[)]?\s*$", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─", "-"))


@lru_cache(maxsize=16_384)
def to_e164(text: str, region: str = "JP") -> str | None:
    """Return the number as "+81312345678", None where the text is no number that can exist in the region."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)
    if region == "JP" and plain[:1] == "0":
        digits = plain.replace("-", "")
        if digits.isascii() and digits.isdigit() and _JAPANESE.fullmatch(digits, 1):
            return f"+81{digits[1:]}"
    cleaned = _EXTENSION.sub("", plain)
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
