"""Asking a metric: by period, by breakdown, and the rows behind a number. Answers are kept until history moves on."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from ryorin.insight.lake.queries import answer, blank, bound, table, versions
from ryorin.insight.metrics.errors import BreakdownUnknown, MetricUnknown
from ryorin.insight.metrics.rules import METRICS, Measure, Metric
from ryorin.lib.fiscal import GRAINS, Grain, Period, periods_between
from ryorin.workspace.organisation.queries import current

if TYPE_CHECKING:
    import ibis.expr.types as ir

Key = str | int | None
Span = tuple[date, date]
Answer = dict[tuple[int, Key], float]
T = TypeVar("T")
KEPT = 1_000
EPOCH = date(1970, 1, 1)
ZONE_KEPT = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Number:
    """The answer for one period and one part of a breakdown; `value` is None where there is nothing to divide by."""

    of: float
    per: float | None = None
    divides: bool = False

    @property
    def value(self) -> float | None:
        if not self.divides:
            return self.of
        return self.of / self.per if self.per else None


NOTHING = Number(0)


@dataclass(frozen=True, slots=True)
class Point:
    period: Period
    key: Key
    number: Number

    @property
    def value(self) -> float | None:
        return self.number.value


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows a number was computed from: which kind of record, the ids (at most `limit`), and how many in all."""

    record_type: str
    ids: list[Any]
    total: int


def metric_named(name: str) -> Metric:
    """Return the metric of that name; refuses unknown names."""
    try:
        return METRICS[name]
    except KeyError:
        raise MetricUnknown(name=name) from None


def value(metric: Metric | str, period: Period, *, breakdown: str | None = None, key: Key = None) -> float | None:
    """Return the metric's value in the period, for one part of a breakdown when one is named."""
    points = series(metric, start=period.start, end=period.end, grain=period.grain, breakdown=breakdown)
    return next((point.value for point in points if point.key == key and point.period.start == period.start), None)


def total(metric: Metric | str, start: date, end: date) -> float | None:
    """Return the metric's value over all days from `start` up to, not including, `end`."""
    metric = metric_named(metric) if isinstance(metric, str) else metric
    answers = [measured(measure, start, end, "all", None) for measure in metric.measures]
    return number_of(metric, answers, 0, None).value


def by_part(metric: Metric | str, start: date, end: date, *, breakdown: str) -> dict[Key, Number]:
    """Return the metric over all those days for each part of the breakdown."""
    metric = metric_named(metric) if isinstance(metric, str) else metric
    check_breakdown(metric, breakdown)
    answers = [measured(measure, start, end, "all", breakdown) for measure in metric.measures]
    keys = {key for answer in answers for _bucket, key in answer}
    return {key: number_of(metric, answers, 0, key) for key in keys}


def series(
    metric: Metric | str, *, start: date, end: date, grain: Grain = "month", breakdown: str | None = None
) -> list[Point]:
    """Return one point per period from `start` to `end` (and per part of the breakdown), in order of time.

    Without a breakdown every period has a point, also an empty one.
    """
    metric = metric_named(metric) if isinstance(metric, str) else metric
    check_breakdown(metric, breakdown)
    periods = periods_between(start, end, grain=grain, start_month=current().fiscal_start_month)
    if not periods:
        return []
    first, last = periods[0].start, periods[-1].end
    answers = [measured(measure, first, last, grain, breakdown) for measure in metric.measures]
    keys: Iterable[Key] = [None]
    if breakdown:
        keys = sorted({key for answer in answers for _bucket, key in answer}, key=lambda key: (key is None, str(key)))
    return [
        Point(period, key, number_of(metric, answers, place, key))
        for place, period in enumerate(periods)
        for key in keys
        if not breakdown or any((place, key) in answer for answer in answers)
    ]


def over_spans(names: Iterable[str], spans: Sequence[Span]) -> dict[str, list[float | None]]:
    """Return for each metric its value over each of the spans, which must not overlap; one question per measure."""
    metrics = [metric_named(name) for name in names]
    measures = {measure.name: measure for metric in metrics for measure in metric.measures}
    answers = {name: spanned(measure, tuple(spans)) for name, measure in measures.items()}
    return {
        metric.name: [
            number_of(metric, [answers[measure.name] for measure in metric.measures], place, None).value
            for place in range(len(spans))
        ]
        for metric in metrics
    }


