"""Identifiers that sort by time: UUID version 7 (RFC 9562, section 5.7)."""

import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ryorin.lib import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM_BITS = (1 << 62) - 1
_BACK_STEP_HELD = 1_000 << 12  # a clock set back by up to a second is waited out, in 1/4096 ms

_lock = threading.Lock()
_last_stamp = 0


def new_id(at: datetime | None = None) -> UUID:
    """Return a fresh UUIDv7 for now (always rising within a process) or for the given aware time."""
    stamp = _rising(_stamp(clock.now())) if at is None else _stamp(at)
    return _uuid7(stamp, int.from_bytes(os.urandom(8)) & _RANDOM_BITS)


def named_id(at: datetime, *parts: str) -> UUID:
    """Return the UUIDv7-shaped id of the thing with these names at this time: same input, same id."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8) + data)
    named = int.from_bytes(digest.digest()[:10])
    millisecond = _stamp(at) >> 12
    return _uuid7((millisecond << 12) | (named & 0xFFF), (named >> 12) & _RANDOM_BITS)


def time_of(id: UUID) -> datetime | None:
    """Return the time written in a UUIDv7 (to the millisecond), None for any other id."""
    if id.version != 7:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=id.int >> 80)
    except OverflowError:
        return None


def _uuid7(stamp: int, random: int) -> UUID:
    """Return the id with a 60-bit time (48 bits of milliseconds, 12 of their fraction) and 62 more bits."""
    return UUID(int=((stamp >> 12) << 80) | ((stamp & 0xFFF) << 64) | _VERSION_AND_VARIANT | random)


def _stamp(at: datetime) -> int:
    """Return milliseconds since 1970 shifted by 12 bits, which hold the fraction of the millisecond."""
    microseconds = (at - _EPOCH) // _MICROSECOND
    if microseconds < 0:
        raise ValueError("an id needs a time of 1970 or later")
    milliseconds, fraction = divmod(microseconds, 1000)
    return (milliseconds << 12) | (fraction * 4096 // 1000)


def _rising(stamp: int) -> int:
    """Return the stamp, moved just past the last one when it would not be later."""
    global _last_stamp
    with _lock:
        if 0 <= _last_stamp - stamp < _BACK_STEP_HELD:
            stamp = _last_stamp + 1
        _last_stamp = stamp
        return stamp
