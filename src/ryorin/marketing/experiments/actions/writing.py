"""Writing an A/B test, and changing it until it starts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from ryorin.customers.timeline.rules import KINDS
from ryorin.lib import clock
from ryorin.marketing.experiments.errors import ExperimentInvalid, ExperimentLocked
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Subject, Variant
from ryorin.marketing.experiments.rules import MOST_VARIANTS
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.deletions.errors import InUse
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = (
    "name",
    "hypothesis",
    "campaign",
    "metric",
    "window_days",
    "guards",
    "baseline",
    "effect",
    "alpha",
    "power",
    "included",
    "owner",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One variant as it is typed."""

    name: str
    share: int = 50
    note: str = ""
    target_id: int | None = None


@transaction.atomic
def create_experiment(*, subject: str, variants: Sequence[Draft], by: Member | None, **fields: Any) -> Experiment:
    """This function will write a new test that waits for its start; the first variant is what there is today."""
    require(by, "experiments.change")
    now = clock.now()
    owner = fields.pop("owner", by)
    experiment = Experiment(
        subject=subject, owner=owner, key=secrets.token_hex(32), created_at=now, updated_at=now, **fields
    )
    check(experiment, variants)
    experiment.save()
    write_variants(experiment, variants)
    audit.record("experiment_created", "experiment", experiment.pk, by=by, name=experiment.name, subject=subject)
    return experiment


@transaction.atomic
def change_experiment(
    experiment: Experiment,
    *,
    by: Member | None,
    version: int | None,
    variants: Sequence[Draft] | None = None,
    **fields: Any,
) -> Experiment:
    """This function will change a test that has not started; later the name, hypothesis and owner alone."""
    require(by, "experiments.change")
    experiment = locked(experiment, version)
    changes: dict[str, Any] = {
        name: [str(getattr(experiment, name)), str(fields[name])]
        for name in CHANGEABLE
        if name in fields and getattr(experiment, name) != fields[name]
    }
    if experiment.state != ExperimentState.DRAFT and (variants is not None or changes.keys() - FREE):
        raise ExperimentLocked()
    for name in changes:
        setattr(experiment, name, fields[name])
    drafts = variants if variants is not None else drafts_of(experiment)
    check(experiment, drafts)
    if variants is not None and list(variants) != drafts_of(experiment):
        changes["variants"] = [[str(draft.name) for draft in each] for each in (drafts_of(experiment), variants)]
        rewrite_variants(experiment, variants)
    if not changes:
        return experiment
    experiment.version += 1
    experiment.updated_at = clock.now()
    experiment.save()
    audit.record("experiment_changed", "experiment", experiment.pk, by=by, **changes)
    return experiment


FREE = frozenset({"name", "hypothesis", "owner"})


@transaction.atomic
def delete_experiment(experiment: Experiment, *, by: Member | None) -> AuditEntry:
    """This function will delete a test that never ran; the entry it returns can be undone."""
    require(by, "experiments.change")
    experiment = locked(experiment, None)
    if experiment.state != ExperimentState.DRAFT:
        raise ExperimentLocked()
    return delete(experiment, record_type="experiment", by=by)


@transaction.atomic
def restore_experiment(entry: AuditEntry, *, by: Member | None) -> Experiment:
    """This function will put back a deleted test with its variants."""
    require(by, "experiments.change")
    found = restore(entry, by=by)
    assert isinstance(found, Experiment)
    return found


def locked(experiment: Experiment, version: int | None) -> Experiment:
    """Return the experiment as it stands, kept from others until the transaction ends."""
    row = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if version is not None and version != row.version:
        raise StaleRecord()
    return row


def drafts_of(experiment: Experiment) -> list[Draft]:
    return [
        Draft(name=each.name, share=each.share, note=each.note, target_id=each.target_id)
        for each in experiment.variants.all()
    ]


def rewrite_variants(experiment: Experiment, variants: Sequence[Draft]) -> None:
    """This function will set the variants place by place, so that what refers to one goes on doing so."""
    held = list(experiment.variants.all())
    for row, draft in zip(held, variants, strict=False):
        row.name, row.note, row.share = draft.name.strip(), draft.note.strip(), draft.share
        row.target_id = draft.target_id
        row.save()
    try:
        for row in held[len(variants) :]:
            row.delete()
    except ProtectedError:
        raise InUse() from None
    write_variants(experiment, variants[len(held) :], first=len(held))


def write_variants(experiment: Experiment, variants: Sequence[Draft], *, first: int = 0) -> None:
    Variant.objects.bulk_create(
        Variant(
            experiment=experiment,
            position=place,
            name=draft.name.strip(),
            note=draft.note.strip(),
            share=draft.share,
            target_id=draft.target_id,
        )
        for place, draft in enumerate(variants, start=first)
    )


def check(experiment: Experiment, variants: Sequence[Draft]) -> None:
    """This function will refuse a test that cannot be."""
    if not 0 < len(experiment.name.strip()) <= 120:
        raise ExperimentInvalid(what=_("テスト名を120文字以内で入力してください。"))
    if experiment.subject not in Subject.values:
        raise ExperimentInvalid(what=_("対象を選んでください。"))
    if experiment.metric not in KINDS or any(kind not in KINDS for kind in experiment.guards):
        raise ExperimentInvalid(what=_("成果を選んでください。"))
    if not 1 <= experiment.window_days <= 365 or not 1 <= experiment.included <= 100:
        raise ExperimentInvalid(what=_("日数は1〜365、参加する割合は1〜100で入力してください。"))
    if not 0 < experiment.baseline < 1 or not 0 < experiment.effect < 1 - experiment.baseline:
        raise ExperimentInvalid(what=_("今の成果率と見つけたい差は、合わせて100%未満にしてください。"))
    if not 0.001 <= experiment.alpha <= 0.2 or not 0.5 <= experiment.power <= 0.99:
        raise ExperimentInvalid(what=_("見誤りの許容は0.1〜20%、検出力は50〜99%で入力してください。"))
    if not 2 <= len(variants) <= MOST_VARIANTS:
        raise ExperimentInvalid(what=_("パターンは2〜%(most)s個にしてください。") % {"most": MOST_VARIANTS})
    if any(not 0 < len(draft.name.strip()) <= 80 or len(draft.note) > 300 for draft in variants):
        raise ExperimentInvalid(what=_("パターンの名前を80文字以内で入力してください。"))
    if any(not 1 <= draft.share <= 1000 for draft in variants):
        raise ExperimentInvalid(what=_("パターンの割合は1〜1000で入力してください。"))
