"""Taking erased people out of history: first out of the tables, then, when nobody reads them, out of the old files.

The log of a Delta table names the smallest and largest value of each column of each file, so that it goes too: what
stays is a checkpoint of the newest version and the entries after it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from ryorin.customers.privacy.actions.erasing import finish, overwrite_what_is_deleted, sweep, visitors_in, wanted_in
from ryorin.customers.privacy.models import Erasure, ErasureState
from ryorin.customers.privacy.queries import Wanted, traces_of
from ryorin.insight.lake.actions.compacting import GRACE_HOURS
from ryorin.insight.lake.actions.draining import drain_all
from ryorin.insight.lake.actions.publishing import publish_all, rebuild
from ryorin.insight.lake.actions.turns import go_on, numbered, turn
from ryorin.insight.lake.queries.catalogue import published_tables
from ryorin.insight.lake.queries.reading import lake, parquet
from ryorin.insight.lake.queries.storage import open_table, place
from ryorin.insight.lake.rules import TOUCHPOINTS, who_of_visitor
from ryorin.lib import clock
from ryorin.lib.published import Kind

TEXTS = ("visitor", "source", "properties", "url")
AT_ONCE = 1024 * 1024


def continue_erasures() -> int:
    """This function will take every erasure that is not finished one step further, and return how many it moved."""
    moved = 0
    for erasure in Erasure.objects.filter(state=ErasureState.ROWS).order_by("pk"):
        leave_tables(erasure)
        moved += 1
    waiting = Erasure.objects.filter(state=ErasureState.LAKE, files_due_at__lte=clock.now()).order_by("pk")
    for erasure in waiting:
        leave_files(erasure)
        moved += 1
    return moved


def leave_tables(erasure: Erasure) -> None:
    """This function will take the person out of every text of the database and every table of history."""
    silent = sweep(erasure)
    wanted = wanted_in(erasure)
    with turn():
        drain_all()
        _leave_touchpoints(erasure.person_was, visitors_in(erasure), wanted)
        publish_all(published_tables())
    for name, table in published_tables().items():
        if table.model in silent or _still_names(name, wanted):
            rebuild(name)
    now = clock.now()
    Erasure.objects.filter(pk=erasure.pk, state=ErasureState.ROWS).update(
        state=ErasureState.LAKE, lake_at=now, files_due_at=now + timedelta(hours=GRACE_HOURS)
    )


def leave_files(erasure: Erasure) -> None:
    """This function will remove the files that only older versions name, then look whether anything is left."""
    wanted = wanted_in(erasure)
    with turn():
        for name in (TOUCHPOINTS, *published_tables()):
            forget_versions(name)
    clean_database(wanted)
    finish(erasure, traces=traces_left(wanted))


def forget_versions(name: str) -> None:
    """This function will leave of a table the newest version only: its files, a checkpoint, and no older log."""
    table = open_table(name)
    if table is None:
        return
    go_on()
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    table = open_table(name)
    assert table is not None
    newest = table.version()
    table.create_checkpoint()
    log = Path(place(name), "_delta_log")
    for entry in log.iterdir() if log.is_dir() else ():
        number = entry.name.partition(".")[0]
        if number.isdecimal() and int(number) < newest:
            entry.unlink(missing_ok=True)


def clean_database(wanted: Wanted) -> None:
    """This function will see to it that no deleted page of the database still holds what was erased."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM")
            return
        overwrite_what_is_deleted()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        file = Path(str(connection.settings_dict["NAME"]))
        if file.exists() and is_in_file(file, wanted):
            try:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except DatabaseError:  # somebody writes just now; what is left is told as a trace
                return


def traces_left(wanted: Wanted) -> list[dict[str, Any]]:
    """Return where the person is still named: kept by law, or somewhere nothing should be."""
    found = [
        {
            "where": trace.where,
            "count": len(trace.ids),
            "why": _("法令により保存している書類です。") if trace.is_kept else "",
        }
        for trace in traces_of(wanted)
    ]
    for name in (TOUCHPOINTS, *published_tables()):
        files = [file for file in Path(place(name)).rglob("*") if file.is_file()] if Path(place(name)).is_dir() else []
        if count := sum(is_in_file(file, wanted) for file in files):
            found.append({"where": _("分析データ：%(name)s") % {"name": name}, "count": count, "why": ""})
    return found


def is_in_file(file: Path, wanted: Wanted) -> bool:
    """Return whether a file holds, byte by byte, one of the texts."""
    needles = [text.encode() for text in wanted.texts]
    longest = max(map(len, needles), default=0)
    rest = b""
    try:
        with file.open("rb") as stream:
            while part := stream.read(AT_ONCE):
                held = rest + part
                if any(needle in held for needle in needles):
                    return True
                rest = held[-longest:] if longest else b""
    except FileNotFoundError:
        return False
    return False


def _leave_touchpoints(person_id: int, visitors: list[str], wanted: Wanted) -> None:
    """This function will delete what the person did, and rewrite what others' touchpoints say about them; in turn."""
    table = open_table(TOUCHPOINTS)
    if table is None:
        return
    owners = ", ".join(str(who) for who in (person_id, *(who_of_visitor(visitor) for visitor in visitors)))
    table.delete(f"who IN ({owners}) OR person_id = {person_id}", commit_properties=numbered(table))
    for text in wanted.texts:
        for column in TEXTS:
            if _names(TOUCHPOINTS, column, text):
                go_on()
                table = open_table(TOUCHPOINTS)
                assert table is not None
                plain = text.replace("'", "''")
                table.update(
                    updates={column: f"replace({column}, '{plain}', '')"},
                    predicate=f"strpos({column}, '{plain}') > 0",
                    commit_properties=numbered(table),
                )


def _still_names(name: str, wanted: Wanted) -> bool:
    columns = [column.name for column in published_tables()[name].columns if column.kind is Kind.TEXT]
    return any(_names(name, column, text) for text in wanted.texts for column in columns)


def _names(name: str, column: str, text: str) -> bool:
    """Return whether a column of a table holds the text anywhere."""
    table = open_table(name)
    files = table.file_uris() if table is not None else []
    if not files:
        return False
    query = f'SELECT 1 FROM {parquet(files, hive=False)} WHERE contains("{column}", $text) LIMIT 1'
    return bool(lake().root.cursor().execute(query, {"text": text}).fetchall())
