"""Imports as pages and commands show them: the head of a file, what became of a run, the lines to correct."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ryorin.connectors.csv.errors import FileGone
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.mapping import Reading, proposed
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.lib.errors import Refusal
from ryorin.lib.tables import csv_chunks, open_table
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

PREVIEWED = 10
SHOWN_OF_CELL = 80


@dataclass(frozen=True)
class Head:
    """The beginning of a file: how it is written, its headers, some rows."""

    encoding: str
    headers: list[str]
    rows: list[list[str]]

    def samples(self, place: int) -> str:
        """Return the first few different values of a column."""
        values = dict.fromkeys(row[place] for row in self.rows if place < len(row) and row[place].strip())
        return "、".join(list(values)[:3])


@dataclass(frozen=True)
class Pace:
    """How far a run is and how fast; seconds left are a guess from the bytes read so far."""

    percent: float
    rows_per_second: int | None
    seconds_left: int | None


def runs_of(member: Member) -> QuerySet[ImportRun]:
    """Return the imports the member may look at: one's own, for leaders everybody's."""
    runs = ImportRun.objects.select_related("started_by")
    return runs if may(member, "audit.read") else runs.filter(started_by=member)


def head_of(run: ImportRun, *, encoding: str | None = None, skip_lines: int = 0, sheet: str | None = None) -> Head:
    """Return the beginning of the run's file, read as asked; raise TableUnreadable or FileGone."""
    path = Path(run.stored_as)
    if not path.is_file():
        raise FileGone()
    with open_table(path, encoding=encoding, sheet=sheet, skip_lines=skip_lines) as table:
        rows = []
        for row in table.rows():
            rows.append([value[:SHOWN_OF_CELL] for value in row.values])
            if len(rows) >= PREVIEWED:
                break
        return Head(table.encoding, table.columns, rows)


def suggested(run: ImportRun, headers: list[str]) -> dict[str, str]:
    """Return header -> target: as the last import with these headers had it, else as the headers say."""
    same = ImportRun.objects.filter(record_type=run.record_type, state=ImportState.DONE, started_by=run.started_by)
    for mapping in same.exclude(pk=run.pk).order_by("-pk").values_list("mapping", flat=True)[:20]:
        columns = mapping.get("columns") or {}
        if columns and set(columns) <= set(headers):
            return {header: specs[0]["field"] for header, specs in columns.items() if specs}
    return proposed(headers, KINDS[run.record_type].targets())


def pace_of(run: ImportRun, *, now: datetime) -> Pace:
    """Return how far the run is, and from its pace how long it may still take."""
    percent = 100 * run.bytes_done / run.bytes_total if run.bytes_total else 0.0
    seconds = (now - run.started_at).total_seconds() if run.started_at else 0.0
    if seconds <= 1 or not run.rows or percent <= 0:
        return Pace(percent, None, None)
    return Pace(percent, round(run.rows / seconds), round(seconds * (100 - percent) / percent))


def result_of(run: ImportRun) -> dict[str, Any]:
    """Return counts, notes and every rejected line of a run."""
    rejected = [{"line": line, "reason": reason} for line, reason in run.rejects.values_list("line", "reason")]
    counts = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged")}
    return {**counts, "rejected": rejected, "warnings": run.warnings, "dry_run": run.dry_run, "encoding": run.encoding}


def rejects_as_csv(run: ImportRun) -> Iterator[bytes]:
    """Return the rejected lines as a file to correct and feed back: as they stood, with line and reason beside them."""
    rejects = run.rejects.order_by("line", "pk")
    headers = headers_of(run) or [
        f"column {n + 1}" for n in range(max((len(one.values) for one in rejects[:100]), default=0))
    ]
    width = len(headers)
    rows = (
        [*one.values[:width], *[""] * (width - len(one.values)), one.line, one.reason]
        for one in rejects.iterator(chunk_size=1000)
    )
    encoding = "cp932" if run.encoding == "cp932" else "utf-8-sig"
    return csv_chunks([*headers, _("行番号"), _("取り込めなかった理由")], rows, encoding=encoding)


def headers_of(run: ImportRun) -> list[str]:
    """Return the headers of the run's file, none where it cannot be read any more."""
    mapping = run.mapping or {}
    try:
        return head_of(
            run,
            encoding=mapping.get("encoding"),
            skip_lines=mapping.get("skip_lines", 0),
            sheet=mapping.get("sheet"),
        ).headers
    except Refusal:
        return []


def example_of(reading: Reading, head: Head) -> list[tuple[str, str]]:
    """Return (header, target) in the order of the file."""
    found = {column.header: column.target for column in reading.columns}
    return [(header, found.get(header, "")) for header in head.headers]
