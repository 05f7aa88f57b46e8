"""Telephone numbers: kept as typed beside their international form."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_EXTENSION = re.compile(r"\s*[(]?(?:内線|ext\.?|x)\s*[:.]?\s*\d+[)]?\s*$", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─", "-"))


@lru_cache(maxsize=16_384)
def to_e164(text: str, region: str = "JP") -> str | None:
    """Return the number as "+81312345678", None where the text is no number that can exist in the region."""
    cleaned = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
