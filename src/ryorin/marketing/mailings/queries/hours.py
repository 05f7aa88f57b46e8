"""At which hour of the day people open mails and visit pages."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ryorin.insight.lake.queries import sql
from ryorin.lib import clock
from ryorin.workspace.organisation.queries import current

FEWEST = 2  # visits and openings at an hour before it says anything
LOOK_BACK = timedelta(days=365)
READING = ("mail_opened", "mail_clicked", "page_view", "form_submitted")


def best_hours(person_ids: Collection[int]) -> dict[int, int]:
    """Return the hour (0..23, company time) at which each of the people reads most; nobody for whom it is not known."""
    if not person_ids:
        return {}
    people = ",".join(str(int(pk)) for pk in person_ids)
    kinds = ",".join(f"'{kind}'" for kind in READING)
    since = (clock.now() - LOOK_BACK).isoformat()
    rows = sql(
        f"SELECT person_id, hour(timezone('{ZoneInfo(current().time_zone).key}', \"at\")) AS h, count(*) AS n"
        f" FROM {{touchpoints}} WHERE person_id IN ({people}) AND \"at\" >= TIMESTAMPTZ '{since}'"
        f" AND verdict = 'human' AND kind IN ({kinds}) GROUP BY 1, 2",
        "touchpoints",
    ).fetchall()
    best: dict[int, tuple[int, int]] = {}
    for person, hour, count in rows:
        if count >= FEWEST and (count, -hour) > best.get(person, (0, 0)):
            best[person] = (count, -hour)
    return {person: -hour for person, (_count, hour) in best.items()}


def next_at_hour(start: datetime, hour: int) -> datetime:
    """Return the first moment from `start` on at which that hour of the company's day has begun and not ended."""
    zone = ZoneInfo(current().time_zone)
    local = start.astimezone(zone)
    if local.hour == hour:
        return start
    day = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return day if day > local else (local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
