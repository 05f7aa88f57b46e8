"""How often and when the company writes to anybody."""

from typing import Any, cast

from django.db import transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.journeys.errors import LimitsWrong
from ryorin.marketing.journeys.models import ContactLimits
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

RANGES = {"most_mails": (1, 100), "within_days": (1, 90), "quiet_from": (0, 23), "quiet_until": (0, 23)}


@transaction.atomic
def change_limits(*, by: Member | None, version: int | None, **values: int | bool) -> ContactLimits:
    """This function will change the limits; they hold for everything that is sent from now on."""
    require(by, "journeys.limits")
    now = clock.now()
    ContactLimits.objects.get_or_create(pk=1, defaults={"updated_at": now})
    row = ContactLimits.objects.select_for_update().get(pk=1)
    if version is not None and row.version != version:
        raise StaleRecord()
    for name, (low, high) in RANGES.items():
        if name in values and not low <= int(values[name]) <= high:
            column = cast("Field[Any, Any]", ContactLimits._meta.get_field(name))
            what = _("「%(field)s」は%(low)sから%(high)sまでです。")
            raise LimitsWrong(what % {"field": column.verbose_name, "low": low, "high": high})
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if changes:
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_at = now
        row.save()
        audit.record("contact_limits_changed", "contact_limits", row.pk, by=by, **changes)
    return row
