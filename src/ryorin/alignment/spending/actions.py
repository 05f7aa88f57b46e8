"""Entering what a month cost: one figure, or many from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.spending.errors import SpendingInvalid
from ryorin.alignment.spending.models import Spending, SpendingKind
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import require

LARGEST = 10**15
LONGEST_NOTE = 120


@dataclass(frozen=True)
class Spent:
    """One figure: the first of a month, a team's id (None: the company as a whole), a kind, minor units."""

    month: date
    team_id: int | None
    kind: str
    amount: int | None
    acquires: bool = True
    note: str = ""


@transaction.atomic
def record_spending(figures: Sequence[Spent], *, by: Member | None) -> list[str]:
    """This function will set what months cost; an amount of None takes a figure away.

    It returns for each whether it was "created", "updated", "removed" or "unchanged".
    """
    require(by, "spending.change")
    teams = dict(Team.objects.filter(pk__in={one.team_id for one in figures if one.team_id}).values_list("pk", "name"))
    return [put(checked(one, teams), teams.get(one.team_id or 0, ""), by=by) for one in figures]


def checked(one: Spent, teams: dict[int, str]) -> Spent:
    """Return the figure as it is kept; refuses what cannot be meant."""
    if one.kind not in SpendingKind.values:
        raise SpendingInvalid(what=_("費目を選んでください。"))
    if one.team_id is not None and one.team_id not in teams:
        raise SpendingInvalid(what=_("チームが見つかりません。"))
    if one.amount is not None and not 0 <= one.amount <= LARGEST:
        raise SpendingInvalid(what=_("金額は0以上で入力してください。"))
    note = " ".join(one.note.replace("\0", "").split())
    if len(note) > LONGEST_NOTE:
        raise SpendingInvalid(what=_("メモは%(limit)s字までです。") % {"limit": LONGEST_NOTE})
    return Spent(one.month.replace(day=1), one.team_id, one.kind, one.amount, one.acquires, note)


def put(one: Spent, team: str, *, by: Member | None) -> str:
    same = Spending.objects.filter(month=one.month, kind=one.kind)
    same = same.filter(team__isnull=True) if one.team_id is None else same.filter(team_id=one.team_id)
    found = same.select_for_update(of=("self",)).first()
    before = (found.amount, found.acquires, found.note) if found else None
    if before == (one.amount, one.acquires, one.note) or (before is None and one.amount is None):
        return "unchanged"
    facts = {
        "month": one.month,
        "team": team,
        "kind": one.kind,
        "amount": [found.amount if found else None, one.amount],
    }
    if one.amount is None:
        pk = found.pk if found else None
        same.delete()
        audit.record("spending_deleted", "spending", pk, by=by, **facts)
        return "removed"
    values = {"acquires": one.acquires, "note": one.note, "set_by": by, "updated_at": clock.now()}
    made = found or Spending(month=one.month, team_id=one.team_id, kind=one.kind)
    made.amount = one.amount
    for name, value in values.items():
        setattr(made, name, value)
    made.save()
    audit.record("spending_recorded", "spending", made.pk, by=by, acquires=one.acquires, **facts)
    return "updated" if found else "created"
