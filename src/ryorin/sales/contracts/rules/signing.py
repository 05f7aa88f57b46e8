"""What a signature needs: tokens and codes kept as hashes, a drawing that is a picture, a name."""

import base64
import binascii
import hashlib
import secrets
import struct

LARGEST_DRAWING, WIDEST_DRAWING = 200_000, 3_000
LARGEST_SCAN = 15 * 1024 * 1024
LINK_DAYS = 14
MOST_WRONG_CODES = 5
CODE_DIGITS = 6


def new_token() -> str:
    """Return the secret part of a link, over 190 bits."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Return a one-time code of six digits, told to the signer on another way than the link."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def token_hash(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(f"ryorin.contract:{token}".encode("utf-8", "replace")).hexdigest()


def code_hash(code: str, *, token: str) -> str:
    """Return what is kept of a link's code: worth nothing without the token."""
    return hashlib.sha256(f"ryorin.contract.code:{token}:{code}".encode("utf-8", "replace")).hexdigest()


def drawing_in(text: str) -> bytes | None:
    """Return the PNG of a drawn signature from its data address, None for what is none or too large."""
    head, _comma, body = text.partition(",")
    if head != "data:image/png;base64" or not body or len(body) > LARGEST_DRAWING * 4 // 3 + 8:
        return None
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None
    is_png = content.startswith(b"\x89PNG\r\n\x1a\n") and 24 <= len(content) <= LARGEST_DRAWING
    return content if is_png and max(struct.unpack(">II", content[16:24])) <= WIDEST_DRAWING else None
