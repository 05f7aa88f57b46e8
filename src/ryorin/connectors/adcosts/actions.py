"""Taking in a medium's report: kept, looked at, its columns named (or remembered), its figures recorded."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.connectors.adcosts.errors import ReportTaken, ReportUnreadable
from ryorin.connectors.adcosts.headers import ANY_OF_NAMES, LABELS, NEEDED, known_columns, source_of
from ryorin.connectors.adcosts.rules import Skipped, currency_of, is_in_micros, reading_of, told_by
from ryorin.lib import clock
from ryorin.lib.tables import Row, Table, TableUnreadable, open_table
from ryorin.marketing.media.actions import record_figures
from ryorin.marketing.media.models import AdFile, ReportMap, Source
from ryorin.marketing.media.rules import Told
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

MOST_TITLE_LINES = 12
MOST_LINES = 200_000
SHOWN = 5
MOST_PROBLEMS = 100


@dataclass(slots=True)
class Look:
    """A report as it lies there, and how it would be read."""

    headers: list[str] = field(default_factory=list)
    sample: list[Row] = field(default_factory=list)
    encoding: str = ""
    skip_lines: int = 0
    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    micros: bool = False
    rate: Decimal | None = None
    currency: str = ""
    is_remembered: bool = False

    @property
    def missing(self) -> list[str]:
        """Return what has to be named before the report can be taken."""
        labels = [str(LABELS[name]) for name in NEEDED if name not in self.columns]
        if not any(name in self.columns for name in ANY_OF_NAMES):
            labels.append(str(LABELS["campaign_name"]))
        return labels


@transaction.atomic
def keep_report(path: Path, *, name: str, by: Member | None) -> AdFile:
    """This function will note down an uploaded report; nothing of it is taken in yet."""
    require(by, "campaigns.change")
    look = look_at(path, name=name)
    return AdFile.objects.create(
        source=look.source,
        name=name.replace("\0", "")[:200],
        stored_as=str(path),
        digest=_digest(path),
        encoding=look.encoding[:20],
        taken_by=by,
        taken_at=clock.now(),
    )


def look_at(path: Path, *, name: str = "") -> Look:
    """Return the report's headers, where they begin, and what is what: as last time, else as the headers say."""
    with _opened(path) as (table, skip_lines):
        look = Look(headers=list(table.columns), encoding=table.encoding, skip_lines=skip_lines)
        for row in table.rows():
            look.sample.append(row)
            if len(look.sample) >= SHOWN:
                break
    held = ReportMap.objects.filter(headers=headers_key(look.headers)).first()
    if held:
        look.source, look.columns, look.micros, look.rate = held.source, dict(held.columns), held.micros, held.rate
        look.is_remembered = True
    else:
        look.columns = known_columns(look.headers)
        look.source = source_of(look.headers, name)
        look.micros = is_in_micros(look.columns.get("cost", ""))
    first = look.sample[0].values if look.sample else []
    look.currency = currency_of(look.headers, look.columns, first)
    return look


@transaction.atomic
def take_report(
    file: AdFile,
    *,
    by: Member | None,
    source: str,
    columns: Mapping[str, str],
    micros: bool = False,
    rate: Decimal | None = None,
) -> AdFile:
    """This function will record the figures of a report, and remember how reports with these headers are read."""
    require(by, "campaigns.change")
    file = AdFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.is_taken:
        raise ReportTaken()
    look = look_at(Path(file.stored_as), name=file.name)
    look.source, look.columns = source, {name: header for name, header in columns.items() if header in look.headers}
    look.micros, look.rate = micros, rate
    _refuse_unreadable(look)
    lines = _read(Path(file.stored_as), look, file)
    taken = record_figures(lines, source=source, by=by, file=file)
    file.source, file.is_taken, file.taken_at, file.taken_by = source, True, clock.now(), by
    file.created, file.updated, file.unchanged = taken.created, taken.updated, taken.unchanged
    file.replaced = taken.replaced
    days = [line.day for line in lines]
    file.first_day, file.last_day = min(days, default=None), max(days, default=None)
    file.save()
    _remember(look)
    counts = {name: getattr(file, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
    audit.record("report_taken", "ad_file", file.pk, by=by, name=file.name, source=source, **counts)
    return file


def _read(path: Path, look: Look, file: AdFile) -> list[Told]:
    """Return the lines of the report, and count on the file what was left out and why."""
    reading = reading_of(look.headers, look.columns, currency=current().currency, micros=look.micros, rate=look.rate)
    lines: list[Told] = []
    with open_table(path, skip_lines=look.skip_lines) as table:
        for row in table.rows():
            file.rows += 1
            if file.rows > MOST_LINES:
                most = {"most": f"{MOST_LINES:,}"}
                raise ReportUnreadable(what=_("%(most)s行を超えています。期間を分けて書き出してください。") % most)
            try:
                if row.problem and len(row.values) < len(look.headers):
                    raise ValueError(row.problem)
                lines.append(told_by(row.values, reading))
            except Skipped:
                file.skipped += 1
            except ValueError as problem:
                file.rejected += 1
                if len(file.problems) < MOST_PROBLEMS:
                    file.problems.append([row.line, str(problem)[:200]])
    return lines


def _refuse_unreadable(look: Look) -> None:
    if look.source not in Source.values or look.source == Source.TYPED:
        raise ReportUnreadable(what=_("媒体を選んでください。"))
    if look.missing:
        raise ReportUnreadable(what=_("次の列を選んでください：%(labels)s") % {"labels": _("、").join(look.missing)})
    if len(set(look.columns.values())) < len(look.columns):
        raise ReportUnreadable(what=_("同じ列が2つの項目に選ばれています。"))
    ours = current().currency
    first = look.sample[0].values if look.sample else []
    currency = currency_of(look.headers, look.columns, first)
    if currency and currency != ours and look.rate is None:
        words = {"theirs": currency, "ours": ours}
        raise ReportUnreadable(what=_("費用が%(theirs)sです。1%(theirs)sが何%(ours)sかを入力してください。") % words)
    if look.rate is not None and not 0 < look.rate < 1_000_000:
        raise ReportUnreadable(what=_("換算レートは0より大きい数で入力してください。"))


def _remember(look: Look) -> None:
    ReportMap.objects.update_or_create(
        headers=headers_key(look.headers),
        defaults={
            "source": look.source,
            "columns": look.columns,
            "micros": look.micros,
            "rate": look.rate,
            "updated_at": clock.now(),
        },
    )


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Table, int]]:
    """Return the report from the line of its headers, below the title lines some media put first."""
    best, fits, problem = 0, -1, None
    for skip_lines in range(MOST_TITLE_LINES):
        try:
            with open_table(path, skip_lines=skip_lines) as table:
                found = known_columns(table.columns)
        except TableUnreadable as error:
            problem = problem or error
            continue
        fit = len(found) + 10 * all(name in found for name in NEEDED)
        if fit > fits:
            best, fits = skip_lines, fit
    if fits < 0:
        raise problem or ReportUnreadable(what=_("表が見つかりません。"))
    with open_table(path, skip_lines=best) as table:
        yield table, best


def headers_key(headers: list[str]) -> str:
    return hashlib.sha256("\0".join(headers).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
