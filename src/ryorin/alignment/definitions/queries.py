"""Which people a condition means, now and after a change of the definition."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.definitions.rules import FOR_DEFINITION, read
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Node
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.insight.lake.queries import Doers


@dataclass(frozen=True)
class Preview:
    """How many people would be ready under another condition, and how that differs from now."""

    ready_now: int
    ready_then: int
    more: int
    fewer: int


def people_matching(node: Node, *, doers: Doers | None = None) -> QuerySet[Person]:
    """Return the people a condition means, as of now."""
    return Person.objects.filter(filter_of(node, doers=doers))


def filter_of(node: Node, *, doers: Doers | None = None) -> Q:
    """Return the filter of Person for a condition."""
    doers = doers or Doers()
    return to_q(node, PERSON, now=doers.now, did=doers)


def active() -> ReadyDefinition | None:
    """Return the definition that counts now."""
    return ReadyDefinition.objects.active().order_by("-version").first()


def proposal() -> ReadyDefinition | None:
    """Return the proposal that waits for an agreement."""
    people = ("proposed_by", "agreed_by_marketing", "agreed_by_sales")
    return ReadyDefinition.objects.proposed().select_related(*people).order_by("-version").first()


def versions() -> QuerySet[ReadyDefinition]:
    """Return every version, newest first."""
    return ReadyDefinition.objects.select_related("proposed_by", "agreed_by_marketing", "agreed_by_sales")


def active_node() -> Node | None:
    """Return the condition that counts now, None where there is none or it can no longer be read."""
    definition = active()
    if definition is None:
        return None
    try:
        return read(definition.condition, about=FOR_DEFINITION)
    except ConditionInvalid:
        return None


def ready_count() -> int:
    """Return how many people are ready now."""
    return Person.objects.filter(is_ready=True).count()


def preview(node: Node) -> Preview:
    """Return what would change for how many people if `node` were the definition now."""
    then = filter_of(node)
    counted = Person.objects.filter(Q(is_ready=True) | then).aggregate(
        now=Count("pk", filter=Q(is_ready=True)),
        then=Count("pk", filter=then),
        both=Count("pk", filter=Q(is_ready=True) & then),
    )
    now, both = counted["now"], counted["both"]
    return Preview(ready_now=now, ready_then=counted["then"], more=counted["then"] - both, fewer=now - both)
