"""Noting what was found out, and taking back what was wrong."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.observations.errors import ObservationInvalid
from ryorin.alignment.observations.models import Observation
from ryorin.insight.metrics.rules.observed import OBSERVED
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_SOURCE, LONGEST_NOTE = 160, 300


@transaction.atomic
def note_observation(
    metric: str, day: date, value: Decimal, *, source: str, by: Member | None, note: str = ""
) -> Observation:
    """This function will keep what was found out about a KPI on a day (rates 0..1), and where it stands written."""
    require(by, "observations.change")
    source, note = (" ".join(text.replace("\0", "").split()) for text in (source, note))
    if metric not in OBSERVED:
        raise ObservationInvalid(what=_("指標を選んでください。"))
    if not value.is_finite() or not 0 <= value <= 1:
        raise ObservationInvalid(what=_("割合は0〜100％で入力してください。"))
    if day > clock.today():
        raise ObservationInvalid(what=_("調査日は今日までの日付にしてください。"))
    if not source:
        raise ObservationInvalid(what=_("出典を入力してください（調査名、資料名など）。"))
    if len(source) > LONGEST_SOURCE or len(note) > LONGEST_NOTE:
        raise ObservationInvalid(what=_("出典は160字、メモは300字までです。"))
    made = Observation.objects.create(
        metric=metric, day=day, value=value, source=source, note=note, by=by, updated_at=clock.now()
    )
    audit.record("observation_noted", "observation", made.pk, by=by, metric=metric, day=day, value=value, source=source)
    return made


@transaction.atomic
def remove_observation(observation: Observation, *, by: Member | None) -> None:
    """This function will take back an observation that was wrong; the audit trail keeps what it said."""
    require(by, "observations.change")
    found = Observation.objects.select_for_update().filter(pk=observation.pk).first()
    if found is None:
        return
    pk = found.pk
    found.delete()
    audit.record(
        "observation_deleted", "observation", pk, by=by, metric=found.metric, day=found.day, value=found.value,
        source=found.source,
    )  # fmt: skip