def by_day(metric: Metric | str, *, start: date, end: date) -> dict[date, float]:
    """Return the first measure of the metric for each day that has rows."""
    metric = metric_named(metric) if isinstance(metric, str) else metric
    totals = measured(metric.of, start, end, "day", None)
    return {start + timedelta(days=place): number for (place, _key), number in sorted(totals.items())}


def days_of(
    metric: Metric, start: date, end: date, *, breakdown: str | None = None, key: Key = None
) -> list[dict[date, float]]:
    """Return for each measure of the metric its total by day, of one part of a breakdown where one is named."""
    check_breakdown(metric, breakdown)
    return [
        {
            start + timedelta(days=place): number
            for (place, part), number in measured(measure, start, end, "day", breakdown).items()
            if part == key
        }
        for measure in metric.measures
    ]


def rows_behind(
    metric: Metric | str,
    start: date,
    end: date,
    *,
    breakdown: str | None = None,
    key: Key = None,
    limit: int = 10_000,
) -> Behind:
    """Return the records that make up the number (of a ratio, those counted above the line)."""
    metric = metric_named(metric) if isinstance(metric, str) else metric
    check_breakdown(metric, breakdown)
    of = metric.of.asked_by(breakdown)
    rows = within(of, of.rows(table), start, end)
    if breakdown:
        column = rows[of.by[breakdown]]
        rows = rows.filter(column.isnull() if key is None else column == key)
    ids = rows.select(id=rows[of.record_id]).distinct()
    total_rows = int(ids.count().to_pyarrow().as_py())
    found = ids.order_by(ids.id.desc()).limit(limit).to_pyarrow().column("id").to_pylist()
    return Behind(of.record_type, found, total_rows)


def check_breakdown(metric: Metric, breakdown: str | None) -> None:
    if breakdown is not None and breakdown not in metric.breakdowns:
        raise BreakdownUnknown(name=breakdown)


def number_of(metric: Metric, answers: list[Answer], bucket: int, key: Key) -> Number:
    of = answers[0].get((bucket, key), 0)
    if metric.per is None:
        return Number(of)
    return Number(of, answers[1].get((bucket, key), 0), divides=True)


_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()
_zone = (0.0, ZoneInfo("UTC"))


def remembered(question: tuple[Any, ...], tables: Iterable[str], make: Callable[[], T]) -> T:
    """Return what `make` returns; the same question about the same versions of the tables is answered from memory."""
    key = (str(settings.LAKE), zone().key, *question, *versions(tables).items())
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return cast(T, _answers[key])
    found = make()
    with _lock:
        _answers[key] = found
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return found


def measured(measure: Measure, start: date, end: date, grain: str, breakdown: str | None) -> Answer:
    """Return {(number of the period, part): total}."""
    measure = measure.asked_by(breakdown)
    question = (measure.name, start, end, grain, breakdown)
    return remembered(question, measure.tables, lambda: ask(measure, start, end, grain, breakdown))


def spanned(measure: Measure, spans: tuple[Span, ...]) -> Answer:
    """Return {(number of the span, None): total}."""
    return remembered((measure.name, spans), measure.tables, lambda: ask_spans(measure, spans))


def ask_spans(measure: Measure, spans: tuple[Span, ...]) -> Answer:
    """Return the totals of several spans, computed from history at once."""

    def question() -> "ir.Table":
        import ibis

        rows = measure.rows(blank)
        lies_in = [lies_between(measure, rows, f"start{place}", f"end{place}") for place in range(len(spans))]
        rows = rows.mutate(bucket_=ibis.cases(*((inside, place) for place, inside in enumerate(lies_in))))
        rows = rows.filter(rows.bucket_.notnull())
        return rows.group_by("bucket_").agg(total_=measure.total(rows))

    bounds: dict[str, date | datetime] = {}
    for place, (start, end) in enumerate(spans):
        bounds |= bounds_of(measure, start, end, place=str(place))
    rows = answer((measure.name, len(spans)), question, bounds)
    return {(int(row["bucket_"]), None): float(row["total_"]) for row in rows if row["total_"] is not None}


