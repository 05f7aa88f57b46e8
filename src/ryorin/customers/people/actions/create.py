from datetime import datetime
from typing import Any

from django.db import transaction

from ryorin.customers.companies.errors import ExternalKeyTaken
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions.stages import reach_stage
from ryorin.customers.people.models import Employment, LifecycleStage, Person
from ryorin.customers.people.rules import normalised, search_text
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index


@transaction.atomic
def create_person(
    *,
    by: Member | None,
    at: datetime | None = None,
    source_channel: str = "",
    source_campaign_id: int | None = None,
    source_detail: str = "",
    why: str = "created",
    visitor: str = "",
    **fields: Any,
) -> Person:
    """This function will add a person as a lead since `at`, saying why and by which channel they came.

    `visitor` is the browser they came with; what it did becomes theirs.
    """
    require(by, "people.change")
    source = {"source_channel": source_channel, "source_detail": source_detail}
    values = normalised({**fields, **source, "source_campaign_id": source_campaign_id})
    if (key := values.get("external_key")) and Person.objects.filter(external_key=key).exists():
        raise ExternalKeyTaken(key=key)
    now = clock.now()
    at = at or now
    values.setdefault("first_contact_at", at)
    person = Person.objects.create(**values, stage=LifecycleStage.VISITOR, stage_at=at, created_at=at, updated_at=now)
    if person.company:
        Employment.objects.create(
            person=person, company=person.company, department=person.department, job_title=person.job_title
        )
    index("person", [(person.pk, search_text(person))], fresh=True)
    record("person_created", "person", person.pk, by=by, name=person.name, why=why)
    reach_stage(
        person, LifecycleStage.LEAD, at=at, why=why, channel=source_channel, campaign_id=source_campaign_id, by=by
    )
    if visitor:
        recognise(visitor, person, why=why, at=at)
    return person
