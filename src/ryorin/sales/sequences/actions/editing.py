"""Writing sequences. A change of steps makes a new edition; people inside finish the one they began."""

from collections.abc import Sequence as Many

from django.db import IntegrityError, transaction

from ryorin.lib import clock
from ryorin.sales.deals.rules import checked
from ryorin.sales.sequences.errors import NameMissing, NameTaken, SequenceGone
from ryorin.sales.sequences.models import Edition, Sequence, Step
from ryorin.sales.sequences.rules import SAMPLES, Draft, checked_steps
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def create_sequence(*, name: str, steps: Many[Draft], by: Member | None, goal: str = "") -> Sequence:
    """This function will write a new sequence, in use at once."""
    require(by, "sequences.change")
    drafts = checked_steps(steps)
    now = clock.now()
    sequence = Sequence(**_named(name, goal), created_by=by, created_at=now, updated_at=now)
    _save(sequence)
    _publish(sequence, drafts, number=1, by=by)
    audit.record("sequence_created", "sequence", sequence.pk, by=by, name=sequence.name, steps=len(drafts))
    return sequence


@transaction.atomic
def change_sequence(
    sequence: Sequence, *, name: str, steps: Many[Draft], by: Member | None, version: int | None, goal: str = ""
) -> Sequence:
    """This function will rename the sequence and, where the steps differ, make a new edition of it."""
    require(by, "sequences.change")
    drafts = checked_steps(steps)
    row = _locked(sequence, version)
    values = _named(name, goal)
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    last = row.editions.get(number=newest_number(row))
    if drafts_of(last) != drafts:
        _publish(row, drafts, number=last.number + 1, by=by)
        changes["edition"] = [last.number, last.number + 1]
    if not changes:
        return row
    for field, value in values.items():
        setattr(row, field, value)
    row.version += 1
    row.updated_at = clock.now()
    _save(row)
    audit.record("sequence_changed", "sequence", row.pk, by=by, **changes)
    return row


@transaction.atomic
def switch_sequence(sequence: Sequence, *, is_active: bool, by: Member | None) -> Sequence:
    """This function will let nobody new into the sequence, or open it again; people inside go on either way."""
    require(by, "sequences.change")
    row = _locked(sequence, None)
    if row.is_active == is_active:
        return row
    row.is_active = is_active
    row.version += 1
    row.updated_at = clock.now()
    _save(row)
    audit.record("sequence_reopened" if is_active else "sequence_retired", "sequence", row.pk, by=by, name=row.name)
    return row


@transaction.atomic
def make_samples(*, by: Member | None) -> list[Sequence]:
    """This function will write the sample sequences that are not there yet."""
    require(by, "sequences.change")
    present = set(
        Sequence.objects.filter(name__in=[name for name, _goal, _steps in SAMPLES]).values_list("name", flat=True)
    )
    return [
        create_sequence(name=name, goal=goal, steps=steps, by=by)
        for name, goal, steps in SAMPLES
        if name not in present
    ]


def newest_number(sequence: Sequence) -> int:
    """Return the number of the edition that people who start now go through."""
    return sequence.editions.order_by("-number").values_list("number", flat=True)[0]


def drafts_of(edition: Edition) -> list[Draft]:
    """Return the steps of an edition as they were written."""
    return [
        Draft(kind=step.kind, title=step.title, wait_days=step.wait_days, subject=step.subject, body=step.body)
        for step in edition.steps.all()
    ]


def _publish(sequence: Sequence, drafts: Many[Draft], *, number: int, by: Member | None) -> None:
    edition = Edition.objects.create(sequence=sequence, number=number, made_at=clock.now(), made_by=by)
    Step.objects.bulk_create(
        Step(
            edition=edition,
            position=position,
            kind=draft.kind,
            wait_days=draft.wait_days,
            title=draft.title,
            subject=draft.subject,
            body=draft.body,
        )
        for position, draft in enumerate(drafts)
    )


def _named(name: str, goal: str) -> dict[str, str]:
    if not name.replace("\0", "").strip():
        raise NameMissing()
    return checked(Sequence, {"name": name, "goal": goal})


def _save(sequence: Sequence) -> None:
    try:
        with transaction.atomic():
            sequence.save()
    except IntegrityError:
        raise NameTaken(name=sequence.name) from None


def _locked(sequence: Sequence, version: int | None) -> Sequence:
    row = Sequence.objects.select_for_update().filter(pk=sequence.pk).first()
    if row is None:
        raise SequenceGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row
