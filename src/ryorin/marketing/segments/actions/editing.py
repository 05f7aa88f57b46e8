"""Making segments and changing them. Their people follow within seconds, through the worker."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from ryorin.conditions.parser import to_json
from ryorin.conditions.tree import Node, segments_in
from ryorin.customers.segments.models import Segment, SegmentKind, SegmentState
from ryorin.lib import clock
from ryorin.marketing.segments.actions.filling import Move, put, settle_size
from ryorin.marketing.segments.errors import (
    SegmentArchived,
    SegmentCircle,
    SegmentInUse,
    SegmentNameMissing,
    SegmentNameTaken,
    SegmentNotFixed,
    SegmentPurposeTooLong,
)
from ryorin.marketing.segments.models import SegmentCondition
from ryorin.marketing.segments.queries import named_by, uses_of
from ryorin.marketing.segments.rules import is_circle, read, why
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

TEXTS = {"name": 80, "purpose": 200}


@transaction.atomic
def create_segment(
    *,
    by: Member | None,
    name: str,
    condition: Any,
    kind: str = SegmentKind.LIVE,
    purpose: str = "",
    owner: Member | None = None,
) -> Segment:
    """This function will make a segment; a snapshot is filled once with whom the condition means."""
    require(by, "segments.change")
    node, now = read(condition), clock.now()
    segment = Segment(
        kind=SegmentKind(kind), purpose=_text(purpose, "purpose"), owner=owner or by, created_at=now, updated_at=now
    )
    _give_name(segment, name)
    segment.save()
    SegmentCondition.objects.create(segment=segment, condition=to_json(node))
    audit.record("segment_created", "segment", segment.pk, by=by, name=segment.name, kind=segment.kind)
    return segment


@transaction.atomic
def change_segment(segment: Segment, *, by: Member | None, version: int | None, **fields: Any) -> Segment:
    """This function will change the named fields (name, purpose, owner, condition); another condition fills it anew."""
    require(by, "segments.change")
    segment = _locked(segment, version)
    if segment.is_archived:
        raise SegmentArchived()
    changes: dict[str, Any] = {}
    if "name" in fields and fields["name"].strip() != segment.name:
        changes["name"] = [segment.name, fields["name"].strip()]
        _give_name(segment, fields["name"])
    for name in ("purpose", "owner"):
        value = _text(fields[name], name) if name in TEXTS and name in fields else fields.get(name)
        if name in fields and value != getattr(segment, name):
            changes[name] = [str(getattr(segment, name) or ""), str(value or "")]
            setattr(segment, name, value)
    if "condition" in fields:
        changes |= _change_condition(segment, read(fields["condition"]))
    if changes:
        _save(segment)
        audit.record("segment_changed", "segment", segment.pk, by=by, **changes)
    return segment


@transaction.atomic
def archive_segment(segment: Segment, *, by: Member | None) -> Segment:
    """This function will take the segment out of use; it keeps the people it has and follows no more."""
    require(by, "segments.change")
    segment = _locked(segment)
    if not segment.is_archived:
        segment.archived_at = clock.now()
        _save(segment)
        audit.record("segment_archived", "segment", segment.pk, by=by, name=segment.name)
    return segment


@transaction.atomic
def unarchive_segment(segment: Segment, *, by: Member | None) -> Segment:
    """This function will take the segment into use again; a live one is filled with whom its condition means now."""
    require(by, "segments.change")
    segment = _locked(segment)
    if segment.is_archived:
        segment.archived_at = None
        if segment.is_live:
            _want_anew(segment)
        _save(segment)
        audit.record("segment_unarchived", "segment", segment.pk, by=by, name=segment.name)
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by: Member | None) -> None:
    """This function will delete a segment that nothing uses, with the record of who was in it."""
    require(by, "segments.change")
    segment = _locked(segment)
    used = uses_of(segment)
    if used:
        raise SegmentInUse(used=used[0].label)
    audit.record("segment_deleted", "segment", segment.pk, by=by, name=segment.name, size=segment.size)
    segment.delete()


@transaction.atomic
def take_out(segment: Segment, person_ids: Collection[int], *, by: Member | None) -> int:
    """This function will take people out of a snapshot by hand, and return how many that were."""
    require(by, "segments.change")
    segment = _locked(segment)
    if segment.is_live:
        raise SegmentNotFixed()
    held = segment.memberships.filter(person_id__in=list(person_ids), is_in=True)
    ids = sorted(held.values_list("person_id", flat=True))
    put(segment.pk, [Move(pk, False, why("by_hand")) for pk in ids], at=clock.now())
    settle_size(segment.pk)
    audit.record("segment_people_taken_out", "segment", segment.pk, by=by, people=len(ids))
    return len(ids)


def _change_condition(segment: Segment, node: Node) -> dict[str, Any]:
    """This function will note another condition, and return the change as the trail keeps it; {} for the same."""
    row = SegmentCondition.objects.select_for_update().get(segment=segment)
    condition = to_json(node)
    if condition == row.condition:
        return {}
    if not segment.is_live:
        raise SegmentNotFixed()
    if is_circle(segment.pk, segments_in(node), named_by()):
        raise SegmentCircle()
    before, row.condition = row.condition, condition
    row.save(update_fields=["condition"])
    _want_anew(segment)
    return {"condition": [before, condition]}


def _want_anew(segment: Segment) -> None:
    row = SegmentCondition.objects.select_for_update().get(segment=segment)
    row.wanted += 1
    row.save(update_fields=["wanted"])
    segment.state = SegmentState.BUILDING


def _give_name(segment: Segment, name: str) -> None:
    name = _text(name, "name")
    if not name:
        raise SegmentNameMissing()
    if Segment.objects.filter(name=name).exclude(pk=segment.pk).exists():
        raise SegmentNameTaken(name=name)
    segment.name = name


def _text(value: str, name: str) -> str:
    text = value.replace("\0", "").strip()
    if len(text) > TEXTS[name]:
        raise SegmentNameMissing() if name == "name" else SegmentPurposeTooLong()
    return text


def _locked(segment: Segment, version: int | None = None) -> Segment:
    """Return the segment's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    found = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if found is None or (version is not None and found.version != version):
        raise StaleRecord()
    return found


def _save(segment: Segment) -> None:
    segment.version += 1
    segment.updated_at = clock.now()
    segment.save()
