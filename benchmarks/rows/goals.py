"""The KPI tree: revenue taken apart by channel, beside the same figures fetched by hand in DuckDB's SQL."""

from datetime import date, timedelta

from benchmarks.bench import Bench, counted
from benchmarks.clocking import ratio, times_of
from benchmarks.results import Bar, Result
from benchmarks.rows.history import in_history

RUNS = 3
FAST, MOST = 0.100, 1.5
WITHIN = "{at} >= timezone('Asia/Tokyo', $start::TIMESTAMP) AND {at} < timezone('Asia/Tokyo', $end::TIMESTAMP)"
IN_TURN = """SELECT p.source_channel, sum(net), count(*) FROM (
    SELECT *, row_number() OVER (PARTITION BY coalesce('c' || CAST(company_id AS VARCHAR),
      'p' || CAST(person_id AS VARCHAR)), is_return ORDER BY ordered_at, id) AS turn FROM {orders}) o
    LEFT JOIN {people} p ON p.id = o.person_id
    WHERE (turn = 1 AND NOT is_return) = $first AND {within} GROUP BY ALL"""
BY_HAND = (
    """SELECT channel, count(DISTINCT coalesce(nullif(session, ''), visitor || CAST(day AS VARCHAR)))
        FROM {touchpoints} WHERE kind = 'page_view' AND verdict <> 'machine' AND {within} GROUP BY ALL""",
    """SELECT coalesce(nullif(s.channel, ''), p.source_channel), count(*) FROM {stage_changes} s
        LEFT JOIN {people} p ON p.id = s.person_id WHERE s.stage = 'lead' AND {within} GROUP BY ALL""",
    """SELECT coalesce(nullif(s.channel, ''), p.source_channel), count(*) FROM {stage_changes} s
        LEFT JOIN {people} p ON p.id = s.person_id WHERE s.stage = 'qualified' AND {within} GROUP BY ALL""",
    "SELECT channel, count(*) FROM {handoffs} WHERE state = 'accepted' AND {within} GROUP BY ALL",
    IN_TURN,
)
MOMENTS = ('"at"', "s.at", "s.at", "answered_at", "ordered_at")


def kpi_tree(bench: Bench) -> list[Result]:
    """The tree of the running fiscal year by channel: every figure of two years, and its exact parts."""
    from ryorin.alignment.goals.queries import this_year, tree
    from ryorin.insight.metrics import queries
    from ryorin.lib import clock

    today = clock.today()
    year = this_year(today)

    def cold() -> None:
        queries._answers.clear()
        tree(year, today=today, by="channel")

    found = tree(year, today=today, by="channel")
    if found is None or sum(found.whole.parts.values()) != found.whole.difference or found.unexplained:
        raise RuntimeError("the parts of the tree do not add up to the difference")
    times = times_of(cold, repeats=RUNS, warm_up=1)
    reference = times_of(lambda: by_hand(year.start, today + timedelta(days=1)), repeats=RUNS, warm_up=1)
    second = times_of(lambda: tree(year, today=today, by="channel"), repeats=bench.scale.repeats)
    size = counted(bench.scale.touchpoints, "touchpoints")
    return [
        Result(
            work="KPI tree, a year by channel",
            size=size,
            times=times,
            ratio=ratio(times, reference),
            reference="SQL by hand",
        ),
        Result(work="KPI tree, second view", size=size, times=second, bars=(Bar("p50", most=FAST),)),
    ]


def by_hand(start: date, end: date) -> None:
    """This function will ask for the figures of both years, of the whole and by channel, as the tree does."""
    for back in (0, 1):
        for _reading in ("whole", "by channel"):
            days = {"start": start.replace(year=start.year - back), "end": end.replace(year=end.year - back)}
            for text, at in zip(BY_HAND, MOMENTS, strict=True):
                turns = (True, False, True) if text is IN_TURN else (None,)
                for first in turns:
                    asked = days if first is None else days | {"first": first}
                    in_history(text, asked, within=WITHIN.format(at=at))
