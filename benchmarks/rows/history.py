"""Questions to history, beside the same question written by hand in DuckDB's SQL over the same files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.bench import Bench, counted
from benchmarks.clocking import peak_memory, ratio, seconds_of, times_of
from benchmarks.results import Bar, Result

if TYPE_CHECKING:
    import pyarrow as pa

METRICS = ("visits", "leads", "cost_per_lead", "deals_opened", "close_rate", "revenue")
RUNS = 3
NOW, FAST = 1.0, 0.100
MONTH_OF = "date_trunc('month', timezone('Asia/Tokyo', {at}))"
WITHIN = "{at} >= timezone('Asia/Tokyo', $start::TIMESTAMP) AND {at} < timezone('Asia/Tokyo', $end::TIMESTAMP)"
BY_HAND = {
    "visits": """SELECT {month}, channel, count(DISTINCT coalesce(nullif(session, ''), visitor || CAST(day AS VARCHAR)))
        FROM {touchpoints} WHERE kind = 'page_view' AND verdict <> 'machine' AND {within} GROUP BY ALL""",
    "leads": """SELECT {month}, coalesce(nullif(s.channel, ''), p.source_channel), count(*) FROM {stage_changes} s
        LEFT JOIN {people} p ON p.id = s.person_id WHERE s.stage = 'lead' AND {within} GROUP BY ALL""",
    "costs": """SELECT date_trunc('month', day), c.channel, sum(amount) FROM {costs} k
        LEFT JOIN {campaigns} c ON c.id = k.campaign_id WHERE day >= $start AND day < $end GROUP BY ALL""",
    "deals_opened": "SELECT {month}, source_channel, count(*) FROM {deals} WHERE {within} GROUP BY ALL",
    "close_rate": """SELECT {month}, source_channel, count(*) FILTER (state = 'won'), count(*) FROM {deals}
        WHERE state IN ('won', 'lost') AND {within} GROUP BY ALL""",
    "revenue": "SELECT {month}, channel, sum(net) FROM {orders} WHERE {within} GROUP BY ALL",
}
NAMES = (
    "touchpoints", "people", "stage_changes", "costs", "campaigns", "deals", "orders", "identities", "handoffs",
)  # fmt: skip
MOMENT = {"leads": "s.at", "deals_opened": "opened_at", "close_rate": "closed_at", "revenue": "ordered_at"}
SEGMENT = """
SELECT count(*) FROM {people} p WHERE p.prefecture = '13' AND p.id IN (
  SELECT person FROM (
    SELECT CASE WHEN t.who >= 0 THEN t.who ELSE i.person_id END AS person FROM {touchpoints} t
    LEFT JOIN (SELECT -CAST('0x' || substr(md5(visitor), 1, 15) AS BIGINT) AS who, person_id FROM {identities}) i
      ON i.who = t.who
    WHERE t.kind = 'page_view' AND t.verdict <> 'machine' AND t."at" > $since AND t."at" <= $now
      AND contains(t.url, '/pricing')
  ) WHERE person IS NOT NULL GROUP BY person HAVING count(*) >= 3
)
"""


def kpi_board(bench: Bench) -> list[Result]:
    from ryorin.insight.metrics import queries
    from ryorin.lib import clock

    end = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    start = end.replace(year=end.year - 1)

    def cold() -> None:
        queries._answers.clear()
        ask(start, end)

    times = times_of(cold, repeats=RUNS, warm_up=1)
    reference = times_of(lambda: by_hand(start, end), repeats=RUNS, warm_up=1)
    second = times_of(lambda: ask(start, end), repeats=bench.scale.repeats)
    check_visits(start, end)
    size = counted(bench.scale.touchpoints, "touchpoints")
    return [
        Result(
            work="KPI board, 12 months, six by channel",
            size=size,
            times=times,
            ratio=ratio(times, reference),
            reference="SQL by hand",
            bars=(Bar("ratio", most=1.5),),
        ),
        Result(work="KPI board, second view", size=size, times=second, bars=(Bar("p50", most=FAST),)),
    ]


def ask(start: date, end: date) -> dict[str, list[Any]]:
    from ryorin.insight.metrics.queries import series

    return {name: series(name, start=start, end=end, breakdown="channel") for name in METRICS}


def by_hand(start: date, end: date) -> dict[str, list[tuple[Any, ...]]]:
    answers = {}
    for name, text in BY_HAND.items():
        at = MOMENT.get(name, '"at"')
        parts = {"month": MONTH_OF.format(at=at), "within": WITHIN.format(at=at)}
        answers[name] = in_history(text, {"start": start, "end": end}, **parts)
    return answers


def in_history(text: str, parameters: dict[str, Any], **parts: str) -> list[tuple[Any, ...]]:
    """Return the answer of SQL in which {name} stands for the files of a table."""
    from ryorin.insight.lake.queries.reading import lake

    views = {name: f'"{lake().look(name).view}"' for name in NAMES if f"{{{name}}}" in text}
    return lake().cursor().execute(text.format(**views, **parts), parameters).fetchall()


def check_visits(start: date, end: date) -> None:
    """This function will raise when the two sides that are compared do not answer the same."""
    ours = sum(point.value for point in ask(start, end)["visits"])
    theirs = sum(row[2] for row in by_hand(start, end)["visits"])
    if ours != theirs:
        raise RuntimeError(f"the board counts {ours} visits, the SQL beside it {theirs}")


def segment(bench: Bench) -> list[Result]:
    """People of one prefecture who saw the price page at least three times in thirty days, counted."""
    from ryorin.conditions.to_orm import to_q
    from ryorin.conditions.tree import All, Did, Op, Test, Times
    from ryorin.customers.people.fields import PERSON
    from ryorin.customers.people.models import Person
    from ryorin.insight.lake.queries import people_who_did
    from ryorin.lib import clock

    now = clock.now()
    behaviour = Did("page_view", Times.GTE, 3, 30, Test("url", Op.CONTAINS, "/pricing"))
    node = All((Test("prefecture", Op.IS, "13"), behaviour))

    def ours() -> int:
        return Person.objects.filter(to_q(node, PERSON, now=now, did=lambda did: people_who_did(did, now))).count()

    def theirs() -> int:
        return int(in_history(SEGMENT, {"now": now, "since": now - timedelta(days=30)})[0][0])

    if ours() != theirs():
        raise RuntimeError(f"the segment has {ours()} people, by the SQL beside it {theirs()}")
    times, reference = times_of(ours, repeats=RUNS, warm_up=0), times_of(theirs, repeats=RUNS, warm_up=0)
    return [
        Result(
            work="segment: attribute and behaviour",
            size=counted(bench.scale.touchpoints, "touchpoints"),
            times=times,
            ratio=ratio(times, reference),
            reference="SQL by hand",
            bars=(Bar("p50", most=NOW), Bar("ratio", most=1.5)),
        )
    ]


def scores(bench: Bench) -> list[Result]:
    """Everybody scored anew by the rules an installation begins with, and one person."""
    from ryorin.alignment.scoring.actions import rescore
    from ryorin.customers.people.models import Person

    Person.objects.update(score=0, score_reasons=[], is_ready=False)
    with peak_memory(os.getpid()) as peak:
        everybody = (seconds_of(rescore),)
    one = times_of(lambda: rescore([bench.scale.people // 2]), repeats=bench.scale.repeats)
    size = counted(bench.scale.people, "people")
    return [
        Result(
            work="score everybody",
            size=size,
            times=everybody,
            rate=bench.scale.people / everybody[0],
            memory=peak.bytes,
            bars=(Bar("p50", most=30.0),),
        ),
        Result(work="score one person", size=size, times=one, bars=(Bar("p50", most=0.020),)),
    ]


def batch(bench: Bench) -> list[Result]:
    """Touchpoints written straight into a lake that has some of the same month."""
    from benchmarks.making.history import AT_ONCE, MONTH, batches, just_now
    from ryorin.insight.lake.actions import append_touchpoints

    start, number = just_now() - MONTH, bench.scale.batch
    at_once = min(AT_ONCE, number // 4)
    tables = batches(number + at_once, people=bench.scale.people, seed=77, start=start, span=MONTH, at_once=at_once)
    times, bare = [], []
    with own_lake() as folder, peak_memory(os.getpid()) as peak:
        append_touchpoints(next(tables))
        for table in tables:
            times.append(seconds_of(partial(append_touchpoints, table)))
            bare.append(seconds_of(partial(write_bare, folder / "bare", table)))
    return [
        Result(
            work=f"touchpoints in batches of {at_once:,}",
            size=counted(number, "touchpoints"),
            times=tuple(times),
            rate=number / sum(times),
            memory=peak.bytes,
            ratio=sum(bare) / sum(times),
            reference="rate of a bare Delta append",
            bars=(Bar("rate", least=100_000),),
        )
    ]


def write_bare(place: Path, table: "pa.Table") -> None:
    from deltalake import write_deltalake

    write_deltalake(str(place), table, mode="append")


@contextmanager
def own_lake() -> Iterator[Path]:
    """This context will write history into a folder that is thrown away."""
    from django.test import override_settings

    with TemporaryDirectory(prefix="ryorin-bench-") as folder, override_settings(LAKE=f"{folder}/lake"):
        yield Path(folder)
