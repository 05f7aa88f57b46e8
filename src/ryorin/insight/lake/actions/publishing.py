"""Published tables: copies of rows in the lake that follow what changed.

A table of few rows is copied whole when its signature changed. Of a large one the rows changed since the last look
(with an overlap, for transactions that became visible late) take the place of the old ones, together with the rows that
name a deleted record. The position is saved after the lake has the rows: dying in between means copying them once more.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import ForeignKey, Max

from ryorin.insight.lake.actions.turns import go_on, turn
from ryorin.insight.lake.models import PublishedPosition
from ryorin.insight.lake.queries import rows
from ryorin.insight.lake.queries.catalogue import mentions, model_of, published_table, published_tables
from ryorin.insight.lake.queries.reading import lake, parquet
from ryorin.insight.lake.queries.storage import CONFIGURATION, arrow_schema, open_table, place
from ryorin.insight.lake.rules import LARGE_PART, OVERLAP, ROWS_A_SECOND, SMALL_TABLE, digest_of, parent_of
from ryorin.lib import clock
from ryorin.lib.published import Column, PublishedTable
from ryorin.workspace.audit.models import AuditEntry

if TYPE_CHECKING:
    import pyarrow as pa

KEYS_AT_ONCE = 20_000
WRAPS_AT = 2**40


@dataclass
class Deletions:
    """What was deleted since a position in the audit trail: ids by record type."""

    until: int = 0
    ids: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, record_type: str, *, after: int) -> list[int]:
        return [record for entry, record in self.ids.get(record_type, []) if entry > after]


def publish(*, only: Iterable[str] | None = None) -> dict[str, int]:
    """This function will bring the published tables (or these) up to date, and return the rows copied by table."""
    names = list(published_tables()) if only is None else list(only)
    for name in names:
        published_table(name)
    with turn():
        return publish_all(names)


def rebuild(table: str | None = None) -> dict[str, int]:
    """This function will copy a published table (or every one) anew, whatever the lake has."""
    names = list(published_tables()) if table is None else [published_table(table).name]
    with turn():
        PublishedPosition.objects.filter(table__in=names).update(schema="")
        return publish_all(names)


def publish_all(names: Iterable[str], *, patient: bool = False) -> dict[str, int]:
    """This function will publish these tables in one's turn; when `patient`, a large table may wait a while."""
    publishings = list(begin(names, patient=patient))
    copied = {publishing.table.name: publishing.run() for publishing in publishings}
    read = PublishedPosition.objects.filter(table__in=copied)
    for publishing in publishings[:1]:
        until = publishing.deletions.until
        read.filter(deletions_until__lt=until).update(deletions_until=until)
    return copied


def due(*, patient: bool) -> list[str]:
    """Return the published tables whose rows changed since they were copied."""
    return [publishing.table.name for publishing in begin(published_tables(), patient=patient) if publishing.is_due()]


def begin(names: Iterable[str], *, patient: bool) -> Iterator["Publishing"]:
    """Yield what is to be looked at, each with its saved position and with what was deleted since."""
    positions = {position.table: position for position in PublishedPosition.objects.all()}
    deletions = deletions_after(min((position.deletions_until for position in positions.values()), default=0))
    for name in names:
        position = positions.get(name) or PublishedPosition(table=name)
        if not (patient and is_too_early(position)):
            yield Publishing(published_table(name), position, deletions)


def is_too_early(position: PublishedPosition) -> bool:
    """Return whether a copy is young enough for its size."""
    if position.published_at is None or not position.schema:
        return False
    return (clock.now() - position.published_at).total_seconds() < position.rows / ROWS_A_SECOND


def deletions_after(entry: int) -> Deletions:
    """Return the records whose deletion the audit trail tells after this entry."""
    newest = AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    found = Deletions(until=newest)
    if newest > entry:
        told = AuditEntry.objects.filter(
            pk__gt=entry, pk__lte=newest, action__endswith="_deleted", record_id__isnull=False
        )
        for pk, record_type, record_id in told.values_list("pk", "record_type", "record_id"):
            if record_id is not None:
                found.ids.setdefault(record_type, []).append((pk, record_id))
    return found


