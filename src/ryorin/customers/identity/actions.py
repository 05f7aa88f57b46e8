"""Saying who a visitor is."""

from datetime import datetime

from django.db import transaction

from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record

LONGEST_VISITOR = 36


@transaction.atomic
def recognise(visitor: str, person: Person, *, why: str, at: datetime | None = None) -> Identity:
    """This function will state that the visitor is this person; one who is somebody already stays who they are.

    Saying it again changes nothing. The `.person` of what is returned tells whose the visitor is.
    """
    visitor = visitor[:LONGEST_VISITOR]
    now = clock.now()
    identity, is_new = Identity.objects.select_related("person").get_or_create(
        visitor=visitor, defaults={"person": person, "since": at or now, "why": why[:80], "updated_at": now}
    )
    if is_new:
        record("visitor_recognised", "person", person.pk, by=None, why=why)
    return identity
