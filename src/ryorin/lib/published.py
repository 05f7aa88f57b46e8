"""What history keeps of a table of rows: the words with which a leaf says so (its `published.py`)."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a published column; names as in Arrow."""

    INT = "int64"
    FLOAT = "float64"
    TEXT = "string"
    BOOL = "bool"
    DATE = "date32"
    TIME = "timestamp[us, UTC]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column in the lake: its name, its type, and the database column it is read from (default: the same name)."""

    name: str
    kind: Kind
    source: str = ""

    @property
    def read_from(self) -> str:
        return self.source or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table that history keeps; `model` is "app_label.Model", rows are told apart by `key` and found by `changed`.

    `record_type` is the name under which audit entries say that a row was deleted (action ending in `_deleted`).
    `changed` is the column that says when a row was changed last; "order.updated_at" for rows that are written anew
    with the record their field `order` leads to; empty for a table so small that it is compared whole.
    """

    name: str
    model: str
    columns: tuple[Column, ...]
    key: str = "id"
    changed: str = "updated_at"
    record_type: str = ""
