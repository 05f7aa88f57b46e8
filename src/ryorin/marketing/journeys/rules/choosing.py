"""Which way a person goes where a journey divides."""

import hashlib
from collections.abc import Sequence


def share_of(salt: str, person_id: int) -> int:
    """Return a number from 0 to 99 that is the same for a person whenever they come to the same card."""
    digest = hashlib.blake2b(f"{salt}:{person_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 100


def arm_of_share(shares: Sequence[int], place: int) -> int:
    """Return which arm the place 0..99 falls into, by the shares in percent."""
    passed = 0
    for number, share in enumerate(shares):
        passed += share
        if place < passed:
            return number
    return len(shares) - 1
