from datetime import datetime

from django.db import transaction

from ryorin.customers.people.errors import UnknownStage
from ryorin.customers.people.models import LifecycleStage, Person, StageChange
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member


@transaction.atomic
def reach_stage(
    person: Person,
    stage: str,
    *,
    at: datetime,
    why: str,
    channel: str = "",
    campaign_id: int | None = None,
    ref: tuple[str, int] | None = None,
    by: Member | None = None,
) -> bool:
    """This function will note that the person came to a stage, and return whether they are there for the first time.

    The first time counts: told later of an earlier one, it is that one that is kept. `person.stage` only moves forward.
    """
    if stage not in LifecycleStage.values:
        raise UnknownStage(stage)
    stage = LifecycleStage(stage)
    now = clock.now()
    locked = Person.objects.select_for_update().only("stage", "stage_at").get(pk=person.pk)
    ref_type, ref_id = ref or ("", None)
    cause = {"why": why, "channel": channel, "campaign_id": campaign_id, "ref_type": ref_type, "ref_id": ref_id}
    change, is_first = StageChange.objects.get_or_create(
        person_id=person.pk, stage=stage, defaults={"at": at, "updated_at": now, **cause}
    )
    if not is_first and at < change.at:
        StageChange.objects.filter(pk=change.pk).update(at=at, updated_at=now, **cause)
    if stage.rank > LifecycleStage(locked.stage).rank or (stage == locked.stage and at < locked.stage_at):
        person.stage, person.stage_at, person.updated_at = stage, at, now
        person.save(update_fields=["stage", "stage_at", "updated_at"])
    if is_first:
        record("stage_reached", "person", person.pk, by=by, stage=stage.value, why=why, at=at)
        record_touchpoint(
            "stage_reached",
            source="people",
            by=by,
            at=at,
            person_id=person.pk,
            channel=channel,
            campaign_id=campaign_id,
            properties={"stage": stage.value, "why": why},
        )
    return is_first
