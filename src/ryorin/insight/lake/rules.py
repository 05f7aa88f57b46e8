"""How history is laid out: the columns of touchpoints, their partitions, and when a month is due for tidying."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from ryorin.lib.published import Column, Kind, PublishedTable

TOUCHPOINTS = "touchpoints"
TURN, INBOX = "turn", "inbox"  # numbers the lake keeps: of its last writer, of the last batch it took from the inbox
FRESH, SORTED = "fresh", "sorted"

COLUMNS = (
    Column("uid", Kind.TEXT),
    Column("at", Kind.TIME),
    Column("day", Kind.DATE),
    Column("kind", Kind.TEXT),
    Column("person_id", Kind.INT),
    Column("visitor", Kind.TEXT),
    Column("company_id", Kind.INT),
    Column("channel", Kind.TEXT),
    Column("campaign_id", Kind.INT),
    Column("member_id", Kind.INT),
    Column("value", Kind.INT),
    Column("verdict", Kind.TEXT),
    Column("source", Kind.TEXT),
    Column("properties", Kind.TEXT),
    Column("url", Kind.TEXT),
    Column("session", Kind.TEXT),
    Column("who", Kind.INT),
    Column("turn", Kind.INT),
)
MONTH, TIER = Column("month", Kind.TEXT), Column("tier", Kind.TEXT)

OVERLAP = timedelta(seconds=120)  # a transaction may become visible this much later than its time stamps
SMALL_TABLE = 20_000  # rows; a smaller table is copied whole
LARGE_PART = 0.3  # a larger part than this changed: the table is copied whole
ROWS_A_SECOND = 100_000  # a copy may be as many seconds old as its rows take at this rate

FRESH_FILES = 16
FRESH_ROWS = 50_000
FRESH_SHARE = 0.2


WHO_OF_VISITOR = "-CAST('0x' || substr(md5({visitor}), 1, 15) AS BIGINT)"  # in DuckDB's SQL, as below


def who_of_visitor(visitor: str) -> int:
    """Return the number under which a visitor's touchpoints lie, below zero: people lie under their ids."""
    return -int(hashlib.md5(visitor.encode(), usedforsecurity=False).hexdigest()[:15], 16)


@dataclass(frozen=True)
class MonthState:
    """How the touchpoints of one month lie: rows and files as they came in, and rows in the order of people."""

    month: str
    fresh_files: int = 0
    fresh_rows: int = 0
    sorted_rows: int = 0
    sorted_files: int = 0

    def plus(self, tier: str, rows: int) -> "MonthState":
        if tier == FRESH:
            return replace(self, fresh_files=self.fresh_files + 1, fresh_rows=self.fresh_rows + rows)
        return replace(self, sorted_files=self.sorted_files + 1, sorted_rows=self.sorted_rows + rows)

    @property
    def rows(self) -> int:
        return self.fresh_rows + self.sorted_rows

    @property
    def files(self) -> int:
        return self.fresh_files + self.sorted_files

    @property
    def is_due_for_sorting(self) -> bool:
        """Return whether so much is fresh that one person's history would be slow to find."""
        return self.fresh_rows > max(FRESH_ROWS, FRESH_SHARE * self.rows)

    @property
    def is_due_for_merging(self) -> bool:
        """Return whether the fresh part lies in too many files."""
        return self.fresh_files >= FRESH_FILES


def digest_of(table: PublishedTable) -> str:
    """Return what tells one layout of a published table from another."""
    return hashlib.sha256(repr((table.model, table.columns, table.key, table.changed)).encode()).hexdigest()


def parent_of(table: PublishedTable) -> tuple[str, str]:
    """Return (field that leads to the parent, its change marker) of a table that follows another; ("", marker) else."""
    field, _dot, marker = table.changed.rpartition(".")
    return field, marker
