"""Who is in which segment."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, Segment


def names() -> dict[int, str]:
    """Return every segment's name by its id, those in archive too."""
    return dict(Segment.objects.values_list("pk", "name"))


def members(segment: int) -> "QuerySet[Membership, Any]":
    """Return the ids of a segment's people, to be asked within another query."""
    return Membership.objects.filter(segment_id=segment).values("person_id")


def people_of(segment: Segment) -> QuerySet[Person]:
    """Return the people who are in the segment now."""
    return Person.objects.filter(pk__in=members(segment.pk))


def member_ids(segment: Segment) -> list[int]:
    """Return the ids of the people who are in the segment now, rising."""
    found = Membership.objects.filter(segment=segment).order_by("person_id")
    return list(found.values_list("person_id", flat=True))


def segments_of(person_ids: Collection[int]) -> dict[int, list[Segment]]:
    """Return the segments in use that each of the people is in, by name."""
    held = Membership.objects.filter(person_id__in=list(person_ids), segment__archived_at__isnull=True)
    found: dict[int, list[Segment]] = {}
    for membership in held.select_related("segment").order_by("segment__name"):
        found.setdefault(membership.person_id, []).append(membership.segment)
    return found
