"""Hashes that only this installation can make: what was hashed can be recognised, and not be read or guessed."""

import hmac
import unicodedata
from functools import lru_cache

LENGTH = 32  # hexadecimal digits, 128 bits


def keyed_hash(text: str, *, key: str, purpose: str) -> str:
    """Return the HMAC-SHA-256 of the text under a key of its own for each purpose, shortened to 128 bits."""
    return hmac.digest(_own_key(key, purpose), text.encode(), "sha256").hex()[:LENGTH]


def address_hash(address: str, *, key: str) -> str:
    """Return the keyed hash of a mail address however it was typed (width, capitals, spaces); empty for none."""
    plain = unicodedata.normalize("NFKC", address).strip().casefold()
    return keyed_hash(plain, key=key, purpose="mail address") if plain else ""


@lru_cache(maxsize=16)
def _own_key(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), b"ryorin keyed\0" + purpose.encode(), "sha256")
