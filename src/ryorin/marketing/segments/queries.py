"""Segments for pages and for whoever works on their people."""

from django.db.models import QuerySet

from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Node
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.queries import member_ids, people_of, segments_of
from ryorin.insight.lake.queries import Doers

__all__ = ["member_ids", "people_matching", "people_of", "segments_of"]


def people_matching(node: Node, *, doers: Doers | None = None) -> QuerySet[Person]:
    """Return the people a condition means, as of now."""
    doers = doers or Doers()
    return Person.objects.filter(to_q(node, PERSON, now=doers.now, did=doers))
