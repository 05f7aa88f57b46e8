"""Everything kept about one person, as tables that a person can read."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.customers.privacy.queries.registry import declared, rows_about
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.files.models import File

HIDDEN = {"email_key", "version", "lease", "digest", "embedding"}


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the archive: its name, what it is, and its rows by the names of their columns."""

    name: str
    label: str
    rows: list[dict[str, Any]]

    def as_csv(self) -> str:
        """Return the table for a spreadsheet: UTF-8 with a mark, no cell that could run as a formula."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(names)
        for row in self.rows:
            writer.writerow([harmless(row.get(name)) for name in names])
        return "\ufeff" + text.getvalue()

    def as_json(self) -> str:
        return json.dumps(self.rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def folder() -> Path:
    """Return where archives of personal data lie."""
    return Path(settings.MEDIA_ROOT) / "personal-exports"


def tables_about(person: Person) -> Iterator[Table]:
    """Yield all tables with rows about the person, one at a time; values in the words of the pages."""
    for one in declared():
        if one.is_exported and one.person:
            rows = [readable(row) for row in rows_about(one, person.pk).order_by("pk").iterator(chunk_size=500)]
            if rows:
                yield Table(one.model.lower().replace(".", "-"), str(one.label), rows)
    trail = AuditEntry.objects.filter(record_type="person", record_id=person.pk).order_by("pk")
    rows = [{"at": entry.at, "who": entry.actor_name, "what": entry.action} for entry in trail.iterator(chunk_size=500)]
    if rows:
        yield Table("operations", _("操作の履歴"), rows)


def count_of_tables() -> int:
    """Return how many tables there can be, for the progress shown."""
    return sum(1 for one in declared() if one.is_exported and one.person) + 2


def files_about(person: Person) -> Iterator[File]:
    """Yield the files that belong to rows about the person."""
    for one in declared():
        for column in one.files if one.person else ():
            ids = [pk for pk in rows_about(one, person.pk).values_list(column, flat=True) if pk]
            yield from File.objects.filter(pk__in=ids)


def readable(row: Any) -> dict[str, Any]:
    """Return the row's values by column, choices by their labels and other records by their names."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in HIDDEN:
            continue
        value = getattr(row, field.attname)
        if isinstance(field, ForeignKey) and value is not None:
            other = getattr(row, field.name, None)
            value = str(other) if other is not None and type(other).__str__ is not object.__str__ else value
        elif field.choices:
            value = str(getattr(row, f"get_{field.name}_display")())
        values[str(field.verbose_name) or field.name] = value
    return values


def harmless(value: Any) -> str:
    """Return the value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = (
        json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder) if isinstance(value, list | dict) else str(value)
    )
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