class Publishing:
    """One table being brought up to date."""

    def __init__(self, table: PublishedTable, position: PublishedPosition, deletions: Deletions) -> None:
        self.table, self.position, self.deletions = table, position, deletions
        self.columns = table.columns
        self.key = next(column for column in table.columns if column.name == table.key)
        self.parent, self.marker = parent_of(table)
        self.source = rows.quoted(model_of(table)._meta.db_table)

    def is_due(self) -> bool:
        """Return whether something changed; where nothing did for long, the look is moved on so that it stays short."""
        position, since = self.position, clock.now() - OVERLAP
        if position.schema != digest_of(self.table):
            return True
        until = position.changed_until
        is_old = bool(self.marker) and until is not None and until < since - OVERLAP
        next_signature = self.signature(since) if is_old else ""
        if position.signature != self.signature(until) or self.gone():
            return True
        if is_old:
            PublishedPosition.objects.filter(pk=position.pk).update(changed_until=since, signature=next_signature)
            position.changed_until, position.signature = since, next_signature
        return False

    def run(self) -> int:
        """This function will copy what changed and return how many rows that were."""
        if not self.is_due():
            return 0
        go_on()
        began, digest = clock.now(), digest_of(self.table)
        signature, last_key = self.signature(began - OVERLAP), self.last_key()
        copied = self.copy(self.gone(), is_new=self.position.schema != digest)
        self.position.changed_until, self.position.signature = began - OVERLAP, signature
        self.position.last_key, self.position.schema, self.position.published_at = last_key, digest, began
        self.position.deletions_until = self.deletions.until
        self.position.save()
        return copied

    def copy(self, gone: set[int], *, is_new: bool) -> int:
        """This function will copy the whole table when it is small or much changed, else the rows that changed."""
        total = int(rows.fetch(f"SELECT count(*) FROM {self.source}")[0][0])
        self.position.rows = total
        if is_new or not self.marker or total < SMALL_TABLE or open_table(self.table.name) is None:
            return self.copy_whole(total)
        changed = self.changed()
        if len(changed) + len(gone) > LARGE_PART * total:
            return self.copy_whole(total)
        return self.copy_some(changed, gone)

    def copy_whole(self, total: int) -> int:
        in_order = "" if rows.is_sqlite() else f" ORDER BY {rows.quoted(self.key.read_from)}"
        self.write(rows.reader(rows.select(self.columns, f"{self.source} t{in_order}"), self.columns))
        return total

    def copy_some(self, changed: list[int], gone: set[int]) -> int:
        """This function will put the rows of these keys (or parents) in the place of those the lake has."""
        if not self.parent:
            changed, gone = sorted(gone.union(changed)), set()
        copied = 0
        for column, values in ((self.parent_column() if self.parent else self.key, changed), (self.key, sorted(gone))):
            if values:
                anew = self.read_where(column, values)
                self.replace(column, values, anew)
                copied += anew.num_rows
        return copied

    def replace(self, column: Column, values: list[int], anew: "pa.Table") -> None:
        import pyarrow as pa

        cursor = lake().root.cursor()
        cursor.register("anew", anew)
        cursor.register("replaced", pa.table({"value": pa.array(values, pa.int64())}))
        table = open_table(self.table.name)
        assert table is not None
        names = ", ".join(f'"{c.name}"' for c in self.columns)
        old = parquet(table.file_uris(), hive=False)
        merged = cursor.sql(
            f'SELECT {names} FROM {old} o WHERE NOT EXISTS (SELECT 1 FROM replaced WHERE value = o."{column.name}") '
            f'UNION ALL SELECT {names} FROM anew ORDER BY "{self.key.name}"'
        )
        self.write(merged.to_arrow_reader(65_536).cast(arrow_schema(self.columns)))

    def write(self, reader: "pa.RecordBatchReader") -> None:
        from deltalake import WriterProperties, write_deltalake

        write_deltalake(
            place(self.table.name),
            reader,
            mode="overwrite",
            schema_mode="overwrite",
            configuration=CONFIGURATION,
            writer_properties=WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=100_000),
        )

    def read_where(self, column: Column, values: list[int]) -> "pa.Table":
        import pyarrow as pa

        pieces = [pa.table({c.name: [] for c in self.columns}, schema=arrow_schema(self.columns))]
        for start in range(0, len(values), KEYS_AT_ONCE):
            listed = ", ".join(map(str, values[start : start + KEYS_AT_ONCE]))
            where = f"{self.source} t WHERE t.{rows.quoted(column.read_from)} IN ({listed})"
            pieces.append(rows.read(rows.select(self.columns, where), self.columns))
        return pa.concat_tables(pieces)

    def changed(self) -> list[int]:
        """Return the keys of the rows that changed since the last look (or of their parents)."""
        source, key, last = self.marked()
        since = self.position.changed_until
        assert since is not None
        where = f"t.{rows.quoted(self.marker)} > {rows.moment(since)} OR t.{key} > {int(last)}"
        return [int(value) for (value,) in rows.fetch(f"SELECT t.{key} FROM {source} t WHERE {where}")]

    def gone(self) -> set[int]:
        """Return the keys whose rows were deleted or name a record that was, since the last look."""
        after = self.position.deletions_until
        keys = set(self.deletions.of(self.table.record_type, after=after)) if self.table.record_type else set()
        for record_type, column in mentions(self.table.name):
            deleted = self.deletions.of(record_type, after=after)
            if deleted:
                keys.update(self.keys_naming(column, deleted))
        return keys

    def keys_naming(self, column: str, ids: list[int]) -> list[int]:
        if open_table(self.table.name) is None:
            return []
        view = lake().look(self.table.name).view
        sql = f'SELECT "{self.key.name}" FROM "{view}" WHERE "{column}" IN ({", ".join(map(str, ids))})'
        return [int(key) for (key,) in lake().root.cursor().execute(sql).fetchall()]

    def signature(self, since: datetime | None) -> str:
        """Return what is another whenever a row was changed after `since`, or one with a new key came."""
        if not self.marker:
            everything = rows.fetch(f"{rows.select(self.columns, self.source + ' t')} ORDER BY 1")
            return hashlib.sha256(repr(everything).encode()).hexdigest()
        source, key, _last = self.marked()
        if since is None:
            return ""
        highest = rows.fetch(f"SELECT max({key}) FROM {source}")[0][0]
        changed = f"t.{rows.quoted(self.marker)}"
        summed = f"sum({rows.microseconds(changed)} % {WRAPS_AT})"  # a plain sum of many moments would not fit
        count, total = rows.fetch(f"SELECT count(*), {summed} FROM {source} t WHERE {changed} > {rows.moment(since)}")[
            0
        ]
        return f"{count}:{int(total or 0)}:{highest or 0}"

    def marked(self) -> tuple[str, str, int]:
        """Return the table that carries the change marker, its key column, and the highest key seen there."""
        if not self.parent:
            return self.source, rows.quoted(self.key.read_from), self.position.last_key
        model = self.parent_field().related_model
        return rows.quoted(model._meta.db_table), rows.quoted(str(model._meta.pk.column)), self.position.last_key

    def last_key(self) -> int:
        source, key, _last = self.marked()
        return int(rows.fetch(f"SELECT max({key}) FROM {source}")[0][0] or 0)

    def parent_field(self) -> "ForeignKey[object, object]":
        found = model_of(self.table)._meta.get_field(self.parent)
        assert isinstance(found, ForeignKey)
        return found

    def parent_column(self) -> Column:
        name = self.parent_field().column
        return next(column for column in self.columns if column.read_from == name)
