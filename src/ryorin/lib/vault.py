"""Texts that nobody reads in the database: locked with a key that is kept elsewhere."""

import base64
import hashlib

from cryptography.fernet import Fernet


def lock(text: str, *, key: str) -> str:
    """Return the text encrypted and sealed (AES-128-CBC with HMAC-SHA-256), never twice the same."""
    return _fernet(key).encrypt(text.encode()).decode()


def unlock(locked: str, *, key: str) -> str:
    """Return the text again; cryptography's InvalidToken where the key is another or the text was changed."""
    return _fernet(key).decrypt(locked.encode()).decode()


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"ryorin vault\0" + key.encode()).digest()))
