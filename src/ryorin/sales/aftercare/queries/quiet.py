"""Customers who have gone quiet, seen against their own rhythm.

Method. The days on which a customer ordered give the gaps between them; a customer with at least three such days is
quiet when silent for longer than nine in ten of its own gaps (the 0.9 quantile, linearly interpolated), and no less
than a week. Fewer days say too little: such customers are seen against the gaps of all customers who last bought by the
same channel, where there are enough of them. That timing is individual, and that its regularity tells who is still
active, is shown by M. Platzer and T. Reutterer, "Ticking Away the Moments: Timing Regularity Helps to Better Predict
Customer Activity", Marketing Science 35, 2016. Orders of a company count for the company, others for the person. What
is at stake is what was bought, less what was given back, in the year up to the last order. One statement in DuckDB over
the orders in the lake, however many customers there are.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from ryorin.insight.lake.queries import sql, versions
from ryorin.lib import clock

ENOUGH_DAYS = 3
ENOUGH_GAPS = 20
SHARE = 0.9
SHORTEST = 7
LONG_GONE = 3  # times the long gap, from which on a customer is rather lost than quiet
MOST = 5_000  # of each sort, those worth most

STATEMENT = """
WITH bought AS (
  SELECT CASE WHEN company_id IS NOT NULL THEN company_id * 2 ELSE person_id * 2 + 1 END AS who,
    CAST(ordered_at + INTERVAL '{offset} seconds' AS TIMESTAMP)::DATE AS day, net, is_return, channel
  FROM {orders}
  WHERE (company_id IS NOT NULL OR person_id IS NOT NULL) AND currency = '{currency}'
    AND ordered_at < TIMESTAMPTZ '{now}'
), days AS (
  SELECT who, day, any_value(channel) AS channel FROM bought WHERE NOT is_return GROUP BY who, day
), gaps AS (
  SELECT who, day, channel, day - lag(day) OVER (PARTITION BY who ORDER BY day) AS gap FROM days
), rhythm AS (
  SELECT who, count(*) AS days, max(day) AS last_day, arg_max(channel, day) AS channel,
    quantile_cont(gap, [0.5, {share}]) AS own
  FROM gaps GROUP BY who
), segments AS (
  SELECT channel, quantile_cont(gap, [0.5, {share}]) AS usual FROM gaps WHERE gap IS NOT NULL
  GROUP BY channel HAVING count(*) >= {enough_gaps}
), judged AS (
  SELECT r.who, r.days, r.last_day, r.days >= {enough_days} AS is_own,
    CASE WHEN r.days >= {enough_days} THEN r.own[1] ELSE s.usual[1] END AS usual,
    greatest(CASE WHEN r.days >= {enough_days} THEN r.own[2] ELSE s.usual[2] END, {shortest}) AS long
  FROM rhythm r LEFT JOIN segments s ON s.channel = r.channel
), quiet AS (
  SELECT *, (DATE '{today}' - last_day) > {long_gone} * long AS is_gone FROM judged
  WHERE usual IS NOT NULL AND (DATE '{today}' - last_day) > long
), worth AS (
  SELECT b.who, CAST(sum(b.net) AS BIGINT) AS value FROM bought b JOIN quiet q ON q.who = b.who
  WHERE b.day > q.last_day - 365 GROUP BY b.who
), ranked AS (
  SELECT q.*, w.value, count(*) OVER (PARTITION BY is_gone) AS of_sort,
    sum(greatest(w.value, 0)) OVER (PARTITION BY is_gone) AS worth_of_sort,
    row_number() OVER (PARTITION BY is_gone, is_own ORDER BY w.value DESC, q.who) AS place
  FROM quiet q JOIN worth w ON w.who = q.who
)
SELECT who, days, last_day, is_own, usual, long, is_gone, value, of_sort, worth_of_sort,
  (SELECT count(*) FROM rhythm) AS customers
FROM ranked WHERE place <= {most} ORDER BY value DESC, who
"""


@dataclass(frozen=True, slots=True)
class Quiet:
    """One quiet customer; days are counted between days with orders, `value` in minor units."""

    company_id: int | None
    person_id: int | None
    days: int
    last_on: date
    is_own_rhythm: bool
    usual_days: float
    long_days: float
    is_long_gone: bool
    value: int


@dataclass(frozen=True, slots=True)
class Look:
    """All customers looked at: how many there are, how many are quiet and long gone, what the quiet ones bought."""

    customers: int
    quiet: int
    long_gone: int
    value: int
    found: list[Quiet]


def quiet_in_history(today: date, *, currency: str, tz: str) -> Look:
    """Return the customers who have gone quiet by the day, those worth most of each sort."""
    if not (currency.isalpha() and len(currency) == 3):
        raise ValueError("not a currency")
    now = clock.now()
    offset = now.astimezone(ZoneInfo(tz)).utcoffset()
    query = STATEMENT.format(
        orders="{orders}",
        offset=int(offset.total_seconds()) if offset else 0,
        currency=currency,
        now=now.isoformat(),
        today=today.isoformat(),
        share=SHARE,
        enough_days=ENOUGH_DAYS,
        enough_gaps=ENOUGH_GAPS,
        shortest=SHORTEST,
        long_gone=LONG_GONE,
        most=MOST,
    )
    rows = sql(query, "orders").fetchall()
    sums = {bool(row[6]): (int(row[8]), int(row[9])) for row in rows}
    return Look(
        customers=int(rows[0][10]) if rows else 0,
        quiet=sums.get(False, (0, 0))[0],
        long_gone=sums.get(True, (0, 0))[0],
        value=sums.get(False, (0, 0))[1],
        found=[_quiet(row) for row in rows],
    )


def orders_version() -> str:
    """Return which version of the orders the lake holds."""
    return str(versions(["orders"])["orders"])


def _quiet(row: tuple[object, ...]) -> Quiet:
    who, days, last_on, is_own, usual, long, is_gone, value = row[:8]
    number, is_person = divmod(int(str(who)), 2)
    assert isinstance(last_on, date)
    return Quiet(
        company_id=None if is_person else number,
        person_id=number if is_person else None,
        days=int(str(days)),
        last_on=last_on,
        is_own_rhythm=bool(is_own),
        usual_days=float(str(usual)),
        long_days=float(str(long)),
        is_long_gone=bool(is_gone),
        value=int(str(value)),
    )
