"""Letters of a direct mail: noted as sent, once each."""

from zoneinfo import ZoneInfo

from django.db import transaction

from ryorin.conditions.to_orm import among
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.sales.approach.actions.planning import locked
from ryorin.sales.approach.errors import ListClosed, WrongMethod
from ryorin.sales.approach.models import About, ApproachList, Attempt, Method, Target, TargetState
from ryorin.sales.approach.queries.knowing import candidates
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

COLUMNS = (
    "target_id", "list_id", "number", "method", "at", "day", "hour", "weekday", "by_id", "is_connected",
    "is_appointment",
)  # fmt: skip
AT_ONCE = 500


@transaction.atomic
def mark_posted(row: ApproachList, *, by: Member | None) -> int:
    """This function will note that everybody who waits on the list was sent a letter, and return how many.

    Whoever has refused letters or lost the address since is left out first. Doing so twice sends nobody a second one.
    """
    require(by, "approach.work")
    row = locked(row)
    if row.method != Method.LETTER:
        raise WrongMethod(name=row.name, method=row.get_method_display())
    if not row.is_open:
        raise ListClosed(name=row.name)
    rows = Target.objects.filter(list=row, state=TargetState.WAITING)
    rows = rows if by is None else rows.visible_to(by)
    waiting = list(rows.select_related("person").in_order())
    leave_out_unwelcome(row, waiting)
    sent = [target for target in waiting if target.state == TargetState.WAITING]
    for start in range(0, len(sent), AT_ONCE):
        _write(row, sent[start : start + AT_ONCE], by=by)
    audit.record("approach_letters_sent", "approach_list", row.pk, by=by, name=row.name, letters=len(sent))
    return len(sent)


def leave_out_unwelcome(row: ApproachList, waiting: list[Target]) -> None:
    """This function will leave out, among those who wait, whom a letter must not or cannot reach any more."""
    if row.about != About.PERSON:
        return
    people = Person.objects.filter(among("pk", [target.person_id for target in waiting if target.person_id]))
    why = {one.pk: one.why_out for one in candidates(row, people) if one.why_out}
    changed = [target for target in waiting if target.person_id in why]
    for target in changed:
        target.state, target.why_out = TargetState.OUT, why[target.person_id or 0]
    Target.objects.bulk_update(changed, ["state", "why_out"], batch_size=500)


def _write(row: ApproachList, sent: list[Target], *, by: Member | None) -> None:
    now = clock.now()
    local = now.astimezone(ZoneInfo(current().time_zone))
    when = (now, local.date(), local.hour, local.weekday(), by.pk if by else None, False, False)
    insert_rows(Attempt, COLUMNS, [(target.pk, row.pk, 1, Method.LETTER.value, *when) for target in sent])
    posted = {"state": TargetState.DONE, "attempts": 1, "last_at": now}
    Target.objects.filter(among("pk", [target.pk for target in sent])).update(**posted)
    record_many(
        Touchpoint(
            kind="letter_sent",
            source=f"approach:{row.pk}",
            at=now,
            person_id=target.person_id,
            company_id=target.company_id or (target.person.company_id if target.person else None),
            member_id=by.pk if by else None,
            campaign_id=row.campaign_id,
            properties={"title": row.name},
        )
        for target in sent
    )
