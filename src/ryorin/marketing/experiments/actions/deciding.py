"""Starting a test, stopping it with a reason, and deciding which variant stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.experiments.actions.writing import check, drafts_of, locked
from ryorin.marketing.experiments.errors import ExperimentNotReady, ReasonMissing, WrongState
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Variant
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def start(experiment: Experiment, *, by: Member | None) -> Experiment:
    """This function will start the test: from now on everybody keeps the variant they get."""
    require(by, "experiments.change")
    experiment = locked(experiment, None)
    if experiment.state != ExperimentState.DRAFT:
        raise WrongState(state=experiment.get_state_display())
    drafts = drafts_of(experiment)
    check(experiment, drafts)
    if any(draft.target_id is None for draft in drafts):
        raise ExperimentNotReady(what=_("すべてのパターンに内容を選んでください。"))
    if len({draft.target_id for draft in drafts}) < len(drafts):
        raise ExperimentNotReady(what=_("同じ内容のパターンがあります。"))
    experiment.started_at = clock.now()
    return _move(experiment, ExperimentState.RUNNING, "experiment_started", by=by)


@transaction.atomic
def stop(experiment: Experiment, *, reason: str, by: Member | None) -> Experiment:
    """This function will stop the test without a winner: everybody gets the first variant again."""
    require(by, "experiments.change")
    experiment = locked(experiment, None)
    if experiment.state != ExperimentState.RUNNING:
        raise WrongState(state=experiment.get_state_display())
    experiment.reason, experiment.stopped_at = reason_of(reason), clock.now()
    return _move(experiment, ExperimentState.STOPPED, "experiment_stopped", by=by, reason=experiment.reason)


@transaction.atomic
def decide(experiment: Experiment, variant: Variant, *, reason: str, by: Member | None) -> Experiment:
    """This function will make the variant everybody's; a test that runs ends with it."""
    require(by, "experiments.change")
    experiment = locked(experiment, None)
    if experiment.state not in (ExperimentState.RUNNING, ExperimentState.STOPPED):
        raise WrongState(state=experiment.get_state_display())
    experiment.reason, experiment.stopped_at = reason_of(reason), experiment.stopped_at or clock.now()
    experiment.winner = experiment.variants.get(pk=variant.pk)
    experiment.decided_by = by
    more = {"winner": variant.name, "reason": experiment.reason}
    return _move(experiment, ExperimentState.DECIDED, "experiment_decided", by=by, **more)


def reason_of(text: str) -> str:
    """Return the reason as it is kept; refuses an empty one."""
    plain = text.replace("\0", "").strip()[:300]
    if not plain:
        raise ReasonMissing()
    return plain


def _move(experiment: Experiment, state: str, fact: str, *, by: Member | None, **more: str) -> Experiment:
    experiment.state = state
    experiment.version += 1
    experiment.updated_at = clock.now()
    experiment.save()
    audit.record(fact, "experiment", experiment.pk, by=by, name=experiment.name, **more)
    return experiment
