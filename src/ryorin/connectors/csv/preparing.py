"""From the rows of a file to lines ready to be written: read, converted, checked; nothing here asks the database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ryorin.connectors.csv.errors import MappingInvalid
from ryorin.connectors.csv.importers.kind import Kind
from ryorin.connectors.csv.jobs import Prepared
from ryorin.connectors.csv.mapping import Column, Reading
from ryorin.connectors.csv.values import World, reader_of
from ryorin.lib.errors import Refusal
from ryorin.lib.tables import Row

MOST_REASONS = 3
RENAMED = frozenset({"company", "parent", "person", "owner", "product", "campaign"})  # whose replaced values are told


class Step(NamedTuple):
    """What is done with one column: where it stands, what it becomes, how, and which values stand for others."""

    place: int
    target: str
    read: Callable[[str], Any] | None
    column: Column
    is_reference: bool
    is_many: bool


class Preparing:
    """How the rows of one file are made ready."""

    def __init__(self, kind: Kind, reading: Reading, headers: Sequence[str], world: World) -> None:
        self.kind, self.world = kind, world
        targets = {target.name: target for target in kind.targets()}
        self.steps = []
        for column in reading.columns:
            target = targets[column.target]
            read = None if target.name in kind.plain else reader_of(target, column, world)
            is_reference = target.name in RENAMED
            place = headers.index(column.header)
            self.steps.append(Step(place, target.name, read, column, is_reference, target.many))
        self.constants = {}
        for name, text in reading.constants.items():
            read = None if name in kind.plain else reader_of(targets[name], None, world)
            try:
                self.constants[name] = read(text) if read else text
            except ValueError as problem:
                raise MappingInvalid(what=f"constants.{name}: {problem}") from None

    def prepared(self, row: Row) -> Prepared:
        """Return one row as a line ready to be written, or with what is wrong with it."""
        if row.problem:
            return Prepared(row.line, row.values, self.group_in(row), row.problem)
        values: dict[str, Any] = dict(self.constants)
        notes, problems = [], []
        for step in self.steps:
            text = row.values[step.place].strip()
            if step.column.values and text in step.column.values:
                new = step.column.values[text]
                if step.is_reference and new:
                    notes.append(_("「%(old)s」を「%(new)s」と読み替えました。") % {"old": text, "new": new})
                text = new
            text = text or step.column.default
            if not text:
                continue
            try:
                value = step.read(text) if step.read else text
                if step.is_many:
                    values.setdefault(step.target, {})[step.column.header] = value
                else:
                    values[step.target] = value
            except ValueError as problem:
                problems.append(f"{step.column.header}：{problem}")
        if not problems:
            try:
                return Prepared(row.line, row.values, self.kind.prepare(values, self.world), "", tuple(notes))
            except (ValueError, Refusal) as problem:
                problems.append(str(problem))
        return Prepared(row.line, row.values, self.group_in(row), " ".join(problems[:MOST_REASONS])[:300])

    def group_in(self, row: Row) -> dict[str, Any]:
        """Return to which group a row belongs that is wrong otherwise, so that it is not taken without that row."""
        place = next((step.place for step in self.steps if step.target == self.kind.group_by), None)
        if place is None or place >= len(row.values):
            return {}
        return {self.kind.group_by: " ".join(row.values[place].split())}


def grouped(lines: Iterable[Prepared], group_by: str) -> Iterator[list[Prepared]]:
    """Return the lines in groups: neighbours with the same value of a target, or each by itself."""
    group: list[Prepared] = []
    for line in lines:
        key = line.values.get(group_by) if group_by else None
        if group and (key is None or key != group[0].values.get(group_by)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def chunked(groups: Iterable[list[Prepared]], size: int) -> Iterator[list[list[Prepared]]]:
    """Return the groups in lots of one transaction each."""
    chunk: list[list[Prepared]] = []
    for group in groups:
        chunk.append(group)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
