"""Touchpoints by the million: made in DuckDB, month by month, and handed to the lake as any batch is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.scales import Scale
from ryorin.insight.lake.actions import append_touchpoints

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 500_000
MONTH = timedelta(days=30)

TOUCHPOINTS = """
WITH numbered AS (
  SELECT (hash(range * 7 + $seed) >> 1)::BIGINT AS h, (hash(range * 13 + $seed + 1) >> 1)::BIGINT AS g,
    md5(range || '-' || $seed) AS m
  FROM range($first, $last)
), placed AS (
  SELECT *, $start + h % $span AS ms, 1 + g % $people AS person, (g // 1009) % 100 AS share FROM numbered
)
SELECT
  substr(printf('%012x', ms), 1, 8) || '-' || substr(printf('%012x', ms), 9, 4) || '-7' || substr(m, 1, 3) || '-8'
    || substr(m, 4, 3) || '-' || substr(m, 7, 12) AS uid,
  to_timestamp(ms / 1000.0) AS "at",
  CASE WHEN share < 80 THEN 'page_view' WHEN share < 90 THEN 'mail_opened' WHEN share < 97 THEN 'link_clicked'
    ELSE 'downloaded' END AS kind,
  CASE WHEN h % 10 < 6 THEN person END AS person_id,
  CASE WHEN h % 10 < 6 THEN '' ELSE 'visitor-' || person END AS visitor,
  (['search', 'organic', 'mail', 'event', 'social', 'referral'])[1 + (g // 100003) % 6] AS channel,
  CASE WHEN h % 25 = 0 THEN 'machine' ELSE 'human' END AS verdict,
  'benchmark' AS source,
  CASE WHEN share < 80 THEN '{"url":"https://www.hanazono.example/'
    || CASE WHEN (g // 131) % 20 = 1 THEN 'pricing' ELSE 'products/' || (g // 17) % 200 END
    || '","session":"' || person || '-' || ms // 600000 || '","title":"製品のご案内"}' ELSE '{}' END AS properties
FROM placed
"""


def batches(
    count: int, *, people: int, seed: int, start: datetime, span: timedelta, at_once: int = AT_ONCE
) -> Iterator["pa.Table"]:
    """Yield `count` touchpoints of these people within `span` after `start`, at most so many at once."""
    import duckdb

    cursor = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    cursor.execute("SET TimeZone = 'UTC'")
    for first in range(0, count, at_once):
        parameters = {
            "seed": seed,
            "first": first,
            "last": min(first + at_once, count),
            "start": int(start.timestamp() * 1000),
            "span": int(span.total_seconds() * 1000),
            "people": people,
        }
        yield cursor.sql(TOUCHPOINTS, params=parameters).to_arrow_table()


def make_history(scale: Scale, *, half: int, now: datetime) -> None:
    """This function will bring one half of the touchpoints into the lake; the second half is about twice the people."""
    people = scale.people // 2 * (half + 1)
    in_a_month = scale.touchpoints // 2 // scale.months
    step = min(scale.months, max(1, AT_ONCE // in_a_month))  # as many months at once as fill a lot
    for month in range(0, scale.months, step):
        span = MONTH * min(step, scale.months - month)
        start, count = now - MONTH * (scale.months - month), in_a_month * (span // MONTH)
        for batch in batches(count, people=people, seed=1000 * half + month, start=start, span=span):
            append_touchpoints(batch)


def just_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
