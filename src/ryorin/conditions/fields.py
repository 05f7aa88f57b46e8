"""Which fields a record type has: read by conditions, lists, import, export and pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise

from ryorin.conditions.errors import UnknownField

Label = str | Promise
Choice = tuple[str, Label]


class Type(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # whole minor units of one currency
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    REFERENCE = "reference"  # the whole-number id of another record

    @property
    def is_text(self) -> bool:
        """Return whether an empty text stands for no value."""
        return self in (Type.TEXT, Type.CHOICE)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing known about a record. `None` in `sees` and `writes` means everyone who may see or change the record."""

    name: str
    label: Label
    type: Type
    path: str = ""  # ORM path through to-one relations; the name unless given
    column: str | None = ""  # column of the published table; the name unless given; None: history does not keep it
    choices: tuple[Choice, ...] | Callable[[], Sequence[Choice]] = ()
    required: bool = False
    sees: frozenset[str] | None = None
    writes: frozenset[str] | None = None
    sortable: bool = False
    listed: bool = False
    importable: bool = True
    filterable: bool = True
    aliases: tuple[str, ...] = ()
    help: Label = ""

    def __post_init__(self) -> None:
        if not self.path:
            object.__setattr__(self, "path", self.name)
        if self.column == "":
            object.__setattr__(self, "column", self.name)

    @property
    def is_computed(self) -> bool:
        """Return whether nobody may write this field."""
        return self.writes is not None and not self.writes

    def options(self) -> tuple[Choice, ...]:
        """Return the (value, label) pairs to choose from, in order."""
        return tuple(self.choices() if callable(self.choices) else self.choices)

    def is_seen_by(self, role: str) -> bool:
        return self.sees is None or role in self.sees

    def is_written_by(self, role: str) -> bool:
        return self.is_seen_by(role) and (self.writes is None or role in self.writes)


@dataclass(frozen=True, kw_only=True)
class Segments:
    """The segments that hold records of a type: ids with names, and the ids of one segment's records (a query)."""

    names: Callable[[], Mapping[int, Label]]
    members: Callable[[int], Iterable[int]]


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """A kind of record with its fields. `table` is its published table and `key` that table's id column.

    `segments` where conditions may ask which segments a record is in.
    """

    name: str
    label: Label
    plural: str
    table: str
    fields: tuple[Field, ...]
    key: str = "id"
    segments: Segments | None = None

    def __post_init__(self) -> None:
        if len(self._by_name) != len(self.fields):
            raise ValueError(f"{self.name}: two fields have the same name")

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def field(self, name: str) -> Field:
        """Return the field of that name; raise UnknownField."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownField(name) from None

    def fields_for(self, role: str) -> tuple[Field, ...]:
        """Return the fields this role may see."""
        return tuple(field for field in self.fields if field.is_seen_by(role))

    def writable_for(self, role: str) -> tuple[Field, ...]:
        """Return the fields this role may write."""
        return tuple(field for field in self.fields if field.is_written_by(role))

    def seen_by(self, role: str) -> "RecordType":
        """Return this type with only what the role may see, so that a condition cannot feel for hidden values."""
        return replace(self, fields=self.fields_for(role))

    def with_fields(self, extra: Iterable[Field]) -> "RecordType":
        """Return this type with more fields after its own."""
        return replace(self, fields=(*self.fields, *extra))
