from typing import cast

from django.db import transaction

from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import search_text
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import forget, index


@transaction.atomic
def delete_person(person: Person, *, by: Member | None) -> AuditEntry:
    """This function will delete a person with consents and stages; deals and orders stay. The entry can restore all."""
    require(by, "people.delete")
    forget("person", [person.pk])
    return delete(person, record_type="person", by=by)


@transaction.atomic
def restore_person(entry: AuditEntry, *, by: Member | None) -> Person:
    """This function will put a deleted person back, with what belonged to them and the links they had."""
    require(by, "people.delete")
    person = cast(Person, restore(entry, by=by))
    index("person", [(person.pk, search_text(person))])
    return person
