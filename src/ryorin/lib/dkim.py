"""Signing mails by DKIM (RFC 6376): relaxed/relaxed, rsa-sha256, with OpenSSL, which lets other threads run."""

import base64
import hashlib
import re
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SIGNED = (
    "from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type", "list-id",
    "list-unsubscribe", "list-unsubscribe-post", "feedback-id",
)  # fmt: skip
_SPACES = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


def make_key(bits: int = 2048) -> str:
    """Return a new private key as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def public_record(private_pem: str) -> str:
    """Return the text of the DNS record SELECTOR._domainkey.DOMAIN that belongs to a private key."""
    public = _key(private_pem).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def signature(
    headers: list[tuple[str, str]], body: bytes, *, domain: str, selector: str, private_pem: str, at: int
) -> str:
    """Return the value of the DKIM-Signature header over a mail; `at` in seconds since 1970.

    Header values may be folded; the body has CRLF line ends. From, and each header named in SIGNED that stands there,
    is signed once more than it stands, so that nobody can add another one.
    """
    digest = base64.b64encode(hashlib.sha256(canonical_body(body)).digest()).decode()
    known = {name.lower(): value for name, value in headers}
    present = [name for name in SIGNED if name in known]
    oversigned = [*present, "from", "subject", "to"]
    fields = "; ".join(
        (
            "v=1; a=rsa-sha256; c=relaxed/relaxed",
            f"d={domain}; s={selector}",
            f"t={at}; q=dns/txt",
            f"h={':'.join(oversigned)}",
            f"bh={digest}",
            "b=",
        )
    )
    lines = [canonical_header(name, known[name]) for name in present]
    lines.append(canonical_header("dkim-signature", fields))
    data = b"\r\n".join(lines)
    signed = _key(private_pem).sign(data, padding.PKCS1v15(), hashes.SHA256())
    return _folded(fields, base64.b64encode(signed).decode())


def canonical_header(name: str, value: str) -> bytes:
    """Return a header in relaxed form, without its line end."""
    plain = _SPACES.sub(b" ", _FOLD.sub(b"", value.encode())).strip()
    return name.lower().encode() + b":" + plain


def canonical_body(body: bytes) -> bytes:
    """Return a body in relaxed form: runs of spaces are one, none end a line, no empty lines at the end."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" \t") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def _folded(fields: str, signed: str) -> str:
    """Return the header's value on lines that every server takes; spaces in b= and between tags count for nothing."""
    pieces = [signed[place : place + 70] for place in range(0, len(signed), 70)]
    return fields.replace("; ", ";\r\n ") + "\r\n ".join(["", *pieces])


@lru_cache(maxsize=64)
def _key(private_pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(private_pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("a DKIM key must be RSA")
    return key