def ask(measure: Measure, start: date, end: date, grain: str, breakdown: str | None) -> Answer:
    """Return the totals computed from history."""
    months = GRAINS.get(grain, 1)  # type: ignore[call-overload]
    turn = (start.year * 12 + start.month) % months

    def question() -> "ir.Table":
        import ibis

        rows = measure.rows(blank)
        rows = rows.filter(lies_between(measure, rows, "start", "end"))
        part = rows[measure.by[breakdown]] if breakdown else ibis.null("string")
        rows = rows.mutate(bucket_=bucket(measure, rows, grain, months=months, turn=turn), part_=part)
        return rows.group_by(["bucket_", "part_"]).agg(total_=measure.total(rows))

    zoned = zone().key if grain != "all" and not measure.is_date else ""
    rows = answer((measure.name, grain, turn, breakdown, zoned), question, bounds_of(measure, start, end))
    first = first_bucket(start, grain, months=months, turn=turn)
    return {
        (int(row["bucket_"]) - first, row["part_"] if row["part_"] != "" else None): float(row["total_"])
        for row in rows
        if row["total_"] is not None
    }


def lies_between(measure: Measure, rows: "ir.Table", start: str, end: str) -> Any:
    """Return whether a row lies between two bounds that are known by name until they are asked about."""
    at, is_date = rows[measure.at], measure.is_date
    return (at >= bound(start, is_date=is_date)) & (at < bound(end, is_date=is_date))


def bounds_of(measure: Measure, start: date, end: date, *, place: str = "") -> dict[str, date | datetime]:
    """Return the days, as moments in the company's zone where the measure asks for moments."""
    names = (f"start{place}", f"end{place}")
    return {name: day if measure.is_date else beginning(day) for name, day in zip(names, (start, end), strict=True)}


def within(measure: Measure, rows: "ir.Table", start: date, end: date) -> "ir.Table":
    """Return the rows whose moment lies on a day from `start` up to, not including, `end`, in the company's zone."""
    import ibis

    low, high = (ibis.literal(edge) for edge in bounds_of(measure, start, end).values())
    at = rows[measure.at]
    return rows.filter((at >= low) & (at < high))


def bucket(measure: Measure, rows: "ir.Table", grain: str, *, months: int, turn: int) -> Any:
    """Return the number of the day or period in which a row lies, counted from the beginning of all time."""
    import ibis

    if grain == "all":
        return ibis.literal(0, "int64")
    day = rows[measure.at] if measure.is_date else local_day(rows[measure.at])
    if grain == "day":
        return day.delta(ibis.literal(EPOCH), unit="day").cast("int64")
    return ((day.year() * 12 + day.month() - turn) // months).cast("int64")


def first_bucket(start: date, grain: str, *, months: int, turn: int) -> int:
    """Return the number of the day or period that begins with `start`, counted as `bucket` does."""
    if grain == "all":
        return 0
    return (start - EPOCH).days if grain == "day" else (start.year * 12 + start.month - turn) // months


def local_day(moment: Any) -> Any:
    """Return the day of a UTC moment in the company's time zone; a zone with summer time shifts by its two offsets."""
    import ibis

    seconds = moment.epoch_seconds()
    changes = offset_changes(zone().key)
    offset = ibis.literal(changes[0][1], "int64")
    if len(changes) > 1:
        offset = ibis.cases(
            *((seconds >= since, ibis.literal(shift, "int64")) for since, shift in reversed(changes[1:])), else_=offset
        )
    return (seconds + offset).as_timestamp("s").date()


@lru_cache(maxsize=8)
def offset_changes(name: str, first: int = 2000, last: int = 2040) -> list[tuple[int, int]]:
    """Return (epoch second, offset in seconds) each time the zone's distance from UTC changes, by the hour."""
    place = ZoneInfo(name)
    changes: list[tuple[int, int]] = []
    moment, end, step = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC), timedelta(days=1)
    while moment < end:
        offset = int((moment.astimezone(place).utcoffset() or timedelta()).total_seconds())
        if not changes or changes[-1][1] != offset:
            changes.append((int(exact(moment - step, place, offset) if changes else moment.timestamp()), offset))
        moment += step
    return changes


def exact(before: datetime, place: ZoneInfo, offset: int) -> float:
    """Return the epoch second of the hour, within a day after `before`, in which the zone took on `offset`."""
    for hour in range(25):
        moment = before + timedelta(hours=hour)
        if (moment.astimezone(place).utcoffset() or timedelta()).total_seconds() == offset:
            return moment.timestamp()
    return before.timestamp()


def beginning(day: date) -> datetime:
    """Return the moment the day begins in the company's time zone."""
    return datetime.combine(day, time.min, zone())


def zone() -> ZoneInfo:
    """Return the company's time zone, which is looked up at most once in five seconds."""
    global _zone
    if settings.TESTING or _zone[0] < monotonic():
        _zone = (monotonic() + ZONE_KEPT, ZoneInfo(current().time_zone))
    return _zone[1]
