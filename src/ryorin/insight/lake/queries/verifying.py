"""Is history whole? Counted and compared, not believed."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.models import DrainBatch, PublishedPosition
from ryorin.insight.lake.queries import rows
from ryorin.insight.lake.queries.catalogue import model_of, published_tables
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.queries.storage import months, open_table
from ryorin.insight.lake.rules import INBOX, OVERLAP, TOUCHPOINTS, parent_of
from ryorin.lib.published import PublishedTable
from ryorin.workspace.audit.models import AuditEntry


@dataclass
class TableReport:
    """A published table against its rows: missing, surplus and differing ones; `waiting`: recent ones of these."""

    rows: int = 0
    in_lake: int = 0
    missing: int = 0
    surplus: int = 0
    differing: int = 0
    waiting: int = 0

    @property
    def is_ok(self) -> bool:
        return self.missing + self.surplus + self.differing <= self.waiting


@dataclass
class Report:
    """What was found; `problems` in words, none when history is whole."""

    touchpoints: int = 0
    waiting: int = 0
    on_their_way: int = 0
    last_batch: int = 0
    duplicates: int = 0
    misplaced: int = 0
    tables: dict[str, TableReport] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        return not self.problems


def verify() -> Report:
    """Return whether every touchpoint is in history once and every published table equals its rows."""
    inbox = _inbox()
    report = Report(waiting=inbox["waiting"], on_their_way=inbox["on_their_way"])
    _check_touchpoints(report)
    _check_batches(report)
    for name, table in published_tables().items():
        found = report.tables[name] = compare(table)
        if not found.is_ok:
            report.problems.append(
                f"{name}: {found.missing} rows missing, {found.surplus} too many, {found.differing} different"
            )
    return report


def status() -> dict[str, Any]:
    """Return how history lies: what waits, the months with their files, the published tables with their age."""
    table = open_table(TOUCHPOINTS)
    states = months(table) if table is not None else {}
    return {
        **_inbox(),
        "last_batch": _last_in_lake(),
        "touchpoints": sum(state.rows for state in states.values()),
        "months": [
            {
                "month": state.month,
                "rows": state.rows,
                "files": state.fresh_files + state.sorted_files,
                "fresh": state.fresh_rows,
            }
            for state in states.values()
        ],
        "tables": [
            {"table": position.table, "rows": position.rows, "published_at": position.published_at}
            for position in PublishedPosition.objects.order_by("table")
        ],
    }


def compare(table: PublishedTable) -> TableReport:
    """Return a published table compared with its rows by key and change marker."""
    position = PublishedPosition.objects.filter(table=table.name).first()
    names = [column.name for column in table.columns]
    parent, marker = parent_of(table)
    marked = "" if parent or marker not in names else marker
    wanted = tuple(column for column in table.columns if column.name in (table.key, marked))
    source = rows.quoted(model_of(table)._meta.db_table)
    cursor = lake().root.cursor()
    cursor.register("theirs", rows.read(rows.select(wanted, f"{source} t"), wanted))
    view, key = lake().look(table.name).view, f'"{table.key}"'
    is_other = f't."{marked}" IS DISTINCT FROM l."{marked}"' if marked else "false"
    is_new = f't."{marked}" > $seen' if marked and position else ("false" if position else "true")
    seen = position.published_at - OVERLAP if position and position.published_at else None
    counts = cursor.execute(
        f"""SELECT count(t.{key}), count(l.{key}),
        count(*) FILTER (l.{key} IS NULL), count(*) FILTER (t.{key} IS NULL),
        count(*) FILTER (l.{key} IS NOT NULL AND t.{key} IS NOT NULL AND {is_other}),
        count(*) FILTER ((l.{key} IS NULL OR {is_other}) AND t.{key} IS NOT NULL AND {is_new})
        FROM theirs t FULL JOIN "{view}" l ON l.{key} = t.{key}""",
        {"seen": seen} if "$seen" in is_new else None,
    ).fetchone()
    assert counts is not None
    report = TableReport(*counts)
    if position and AuditEntry.objects.filter(pk__gt=position.deletions_until, action__endswith="_deleted").exists():
        report.waiting += report.surplus
    return report


def _inbox() -> dict[str, int]:
    on_its_way = Count("pk", filter=Q(batch__isnull=False))
    counts = InboxTouchpoint.objects.aggregate(all=Count("pk"), on_their_way=on_its_way)
    return {"waiting": counts["all"] - counts["on_their_way"], "on_their_way": counts["on_their_way"]}


def _check_touchpoints(report: Report) -> None:
    seen = lake().look(TOUCHPOINTS)
    if not seen.files:
        return
    cursor, view = lake().root.cursor(), f'"{seen.view}"'
    misplaced = "strftime(timezone('Asia/Tokyo', \"at\"), '%Y-%m') <> month"
    found = cursor.execute(f"SELECT count(*), count(*) FILTER ({misplaced}) FROM {view}").fetchone()
    assert found is not None
    report.touchpoints, report.misplaced = found
    twice = f"SELECT uid FROM {view} GROUP BY uid HAVING count(*) > 1"
    duplicates = cursor.execute(f"SELECT count(*) FROM ({twice})").fetchone()
    assert duplicates is not None
    report.duplicates = duplicates[0]
    if report.duplicates:
        report.problems.append(f"touchpoints: {report.duplicates} ids are in history more than once")
    if report.misplaced:
        report.problems.append(f"touchpoints: {report.misplaced} lie in the wrong month")


def _check_batches(report: Report) -> None:
    """Every batch that was numbered is in the lake or still in the inbox."""
    report.last_batch = _last_in_lake()
    pending = set(InboxTouchpoint.objects.filter(batch__isnull=False).values_list("batch", flat=True).distinct())
    numbered = DrainBatch.objects.filter(pk__gt=report.last_batch).values_list("pk", flat=True)
    lost = sorted(set(numbered) - pending)
    if lost:
        report.problems.append(f"touchpoints: batches {lost} left the inbox and are not in the lake")


def _last_in_lake() -> int:
    table = open_table(TOUCHPOINTS)
    return 0 if table is None else table.transaction_version(INBOX) or 0
