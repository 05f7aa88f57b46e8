"""How many hours a week members have for new leads, and what they already hold counts."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.errors import CapacityInvalid
from ryorin.alignment.handoffs.models import Capacity, LoadWeights
from ryorin.alignment.handoffs.rules import problem_with_hours
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_QUIET_DAYS = 365


@transaction.atomic
def set_capacity(member: Member, hours: Decimal | None, *, by: Member | None) -> None:
    """This function will set a member's hours a week for new leads, in tenths; None: no limit."""
    require(by, "routing.change")
    hours = _checked(hours)
    found = Capacity.objects.select_for_update(of=("self",)).filter(member=member).first()
    before = found.hours if found else None
    if before == hours:
        return
    if hours is None:
        Capacity.objects.filter(member=member).delete()
    else:
        Capacity.objects.update_or_create(member=member, defaults={"hours": hours, "updated_at": clock.now()})
    told = [None if value is None else str(value) for value in (before, hours)]
    audit.record("capacity_set", "capacity", member.pk, by=by, name=member.name, hours=told)


@transaction.atomic
def change_weights(
    *, by: Member | None, waiting_hours: Decimal, deal_hours: Decimal, quiet_days: int, version: int | None = None
) -> LoadWeights:
    """This function will set how many hours a waiting hand-off and a deal nothing moves count, company-wide."""
    require(by, "routing.change")
    values = {"waiting_hours": _checked(waiting_hours), "deal_hours": _checked(deal_hours), "quiet_days": quiet_days}
    if not 1 <= quiet_days <= MOST_QUIET_DAYS:
        raise CapacityInvalid(what=_("日数は1～%(most)sにしてください。") % {"most": MOST_QUIET_DAYS})
    row = LoadWeights.objects.select_for_update().order_by("pk").first() or LoadWeights(version=0)
    if version is not None and version != (row.version or 1):
        raise StaleRecord()
    before = {name: str(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    after = {name: str(value) for name, value in values.items()}
    if before != after:
        audit.record("load_weights_changed", "capacity", row.pk, by=by, before=before, after=after)
    return row


def _checked(hours: Decimal | None) -> Decimal | None:
    problem = problem_with_hours(hours)
    if problem:
        raise CapacityInvalid(what=problem)
    return None if hours is None else hours.quantize(Decimal("0.1"))
