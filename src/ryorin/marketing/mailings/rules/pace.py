"""How fast a lane may be fed: a bucket of tokens, one for each mail."""

from datetime import datetime

DEFAULT_PER_MINUTE: dict[str, int] = {
    "gmail.com": 3_000,
    "yahoo.co.jp": 1_200,
    "docomo.ne.jp": 600,
    "au.com": 600,
    "softbank.ne.jp": 600,
    "icloud.com": 1_200,
    "outlook.com": 1_200,
}
DEFAULT_CONNECTIONS: dict[str, int] = {"gmail.com": 6, "docomo.ne.jp": 2, "au.com": 2, "softbank.ne.jp": 2}
REST = 60_000  # of the lane of all the others
BIG_DOMAIN = 600  # a domain with more recipients than this in one mailing gets a lane of its own
BIG_PER_MINUTE = 1_200
BURST_SECONDS = 10.0


def defaults_of(lane: str) -> tuple[int, int]:
    """Return (mails a minute, connections at once) of a lane nobody has set."""
    if not lane:
        return REST, 8
    return DEFAULT_PER_MINUTE.get(lane, BIG_PER_MINUTE), DEFAULT_CONNECTIONS.get(lane, 4)


def refilled(tokens: float, *, per_minute: int, filled_at: datetime, now: datetime) -> float:
    """Return the tokens of a bucket now: it fills evenly and holds what ten seconds bring, at least one."""
    seconds = max(0.0, (now - filled_at).total_seconds())
    most = max(1.0, per_minute * BURST_SECONDS / 60)
    return min(most, tokens + per_minute * seconds / 60)
