"""Deleting a record so that it can be put back whole: all that goes with it is written into the audit entry."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import CASCADE, SET_NULL, ProtectedError, RestrictedError

from ryorin.lib import clock
from ryorin.workspace.audit.actions import Fact, record, record_many
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.errors import CannotRestore, InUse
from ryorin.workspace.members.models import Member


@dataclass(frozen=True)
class Link:
    """Rows of one model that point to a record by one field, and outlive it."""

    model: str
    field: str
    to: int
    ids: list[int]


@transaction.atomic
def delete(row: models.Model, *, record_type: str, by: Member | None) -> AuditEntry:
    """This function will delete a record with what belongs to it, and return the entry from which it can be restored.

    Rows that go with it get entries of their own (`consent_deleted` ...), so that history can follow.
    """
    rows = _each_once(_with_what_belongs_to(row))
    links = [link for one in rows for link in _links_to(one)]
    snapshot = {"rows": json.loads(serializers.serialize("json", rows)), "links": [vars(link) for link in links]}
    facts = [Fact(f"{record_type}_deleted", record_type, row.pk, {"name": str(row), "snapshot": snapshot})]
    for one in rows[1:]:
        name = str(one._meta.model_name)
        facts.append(Fact(f"{name}_deleted", name, one.pk, {"with": [record_type, row.pk]}))
    for link in links:
        _point(link, to=None, now=clock.now())
    try:
        row.delete()
    except (ProtectedError, RestrictedError):
        raise InUse() from None
    return record_many(facts, by=by)[0]


@transaction.atomic
def restore(entry: AuditEntry, *, by: Member | None) -> models.Model:
    """This function will put back what `delete` took away, links from other records included, and return the record."""
    snapshot = json.loads(entry.changes).get("snapshot")
    if not snapshot:
        raise CannotRestore()
    now = clock.now()
    rows = [item.object for item in serializers.deserialize("python", snapshot["rows"], ignorenonexistent=True)]
    try:
        with transaction.atomic():
            for row in rows:
                if hasattr(row, "updated_at"):
                    row.updated_at = now
                row.save_base(raw=True, force_insert=True)
    except IntegrityError:
        raise CannotRestore() from None
    for link in snapshot["links"]:
        _point(Link(**link), to=link["to"], now=now)
    record(f"{entry.record_type}_restored", entry.record_type, entry.record_id, by=by)
    found: models.Model = rows[0]
    return found


def _each_once(rows: Iterable[models.Model]) -> list[models.Model]:
    """Return the rows, each where it comes last: what has two owners stands below both."""
    found: dict[tuple[str, Any], models.Model] = {}
    for row in rows:
        key = (row._meta.label, row.pk)
        found.pop(key, None)
        found[key] = row
    return list(found.values())


def _with_what_belongs_to(row: models.Model) -> Iterator[models.Model]:
    """Return the row and, below it, every row that goes when it goes; owners before what they own."""
    yield row
    for field in _fields_pointing_to(row):
        if field.remote_field.on_delete is CASCADE:
            for one in field.model._base_manager.filter(**{field.name: row.pk}):
                yield from _with_what_belongs_to(one)


def _links_to(row: models.Model) -> Iterator[Link]:
    """Return which rows point to this one and stay when it goes."""
    for field in _fields_pointing_to(row):
        if field.remote_field.on_delete is SET_NULL:
            pointing = field.model._base_manager.filter(**{field.name: row.pk})
            if ids := list(pointing.values_list("pk", flat=True)):
                yield Link(field.model._meta.label, field.name, row.pk, ids)


def _fields_pointing_to(row: models.Model) -> list[Any]:
    return [relation.field for relation in row._meta.related_objects if relation.one_to_many or relation.one_to_one]


def _point(link: Link, *, to: int | None, now: datetime) -> None:
    """This function will point the rows to a record, or to none; rows that have found another meanwhile keep it."""
    model = apps.get_model(link.model)
    was = {link.field: link.to} if to is None else {f"{link.field}__isnull": True}
    moment = {"updated_at": now} if any(field.name == "updated_at" for field in model._meta.fields) else {}
    for start in range(0, len(link.ids), 500):
        pointing = model._base_manager.filter(pk__in=link.ids[start : start + 500], **was)
        pointing.update(**{link.field: to}, **moment)
