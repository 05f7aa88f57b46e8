"""Importing a file: asked for, carried out lot by lot, gone on with after a stop, called off."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.connectors.csv.ahead import LINES_AT_ONCE, WORTH_IT, Lot, Stopped, lots_ahead
from ryorin.connectors.csv.errors import FileGone, MappingInvalid, RunIsBusy, RunIsOver
from ryorin.connectors.csv.importers.kind import Kind
from ryorin.connectors.csv.jobs import Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.mapping import Reading, as_json, proposed, read_mapping
from ryorin.connectors.csv.models import ImportReject, ImportRun, ImportState
from ryorin.connectors.csv.preparing import Preparing, chunked, grouped
from ryorin.connectors.csv.values import World
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.tables import Table, open_table
from ryorin.workspace.audit.actions import record
from ryorin.workspace.leases.actions import hold
from ryorin.workspace.leases.actions import take as take_lease
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
MOST_KINDS_OF_WARNING = 50
LINES_SHOWN = 20
OPEN = (ImportState.UPLOADED, ImportState.WAITING, ImportState.RUNNING)


class _Undone(Exception):
    """A trial has run far enough: take back what it wrote."""


@transaction.atomic
def start_import(
    kind: str,
    file: Path,
    *,
    by: Member | None,
    mapping: dict[str, Any] | None = None,
    file_name: str = "",
    dry_run: bool = False,
    state: str = ImportState.WAITING,
) -> ImportRun:
    """This function will note down that a file is to be imported; without a mapping the headers say what is what."""
    require(by, "records.import")
    require(by, KINDS[kind].verb)
    stored = file.resolve()
    run = ImportRun.objects.create(
        record_type=kind,
        file_name=(file_name or file.name)[:200],
        stored_as=str(stored),
        digest=digest_of(stored),
        mapping=mapping or {},
        dry_run=dry_run,
        state=state,
        started_by=by,
        language=translation.get_language() or "ja",
        bytes_total=stored.stat().st_size,
        created_at=clock.now(),
    )
    record("import_started", "import", run.pk, by=by, file=run.file_name, records=kind, dry_run=dry_run)
    return run


@transaction.atomic
def choose_mapping(run: ImportRun, mapping: dict[str, Any], *, dry_run: bool, by: Member | None) -> ImportRun:
    """This function will say how the columns of an uploaded file are read, and put the import in the queue."""
    require(by, KINDS[run.record_type].verb)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in (ImportState.UPLOADED, ImportState.DONE) or (run.state == ImportState.DONE and not run.dry_run):
        raise RunIsOver(state=run.get_state_display())
    with opened(run, read_mapping(mapping, KINDS[run.record_type].targets())) as (_table, reading):
        run.mapping = as_json(reading)
    record("import_mapped", "import", run.pk, by=by, dry_run=dry_run)
    reset(run, dry_run=dry_run)
    run.state = ImportState.WAITING
    run.save()
    return run


@transaction.atomic
def cancel_import(run: ImportRun, *, by: Member | None) -> ImportRun:
    """This function will call an import off: at once while it waits, else after the lot being written."""
    require(by, "records.import")
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in OPEN:
        raise RunIsOver(state=run.get_state_display())
    run.cancel_requested = True
    if run.state != ImportState.RUNNING:
        run.state, run.finished_at = ImportState.CANCELLED, clock.now()
    run.save(update_fields=["cancel_requested", "state", "finished_at"])
    record("import_cancelled", "import", run.pk, by=by)
    return run


@transaction.atomic
def resume_import(run: ImportRun, *, by: Member | None) -> ImportRun:
    """This function will put an import that stopped back in the queue, from the line it had reached."""
    require(by, "records.import")
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in (ImportState.CANCELLED, ImportState.FAILED) or not run.mapping:
        raise RunIsOver(state=run.get_state_display())
    run.state, run.cancel_requested, run.problem, run.finished_at = ImportState.WAITING, False, "", None
    run.save(update_fields=["state", "cancel_requested", "problem", "finished_at"])
    record("import_resumed", "import", run.pk, by=by, line=run.lines_done)
    return run


def run_waiting() -> int:
    """This function will carry out the imports that wait, and those whose worker is gone, and return how many."""
    waiting = ImportRun.objects.filter(state__in=(ImportState.WAITING, ImportState.RUNNING)).order_by("pk")
    done = 0
    for run in waiting:
        try:
            run_import(run)
            done += 1
        except RunIsBusy:
            continue
    return done


def run_import(run: ImportRun) -> ImportRun:
    """This function will import the file from where it stopped, and return the run as it stands at the end.

    A refusal that concerns the whole file becomes the run's problem.
    """
    with hold(f"import:{run.pk}", seconds=LEASE_SECONDS) as is_mine:
        if not is_mine:
            raise RunIsBusy()
        run.refresh_from_db()
        if run.state not in (ImportState.WAITING, ImportState.RUNNING):
            return run
        run.state, run.started_at = ImportState.RUNNING, run.started_at or clock.now()
        run.save(update_fields=["state", "started_at"])
        with translation.override(run.language):
            try:
                Importing(run).run()
            except Refusal as refusal:
                finish(run, ImportState.FAILED, problem=str(refusal))
            except (OperationalError, InterfaceError):
                raise  # the database is away: the run stands where it was and is taken up again
            except Exception:
                log.exception("import %s stopped", run.pk)
                finish(run, ImportState.FAILED, problem=_("予期しない問題で中断しました。管理者に連絡してください。"))
    return run


def finish(run: ImportRun, state: str, *, problem: str = "") -> None:
    """This function will close the run."""
    run.state, run.problem, run.finished_at = state, problem[:300], clock.now()
    with transaction.atomic():
        run.save(update_fields=["state", "problem", "finished_at", "bytes_done"])
        counts = {name: getattr(run, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
        record(f"import_{state}", "import", run.pk, by=run.started_by, **counts)


def reset(run: ImportRun, *, dry_run: bool) -> None:
    """This function will set the counts back, as before a second run over the same file."""
    run.rejects.all().delete()
    for name in ("rows", "created", "updated", "unchanged", "rejected", "warned", "lines_done", "bytes_done"):
        setattr(run, name, 0)
    run.warnings, run.problem, run.dry_run, run.cancel_requested = [], "", dry_run, False
    run.started_at = run.finished_at = None


@contextmanager
def opened(run: ImportRun, reading: Reading) -> Iterator[tuple[Table, Reading]]:
    """Return the run's file as a table, and how it is read: as said, else as the headers suggest."""
    kind, path = KINDS[run.record_type], Path(run.stored_as)
    if not path.is_file():
        raise FileGone()
    with open_table(path, encoding=reading.encoding, sheet=reading.sheet, skip_lines=reading.skip_lines) as table:
        targets = kind.targets()
        if not reading.columns:
            columns = proposed(table.columns, targets)
            related = reading.create_related or frozenset(kind.created_by_default)
            given = as_json(reading) | {"columns": columns, "create_related": sorted(related)}
            reading = read_mapping(given, targets, headers=table.columns)
        else:
            reading = read_mapping(as_json(reading), targets, headers=table.columns)
        refuse_incomplete(kind, reading, run.started_by)
        yield table, reading


