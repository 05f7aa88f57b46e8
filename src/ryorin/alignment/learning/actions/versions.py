"""Going back to an earlier version, and handing over from a threshold on."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.actions import propose_definition
from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.learning.errors import AlreadyInUse, CapacityInvalid, NothingLearned
from ryorin.alignment.learning.models import ScoreVersion
from ryorin.alignment.learning.queries.pages import recent_counts
from ryorin.alignment.learning.rules import threshold_for
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_WEEKLY = 100_000
WEEKS = 8


@transaction.atomic
def use_version(version: ScoreVersion, *, by: Member | None) -> ScoreVersion:
    """This function will put another version to use; everybody is scored with it within a minute."""
    require(by, "scoring.change")
    rows = {each.pk: each for each in ScoreVersion.objects.select_for_update().filter(active_until__isnull=True)}
    version = rows.get(version.pk) or ScoreVersion.objects.select_for_update().get(pk=version.pk)
    if version.is_active or not version.content:
        raise AlreadyInUse(number=version.number)
    now = clock.now()
    before = ScoreVersion.objects.active().first()
    ScoreVersion.objects.active().update(active_until=now)
    version.active_from, version.active_until = now, None
    version.save(update_fields=["active_from", "active_until"])
    facts = {"number": version.number, "before": before.number if before else None}
    audit.record("score_version_used", "score_version", version.pk, by=by, **facts)
    return version


def propose_threshold(capacity: int, *, by: Member | None) -> ReadyDefinition:
    """This function will propose that leads are handed over from the probability so many a week reach."""
    require(by, "definitions.change")
    if not 1 <= capacity <= MOST_WEEKLY:
        raise CapacityInvalid(most=f"{MOST_WEEKLY:,}")
    step = threshold_for(recent_counts(WEEKS), weeks=WEEKS, capacity=capacity)
    if step is None:
        raise NothingLearned()
    condition = {
        "all": [
            {"field": "chance", "op": "gte", "value": step.percent},
            {"any": [{"field": "email", "op": "filled"}, {"field": "phone", "op": "filled"}]},
        ]
    }
    note = _("週%(capacity)s件まで：成約見込み%(percent)s%%以上") % {"capacity": capacity, "percent": step.percent}
    return propose_definition(condition, note=note, by=by)
