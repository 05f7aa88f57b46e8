"""Decisions about A/B tests that need no database: who gets which variant, and what may be written."""

import hashlib
import hmac
from collections.abc import Sequence

from ryorin.marketing.experiments.models import Subject

METRICS: dict[str, tuple[str, ...]] = {
    Subject.PAGE: ("form_submitted", "downloaded", "link_clicked", "purchased", "handoff_accepted", "deal_opened"),
    Subject.MAIL: ("mail_clicked", "mail_opened", "form_submitted", "purchased", "deal_opened"),
    Subject.CREATIVE: ("form_submitted", "downloaded", "purchased", "handoff_accepted", "deal_opened"),
}
GUARDS = ("consent_withdrawn", "returned", "purchased", "form_submitted", "deal_opened", "handoff_sent_back")
BAD_KINDS = frozenset({"consent_withdrawn", "returned", "handoff_sent_back", "deal_lost"})
EXPOSURES: dict[str, tuple[str, ...]] = {
    Subject.PAGE: ("variant_shown", "page_view"),
    Subject.MAIL: ("mail_sent",),
    Subject.CREATIVE: ("variant_shown", "page_view", "link_clicked"),
}
MOST_VARIANTS = 6
WHOLE = 1 << 64


def place_of(key: str, unit: str, shares: Sequence[int]) -> int:
    """Return which of the variants, drawn by their shares, the unit gets; the same answer for ever."""
    point, total = _draw(key, "variant", unit), sum(shares)
    reached = 0
    for place, share in enumerate(shares):
        reached += share
        if point * total < reached * WHOLE:
            return place
    return len(shares) - 1


def takes_part(key: str, unit: str, included: int) -> bool:
    """Return whether the unit is among the part of all, in percent, that takes part."""
    return _draw(key, "included", unit) * 100 < included * WHOLE


def _draw(key: str, purpose: str, unit: str) -> int:
    """Return a number below 2**64 that nobody can foresee without the key."""
    digest = hmac.new(key.encode(), f"{purpose}:{unit}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8])


def unit_of(*, person_id: int | None = None, visitor: str = "") -> str:
    """Return the name under which a person, else a browser, is assigned."""
    return f"p:{person_id}" if person_id else f"v:{visitor}"
