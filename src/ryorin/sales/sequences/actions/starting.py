"""Letting people into a sequence: one, or as many as a list has."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction

from ryorin.customers.people.models import MailConsent, Person
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.sequences.errors import NobodyChosen, SequenceGone, SequenceNotInUse, TooManyPeople
from ryorin.sales.sequences.models import Edition, Run, Sequence
from ryorin.sales.sequences.queries import working_time
from ryorin.sales.sequences.rules import MOST_PEOPLE, due_after, obstacle
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@dataclass
class Started:
    """The runs that began, and how many people were left out for which reason (`inside`, or a name in OBSTACLES)."""

    runs: list[Run] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def start_sequence(
    sequence: Sequence,
    people: Collection[Person],
    *,
    by: Member | None,
    owner: Member | None = None,
    deal: Deal | None = None,
    origin: str = "",
) -> Started:
    """This function will let people into the newest edition; the owner is each person's own unless given, else `by`.

    Left out are those inside already, those not to be called where a step is a call, and who refused mail likewise.
    """
    require(by, "sequences.run")
    if not people:
        raise NobodyChosen()
    if len(people) > MOST_PEOPLE:
        raise TooManyPeople(limit=f"{MOST_PEOPLE:,}")
    edition = _newest(sequence)
    steps = list(edition.steps.all())
    kinds = {step.kind for step in steps}
    started, now, work = Started(), clock.now(), working_time()
    held = _hold(people)
    inside = Run.objects.alive().filter(sequence=sequence, person__in=held)
    known = set(inside.values_list("person_id", flat=True))
    for person in held:
        refused = person.mail_consent == MailConsent.REFUSED
        reason = obstacle(do_not_call=person.do_not_call, mail_refused=refused, kinds=kinds)
        if person.pk in known:
            reason = "inside"
        if reason:
            started.left_out[reason] += 1
            continue
        theirs = owner or _active(person.owner) or by
        away = theirs.away_until if theirs else None
        due_at = due_after(now, steps[0].wait_days, work=work, away_until=away)
        started.runs.append(
            Run(
                sequence=sequence,
                edition=edition,
                person=person,
                deal=deal,
                owner=theirs,
                due_at=due_at,
                origin=origin[:160],
                started_by=by,
                started_at=now,
                updated_at=now,
            )
        )
    started.runs = Run.objects.bulk_create(started.runs, batch_size=500)
    audit.record_alike(
        "sequence_started", "person", [(run.person_id, {"sequence": sequence.name}) for run in started.runs], by=by
    )
    return started


def _hold(people: Collection[Person]) -> list[Person]:
    """Return the people's rows, held until the transaction ends, so that nobody else lets them in meanwhile."""
    rows = Person.objects.select_for_update(of=("self",)).select_related("owner")
    return list(rows.filter(pk__in=[one.pk for one in people]).order_by("pk"))


def _newest(sequence: Sequence) -> Edition:
    row = Sequence.objects.filter(pk=sequence.pk).first()
    if row is None:
        raise SequenceGone()
    if not row.is_active:
        raise SequenceNotInUse(name=row.name)
    return row.editions.prefetch_related("steps").order_by("-number")[0]


def _active(member: Member | None) -> Member | None:
    return member if member is not None and member.is_active else None