def refuse_incomplete(kind: Kind, reading: Reading, by: Member | None) -> None:
    """This function will refuse a reading that lacks what every record needs, or fills in what the member may not."""
    targets = {target.name: target for target in kind.targets()}
    for names in kind.needs:
        if not reading.targets & set(names):
            labels = "・".join(str(targets[name].label) for name in names if name in targets)
            raise MappingInvalid(what=_("次の項目の列が必要です：%(labels)s") % {"labels": labels})
    if strangers := sorted(set(reading.key) - set(kind.keys)):
        raise MappingInvalid(what=_("key に「%(name)s」は使えません。") % {"name": strangers[0][:40]})
    if strangers := sorted(reading.create_related - set(kind.related)):
        raise MappingInvalid(what=_("create_related に「%(name)s」は使えません。") % {"name": strangers[0][:40]})
    role = by.role if by else None
    for name in reading.targets:
        if not targets[name].is_open_to(role):
            raise MappingInvalid(what=_("「%(label)s」を変更する権限がありません。") % {"label": targets[name].label})


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Importing:
    """One run being carried out."""

    def __init__(self, run: ImportRun) -> None:
        self.run_row, self.kind = run, KINDS[run.record_type]
        self.targets = self.kind.targets()
        self.position, self.handed = run.bytes_done, run.lines_done
        self.told: dict[str, dict[str, Any]] = {each["reason"]: each for each in run.warnings}

    def run(self) -> None:
        """This function will write the file lot by lot; each lot and the place reached are one transaction."""
        run, organisation = self.run_row, current()
        world = World(currency=organisation.currency, time_zone=organisation.time_zone)
        with opened(run, read_mapping(run.mapping, self.targets)) as (table, reading):
            run.encoding, run.bytes_total = table.encoding, table.size_hint
            ImportRun.objects.filter(pk=run.pk).update(encoding=run.encoding, bytes_total=run.bytes_total)
            source = f"import:{run.pk}"
            job = Job(
                by=run.started_by, reading=reading, world=world, source=source, now=clock.now(), dry_run=run.dry_run
            )
            is_over = self.take_all(self.lots(table, reading, world), job)
            if not is_over:
                finish(run, ImportState.CANCELLED)
                return
            run.bytes_done = run.bytes_total
            finish(run, ImportState.DONE)

    def lots(self, table: Table, reading: Reading, world: World) -> Iterator[Lot]:
        """Return lots of ready lines, of a large file from a second process as long as that lives."""
        run = self.run_row
        if run.bytes_total >= WORTH_IT:
            try:
                yield from lots_ahead(
                    run.record_type,
                    Path(run.stored_as),
                    reading,
                    world=world,
                    after_line=run.lines_done,
                    language=run.language,
                )
                return
            except Stopped:
                log.warning("import %s goes on without a second process", run.pk)
        yield from self.made_here(table, reading, world)

    def made_here(self, table: Table, reading: Reading, world: World) -> Iterator[Lot]:
        """Return lots of ready lines made in this process."""
        preparing = Preparing(self.kind, reading, table.columns, world)
        after = self.handed
        ahead = (row for row in table.rows() if row.line > after)
        while rows := list(islice(ahead, LINES_AT_ONCE)):
            yield [preparing.prepared(row) for row in rows], table.position()

    def take_all(self, lots: Iterator[Lot], job: Job) -> bool:
        """This function will write the lots until they end, or the import is called off: then it returns False."""
        run = self.run_row
        for chunk in chunked(grouped(self.lines_of(lots), self.kind.group_by), self.kind.chunk):
            take_lease(f"import:{run.pk}", seconds=LEASE_SECONDS)
            self.take(chunk, job, position=self.position)
            if ImportRun.objects.filter(pk=run.pk, cancel_requested=True).exists():
                return False
        return True

    def lines_of(self, lots: Iterator[Lot]) -> Iterator[Prepared]:
        for lines, position in lots:
            self.position = position
            yield from lines
            if lines:
                self.handed = lines[-1].line

    def take(self, chunk: list[list[Prepared]], job: Job, *, position: int) -> None:
        """This function will write one lot, one line at a time where the lot as a whole cannot be written."""
        try:
            self.write(chunk, job, position=position)
        except (Refusal, IntegrityError, DataError):
            log.warning("import %s: a lot is written line by line", self.run_row.pk)
            job.found.clear()
            for group in chunk:
                self.take_one(group, job, position=position)

    def take_one(self, group: list[Prepared], job: Job, *, position: int) -> None:
        """This function will write one group, or note down why it is refused."""
        try:
            self.write([group], job, position=position)
        except (Refusal, IntegrityError, DataError) as refusal:
            job.found.clear()
            reason = str(refusal) if isinstance(refusal, Refusal) else _("登録できない値が含まれています。")
            self.write([[line._replace(problem=reason[:300]) for line in group]], job, position=position)

    def write(self, chunk: list[list[Prepared]], job: Job, *, position: int) -> None:
        """This function will write the lot with the place reached; a trial takes back all but the counts."""
        good = [group for group in chunk if not any(line.problem for line in group)]
        outcomes: list[Outcome] = []
        with transaction.atomic():
            try:
                with transaction.atomic():
                    outcomes = self.kind.write(good, job) if good else []
                    if job.dry_run:
                        raise _Undone
            except _Undone:
                job.found.clear()
            self.note(chunk, good, outcomes, position=position)

    def note(
        self, chunk: list[list[Prepared]], good: list[list[Prepared]], outcomes: list[Outcome], *, position: int
    ) -> None:
        """This function will add up what became of the lot and keep the place reached."""
        run, rejects = self.run_row, []
        counts: Counter[str] = Counter()
        told = list(zip(good, outcomes, strict=True))
        known = {id(group) for group in good}
        told += [(group, rejected(reason_of(group))) for group in chunk if id(group) not in known]
        for group, outcome in told:
            if outcome.kind == "rejected":
                counts["rejected"] += len(group)
                rejects += [
                    ImportReject(
                        run=run, line=line.line, reason=(line.problem or outcome.reason)[:300], values=line.cells
                    )
                    for line in group
                ]
                continue
            counts[outcome.kind] += 1
            for note in outcome.notes:
                counts["warned"] += 1
                self.tell(note, group[0].line)
        ImportReject.objects.bulk_create(rejects, batch_size=1000)
        run.rows += sum(map(len, chunk))
        for name in ("created", "updated", "unchanged", "rejected", "warned"):
            setattr(run, name, getattr(run, name) + counts[name])
        run.lines_done = chunk[-1][-1].line
        run.bytes_done, run.warnings = position, list(self.told.values())
        run.save(
            update_fields=[
                *("rows", "created", "updated", "unchanged", "rejected", "warned"),
                *("lines_done", "bytes_done", "warnings"),
            ]
        )

    def tell(self, note: str, line: int) -> None:
        """This function will count a note and remember the first lines it is about."""
        if note not in self.told and len(self.told) >= MOST_KINDS_OF_WARNING:
            note = _("そのほかの注意")
        entry = self.told.setdefault(note, {"reason": note, "count": 0, "lines": []})
        entry["count"] += 1
        if len(entry["lines"]) < LINES_SHOWN:
            entry["lines"].append(line)


def reason_of(group: list[Prepared]) -> str:
    """Return why a group cannot be taken: an order of which one line is wrong is wrong as a whole."""
    bad = next(line for line in group if line.problem)
    if len(group) == 1:
        return bad.problem
    return _("%(line)s行目の問題により、この注文全体を取り込めません：%(problem)s") % {
        "line": bad.line,
        "problem": bad.problem,
    }
