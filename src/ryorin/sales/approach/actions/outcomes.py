from django.db import transaction

from ryorin.lib.rows import insert_rows
from ryorin.sales.approach.errors import LastOutcome, OutcomeNameTaken, TooManyOutcomes
from ryorin.sales.approach.models import Method, Outcome, Then
from ryorin.sales.approach.rules import FIRST_OUTCOMES, MOST_OUTCOMES
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


def prepare_outcomes() -> None:
    """This function will make the first outcomes of an installation that has none."""
    if Outcome.objects.exists():
        return
    columns = ("method", "name", "then", "is_connected", "position", "is_active")
    rows = [
        (method.value, name, then.value, connected, place, True)
        for place, (method, name, then, connected) in enumerate(FIRST_OUTCOMES)
    ]
    insert_rows(Outcome, columns, rows, ignore_conflicts=True)


@transaction.atomic
def add_outcome(
    name: str, *, method: str, by: Member | None, then: str = Then.DONE, is_connected: bool = False
) -> Outcome:
    """This function will offer one more outcome of calls or visits, after the others."""
    require(by, "approach.settings")
    values = checked(Outcome, {"name": name})
    others = list(Outcome.objects.select_for_update().filter(method=Method(method)))
    _refuse_taken(values["name"], others)
    _refuse_too_many(others, 1)
    position = max((one.position for one in others), default=-1) + 1
    outcome = Outcome.objects.create(
        **values, method=Method(method), then=Then(then), is_connected=is_connected, position=position
    )
    audit.record("approach_outcome_added", "approach_outcome", outcome.pk, by=by, name=outcome.name)
    return outcome


@transaction.atomic
def change_outcome(
    outcome: Outcome,
    *,
    by: Member | None,
    name: str | None = None,
    then: str | None = None,
    is_connected: bool | None = None,
    is_active: bool | None = None,
) -> Outcome:
    """This function will rename an outcome, change what follows from it, or stop or start offering it.

    Attempts of the past keep what they were.
    """
    require(by, "approach.settings")
    others = list(Outcome.objects.select_for_update().filter(method=outcome.method))
    outcome = next(one for one in others if one.pk == outcome.pk)
    others.remove(outcome)
    if name is not None:
        outcome.name = checked(Outcome, {"name": name})["name"]
        _refuse_taken(outcome.name, others)
    if then is not None:
        outcome.then = Then(then)
    if is_connected is not None:
        outcome.is_connected = is_connected
    if is_active is not None and is_active != outcome.is_active:
        outcome.is_active = is_active
        _refuse_too_many(others, int(is_active))
    outcome.save()
    said = {"name": outcome.name, "then": outcome.then, "is_active": outcome.is_active}
    audit.record("approach_outcome_changed", "approach_outcome", outcome.pk, by=by, **said)
    return outcome


@transaction.atomic
def shift_outcome(outcome: Outcome, *, up: bool, by: Member | None) -> None:
    """This function will move an outcome one place up or down; its place is the key it is chosen by."""
    require(by, "approach.settings")
    rows = list(Outcome.objects.select_for_update().filter(method=outcome.method))
    place = next(number for number, one in enumerate(rows) if one.pk == outcome.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, one in enumerate(rows):
        Outcome.objects.filter(pk=one.pk).update(position=number)
    audit.record("approach_outcome_changed", "approach_outcome", outcome.pk, by=by, name=outcome.name, position=other)


def _refuse_taken(name: str, others: list[Outcome]) -> None:
    if any(one.name == name for one in others):
        raise OutcomeNameTaken(name=name)


def _refuse_too_many(others: list[Outcome], more: int) -> None:
    active = sum(one.is_active for one in others) + more
    if active > MOST_OUTCOMES:
        raise TooManyOutcomes(count=MOST_OUTCOMES)
    if active == 0:
        raise LastOutcome()
