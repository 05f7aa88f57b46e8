"""Who a mailing is meant for."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ryorin.conditions.parser import parse
from ryorin.conditions.sentence import sentence
from ryorin.customers.consent.queries import StandingCount, people_who_may_be_mailed, standing_counts
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.queries import members
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.mailings.models import Mailing
from ryorin.marketing.segments.queries import people_matching


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """How many people a mailing is meant for, how many of them may be mailed, and how all of them stand."""

    people: int
    allowed: int
    counts: list[StandingCount]


def audience_of(mailing: Mailing) -> QuerySet[Person]:
    """Return the people in any of the mailing's segments, or meeting its condition, save the excluded segments."""
    included = list(mailing.segments.values_list("pk", flat=True))
    wanted = Q(pk__in=[])
    for pk in included:
        wanted |= Q(pk__in=members(pk))
    people: QuerySet[Person] = Person.objects.filter(wanted)
    if not included and mailing.condition:
        people = people_matching(parse(mailing.condition, PERSON, touchpoint_type=TOUCHPOINT))
    for pk in mailing.excluded.values_list("pk", flat=True):
        people = people.exclude(pk__in=members(pk))
    return people


def audience_size(mailing: Mailing) -> AudienceSize:
    """Return how large the audience is now."""
    people = audience_of(mailing)
    counts = standing_counts(people)
    allowed = sum(one.people for one in counts if one.standing.allowed)
    return AudienceSize(sum(one.people for one in counts), allowed, counts)


def mailable(mailing: Mailing) -> QuerySet[Person]:
    """Return the people of the audience who may be mailed now."""
    return audience_of(mailing).filter(pk__in=people_who_may_be_mailed().values("pk"))


def said(condition: object) -> str:
    """Return a stored condition about people in the reader's words."""
    kinds = {kind.name: kind.label for kind in KINDS.values()}
    node = parse(condition, PERSON, touchpoint_type=TOUCHPOINT)
    return sentence(node, PERSON, kinds=kinds, touchpoint_type=TOUCHPOINT)
