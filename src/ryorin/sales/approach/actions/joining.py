"""Who comes onto a list: those a condition means now, or those chosen by hand; who is left out, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ryorin.conditions.to_orm import among
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.sales.approach.actions.planning import locked
from ryorin.sales.approach.errors import ConditionMissing, ListClosed, NobodyChosen, TooManyTargets
from ryorin.sales.approach.models import About, ApproachList, Target, TargetState, WhyOut
from ryorin.sales.approach.queries.asking import meant_by, visible_records
from ryorin.sales.approach.queries.knowing import Candidate, candidates
from ryorin.sales.approach.rules import MOST_TARGETS
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

COLUMNS = (
    "list_id", "person_id", "company_id", "state", "why_out", "priority", "call_hours", "prefecture", "city",
    "postal_code", "attempts",
)  # fmt: skip
UPDATED = ("state", "why_out", "priority", "call_hours", "prefecture", "city", "postal_code")
AT_ONCE = 5_000


@dataclass(frozen=True)
class Added:
    """What came of adding: how many are new on the list, and how many of them are left out, by reason."""

    new: int
    out: Counter[str] = field(default_factory=Counter)

    @property
    def to_do(self) -> int:
        return self.new - sum(self.out.values())


@transaction.atomic
def add_matching(row: ApproachList, *, by: Member | None) -> Added:
    """This function will add whom the list's condition means now, as far as `by` may see them.

    Who has not been approached yet is judged anew: left out, taken in again, or put in another place.
    """
    require(by, "approach.plan")
    row = locked(row)
    if row.condition is None:
        raise ConditionMissing()
    return _add(row, meant_by(row.condition, about=About(row.about), by=by), by=by)


@transaction.atomic
def add_chosen(row: ApproachList, ids: Iterable[int], *, by: Member | None) -> Added:
    """This function will add the chosen people (or companies), as far as `by` may see them."""
    require(by, "approach.plan")
    row = locked(row)
    chosen = sorted(set(ids))
    if not chosen:
        raise NobodyChosen()
    return _add(row, visible_records(About(row.about), by=by).filter(among("pk", chosen)), by=by)


def _add(row: ApproachList, records: QuerySet[Any], *, by: Member | None) -> Added:
    if not row.is_open:
        raise ListClosed(name=row.name)
    found = candidates(row, records, most=MOST_TARGETS + 1)
    if len(found) > MOST_TARGETS:
        raise TooManyTargets(count=f"{MOST_TARGETS:,}")
    key = "person_id" if row.about == About.PERSON else "company_id"
    known = {getattr(one, key): one for one in Target.objects.filter(list=row).only(key, "attempts", *UPDATED)}
    new = [one for one in found if one.pk not in known]
    for start in range(0, len(new), AT_ONCE):
        insert_rows(Target, COLUMNS, _rows(row, new[start : start + AT_ONCE]), ignore_conflicts=True)
    _judge_anew([(known[one.pk], one) for one in found if one.pk in known])
    ApproachList.objects.filter(pk=row.pk).update(matched_at=clock.now())
    added = Added(new=len(new), out=Counter(one.why_out for one in new if one.why_out))
    audit.record("approach_list_filled", "approach_list", row.pk, by=by, name=row.name, new=added.new, out=added.out)
    return added


def _rows(row: ApproachList, found: Sequence[Candidate]) -> list[tuple[Any, ...]]:
    is_person = row.about == About.PERSON
    return [
        (row.pk, *((one.pk, None) if is_person else (None, one.pk)), *(getattr(one, name) for name in UPDATED), 0)
        for one in found
    ]


def _judge_anew(pairs: Iterable[tuple[Target, Candidate]]) -> None:
    """This function will bring up to date those whom nobody has approached and nobody has put out by hand."""
    changed = []
    for target, one in pairs:
        if target.attempts or target.state == TargetState.DONE or target.why_out == WhyOut.BY_HAND:
            continue
        values = {name: getattr(one, name) for name in UPDATED}
        if target.state == TargetState.LATER and not one.why_out:
            values["state"] = TargetState.LATER
        if any(getattr(target, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(target, name, value)
            changed.append(target)
    Target.objects.bulk_update(changed, UPDATED, batch_size=500)
