"""Conditions about who belongs on a list."""

from typing import Any

from django.db.models import QuerySet

from ryorin.conditions.fields import RecordType
from ryorin.conditions.parser import parse
from ryorin.conditions.sentence import sentence
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Did, Node
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.lake.queries import people_who_did
from ryorin.lib import clock
from ryorin.sales.approach.models import About
from ryorin.workspace.members.models import Member

RECORD_TYPES: dict[str, RecordType] = {About.PERSON: PERSON, About.COMPANY: COMPANY}


def asked(condition: object, *, about: About) -> Node:
    """Return a stored or typed condition about people or companies; raise ConditionInvalid."""
    return parse(condition, RECORD_TYPES[about], touchpoint_type=TOUCHPOINT if about is About.PERSON else None)


def said(condition: object, *, about: About) -> str:
    """Return the condition in the reader's words."""
    kinds = {kind.name: kind.label for kind in KINDS.values()}
    return sentence(asked(condition, about=about), RECORD_TYPES[about], kinds=kinds, touchpoint_type=TOUCHPOINT)


def meant_by(condition: object, *, about: About, by: Member | None) -> QuerySet[Any]:
    """Return the records a condition means now, as far as the member may see them."""
    now = clock.now()

    def who(did: Did) -> list[int]:
        return people_who_did(did, now)

    wanted = to_q(asked(condition, about=about), RECORD_TYPES[about], now=now, did=who)
    return visible_records(about, by=by).filter(wanted)


def visible_records(about: About, *, by: Member | None) -> QuerySet[Any]:
    """Return the people or companies the member may see; None, the system, sees all."""
    rows = Person.objects.all() if about is About.PERSON else Company.objects.all()
    return rows if by is None else rows.visible_to(by)
