"""The duty that keeps values fresh, and the verbs of who looks after them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from ryorin.customers.value.models import Subject
from ryorin.lib import clock
from ryorin.marketing.value.errors import BordersInvalid, SettingsInvalid
from ryorin.marketing.value.models import ModelFit, ValueSettings
from ryorin.marketing.value.queries.reading import ONLY_ROW, day_of_values, newest_fit, settings_now
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current, is_set_up

SOONEST = timedelta(minutes=5)  # after a computation, while orders keep coming in
SHARE_OF_TIME = 30  # a computation that took a minute is not repeated within half an hour
SCORED = ("recency", "frequency", "monetary")
LARGEST = 10**15
LONGEST_HORIZON, LONGEST_WINDOW = 60, 120
HIGHEST_DISCOUNT = Decimal(50)


def compute_daily() -> int:
    """This function will compute the values that are due, and return for how many subjects it did.

    They are due on a new day, when the settings changed or somebody asks, and some minutes after orders came in.
    """
    if not is_set_up():
        return 0
    return sum(compute_if_due(subject.value) for subject in Subject)


def compute_if_due(subject: str, *, at_once: bool = False) -> bool:
    """This function will compute the values of one subject when they are due (`at_once`: in any case)."""
    from ryorin.marketing.value.queries.history import orders_version

    settings, company = settings_now(), current()
    as_of, history, started_at = day_of_values(settings), orders_version(), clock.now()
    if not at_once and not is_due(newest_fit(subject), settings, as_of=as_of, history=history):
        return False
    from ryorin.marketing.value.actions.computing import computed  # the libraries come when they are needed
    from ryorin.marketing.value.actions.writing import write

    done = computed(subject, as_of=as_of, settings=settings, currency=company.currency, zone=company.time_zone)
    write(
        done,
        currency=company.currency,
        history=history,
        settings_version=settings.version,
        started_at=started_at,
    )
    return True


def is_due(last: ModelFit | None, settings: ValueSettings, *, as_of: date, history: str) -> bool:
    """Return whether values are to be computed anew."""
    if last is None or (last.as_of, last.settings_version) != (as_of, settings.version):
        return True
    if settings.asked_at is not None and settings.asked_at > last.started_at:
        return True
    pause = max(SOONEST, SHARE_OF_TIME * (last.made_at - last.started_at))
    return last.history != history and clock.now() - last.made_at > pause


@transaction.atomic
def ask_for_values(*, by: Member) -> None:
    """This function will have the values computed anew within a minute."""
    require(by, "analysis.change")
    row = _locked()
    row.asked_at = clock.now()
    row.save()
    audit.record("values_asked_for", "value_settings", row.pk, by=by)


@transaction.atomic
def change_settings(*, by: Member | None, version: int | None, **fields: Any) -> ValueSettings:
    """This function will change how values are computed: as_of, horizon_months, discount, window_months, borders."""
    require(by, "analysis.change")
    row = _locked()
    if version is not None and version != row.version:
        raise StaleRecord()
    changes = {}
    for name, value in _checked(fields).items():
        if getattr(row, name) != value:
            changes[name] = [getattr(row, name), value]
            setattr(row, name, value)
    if changes:
        row.version += 1
        row.changed_at, row.changed_by = clock.now(), by
        row.save()
        audit.record("value_settings_changed", "value_settings", row.pk, by=by, **changes)
    return row


def _locked() -> ValueSettings:
    ValueSettings.objects.get_or_create(pk=ONLY_ROW)
    return ValueSettings.objects.select_for_update().get(pk=ONLY_ROW)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the settings, or refuse the first that cannot be."""
    horizon, window = fields.get("horizon_months", 12), fields.get("window_months", 0)
    if not 1 <= horizon <= LONGEST_HORIZON or not 0 <= window <= LONGEST_WINDOW:
        raise SettingsInvalid(horizon=LONGEST_HORIZON, window=LONGEST_WINDOW, discount=HIGHEST_DISCOUNT)
    if not 0 <= fields.get("discount", Decimal(0)) <= HIGHEST_DISCOUNT:
        raise SettingsInvalid(horizon=LONGEST_HORIZON, window=LONGEST_WINDOW, discount=HIGHEST_DISCOUNT)
    if "borders" in fields:
        fields = fields | {"borders": {name: _borders(name, fields["borders"].get(name)) for name in SCORED}}
    return fields


def _borders(name: str, given: Any) -> list[int]:
    """Return four borders that rise (of days since the last purchase: fall); none for fifths."""
    if not given:
        return []
    numbers = [int(one) for one in given]
    ordered = sorted(set(numbers), reverse=name == "recency")
    if len(numbers) != 4 or ordered != numbers or not all(0 <= one <= LARGEST for one in numbers):
        raise BordersInvalid()
    return numbers
