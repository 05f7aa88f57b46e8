from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.goals.errors import TargetInvalid
from ryorin.alignment.goals.models import Target
from ryorin.alignment.goals.rules import parts_of
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import Unit
from ryorin.lib import clock
from ryorin.lib.fiscal import Period, months_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LARGEST = Decimal(10) ** 15


@transaction.atomic
def set_target(metric: str, month: date, value: Decimal | None, *, by: Member | None) -> Target | None:
    """This function will set a KPI's target for a month (money in minor units, rates 0..1); None removes it."""
    require(by, "goals.change")
    definition = metric_named(metric)
    month = month.replace(day=1)
    if value is not None:
        check(definition.unit, value)
    target = Target.objects.select_for_update().filter(metric=metric, month=month).first()
    before = target.value if target else None
    if before == value:
        return target
    audit.record("target_set", "target", by=by, metric=metric, month=month, value=[before, value])
    if value is None:
        Target.objects.filter(metric=metric, month=month).delete()
        return None
    target = target or Target(metric=metric, month=month)
    target.value, target.set_by, target.updated_at = value, by, clock.now()
    target.save()
    return target


@transaction.atomic
def spread_target(metric: str, year: Period, value: Decimal | None, *, by: Member | None) -> None:
    """This function will set the targets of all months of a year so that together they make the year's target."""
    require(by, "goals.change")
    months = months_of(year)
    parts = parts_of(metric_named(metric), value, len(months))
    for month, part in zip(months, parts, strict=True):
        set_target(metric, month.start, part, by=by)


def check(unit: Unit, value: Decimal) -> None:
    """This function will refuse a target that cannot be meant."""
    if not value.is_finite() or value < 0 or value > LARGEST:
        raise TargetInvalid(what=_("0以上の数を入力してください。"))
    if unit is Unit.RATE and value > 1:
        raise TargetInvalid(what=_("割合は100％以下にしてください。"))
