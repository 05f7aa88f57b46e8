"""Pure decisions about petitions."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ryorin.workspace.petitions.errors import AmountInvalid, CategoryUnknown, TextTooLong, TitleMissing
from ryorin.workspace.petitions.models import Category, Petition

LONGEST_TEXT = 20_000
LARGEST_AMOUNT = 10**15
MOST_FILES = 10


def tidy(*, title: str, category: str, amount: int | None, text: str) -> dict[str, Any]:
    """Return the values as a petition's row keeps them; refuses what it cannot keep."""
    title = " ".join(title.replace("\0", "").split())
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not title:
        raise TitleMissing()
    if len(title) > 120:
        raise TextTooLong(field=Petition._meta.get_field("title").verbose_name, limit=120)
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(field=Petition._meta.get_field("text").verbose_name, limit=LONGEST_TEXT)
    if category not in Category.values:
        raise CategoryUnknown()
    if amount is not None and not 0 <= amount <= LARGEST_AMOUNT:
        raise AmountInvalid(most=f"{LARGEST_AMOUNT:,}")
    return {"title": title, "category": category, "amount": amount, "text": text}


def facts_of(petition: Petition) -> dict[str, Any]:
    """Return what routes may ask about a petition, and what who approves reads."""
    return {"amount": petition.amount, "category": petition.category, "text": petition.text}


def digest_of(petition: Petition, hashes: Iterable[str]) -> str:
    """Return the SHA-256 of what is asked for; `hashes` are those of the attached files."""
    content = [petition.title, petition.category, petition.amount, petition.text, sorted(hashes)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
