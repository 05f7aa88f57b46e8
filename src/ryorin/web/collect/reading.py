"""What a web page may tell the collector, and how it becomes a touchpoint. Nothing here waits for anything."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ryorin.customers.timeline.rules import LIMIT_OF_PROPERTIES, verdict_of
from ryorin.lib.ids import time_of
from ryorin.marketing.campaigns.rules import channel_of_visit, host_of, utm_of

PUBLIC_KINDS = frozenset({"page_view", "link_clicked", "downloaded"})
MOST_AT_ONCE = 500
EARLIEST, LATEST = timedelta(days=30), timedelta(days=1)
PROPERTIES = {"url": 2000, "title": 300, "referrer": 2000, "session": 36, "language": 20, "width": 8, "target": 2000}
VISITOR = re.compile(r"[0-9A-Za-z-]{8,36}")

Row = dict[str, Any]


class HitRefused(ValueError):
    """What was sent cannot be taken; the message says where and why, in English for the sender."""


def rows_of(body: bytes, *, user_agent: str, now: datetime) -> list[Row]:
    """Return the inbox rows for one request: one touchpoint, or {"touchpoints": [...]}; all or none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HitRefused(f"the body is not JSON: {error}") from None
    hits = data.get("touchpoints", [data]) if isinstance(data, dict) else data
    if not isinstance(hits, list) or not hits:
        raise HitRefused("send one touchpoint, or touchpoints as a list")
    if len(hits) > MOST_AT_ONCE:
        raise HitRefused(f"at most {MOST_AT_ONCE} touchpoints at once")
    verdict = verdict_of(user_agent)
    return [row_of(hit, place, verdict=verdict, now=now) for place, hit in enumerate(hits)]


def row_of(hit: Any, place: int, *, verdict: str, now: datetime) -> Row:
    """Return the inbox row of one hit; its place in the request stands in the message when it is refused."""
    if not isinstance(hit, Mapping):
        raise HitRefused(f"touchpoint {place}: must be an object")
    if hit.get("kind") not in PUBLIC_KINDS:
        raise HitRefused(f"touchpoint {place}: kind must be one of {', '.join(sorted(PUBLIC_KINDS))}")
    uid = id_of(hit.get("id"), place)
    visitor = hit.get("visitor", "")
    if not isinstance(visitor, str) or (visitor and not VISITOR.fullmatch(visitor)):
        raise HitRefused(f"touchpoint {place}: visitor must be 8 to 36 letters, digits or hyphens")
    properties = {
        name: str(hit[name])[:longest].replace("\x00", "") for name, longest in PROPERTIES.items() if hit.get(name)
    }
    utm = utm_of(properties.get("url", ""))
    text = json.dumps({**properties, **utm}, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LIMIT_OF_PROPERTIES:
        raise HitRefused(f"touchpoint {place}: too long")
    return {
        "uid": uid,
        "at": moment_of(hit.get("at"), uid, place, now=now),
        "kind": hit["kind"],
        "visitor": visitor,
        "channel": channel_of_visit(utm, properties.get("referrer", ""), host_of(properties.get("url", ""))),
        "utm_campaign": utm.get("utm_campaign", ""),
        "verdict": verdict,
        "source": "collector",
        "properties": text.encode("utf-8", "replace").decode("utf-8"),
    }


def id_of(given: Any, place: int) -> UUID:
    try:
        return UUID(given)
    except (ValueError, TypeError, AttributeError):
        raise HitRefused(f"touchpoint {place}: id must be a UUID, best of version 7") from None


def moment_of(given: Any, uid: UUID, place: int, *, now: datetime) -> datetime:
    """Return when it happened: what the sender says, else what the id tells; not from the future, not long ago."""
    if given is None:
        moment = time_of(uid)
        if moment is None:
            raise HitRefused(f"touchpoint {place}: give `at`, or an id of version 7")
    else:
        try:
            moment = datetime.fromisoformat(given)
        except (ValueError, TypeError):
            raise HitRefused(f"touchpoint {place}: at must be a time such as 2026-11-22T09:00:00+09:00") from None
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not now - EARLIEST <= moment <= now + LATEST:
        raise HitRefused(f"touchpoint {place}: at lies more than 30 days back or a day ahead")
    return moment
