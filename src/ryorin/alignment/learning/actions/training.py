"""Training a version from the answers, and saying what it changed."""

from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from ryorin.alignment.learning.models import LearningState, ScoreVersion
from ryorin.alignment.learning.queries.answers import Answer, Known, known_answers
from ryorin.alignment.learning.queries.evaluation import prepared
from ryorin.alignment.learning.rules import changes_between
from ryorin.insight.methods.errors import TooLittleKnown
from ryorin.insight.methods.learning import Trained, train
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

KEPT = 60  # versions whose content stays; of older ones only the figures do


def learn(*, by: Member | None = None) -> ScoreVersion | None:
    """This function will train a new version and put it to use; None, and why, where too little is known.

    What is read and computed takes its time outside of any transaction; the version is written in one.
    """
    require(by, "scoring.change")
    return learn_from(known_answers(), by=by)


def learn_from(known: Known, *, by: Member | None = None) -> ScoreVersion | None:
    """This function will train a version from these answers; None, and why, where too little is known."""
    try:
        trained, weights = trained_on(known.answers)
    except TooLittleKnown as refusal:
        note(reason=refusal.reason, details=refusal.details, tried_at=clock.now(), answers=len(known.answers))
        return None
    return keep(trained, weights=weights, open_share=known.open_share, by=by)


def trained_on(answers: list[Answer]) -> tuple[Trained, dict[str, float]]:
    """Return what is learned from the answers, and how heavily each column weighs on the mean."""
    learned_from = prepared(answers)
    trained = train(learned_from)
    _odds, parts = trained.scorer.explained(learned_from.columns)
    weights = np.abs(parts).mean(axis=0)
    return trained, dict(zip(trained.scorer.names, (round(float(one), 4) for one in weights), strict=True))


@transaction.atomic
def keep(trained: Trained, *, weights: dict[str, float], open_share: float, by: Member | None) -> ScoreVersion:
    """This function will write the version and make it the one that counts."""
    now, before = clock.now(), ScoreVersion.objects.select_for_update().active().first()
    figures: dict[str, Any] = {
        "later": trained.later.as_json(),
        "baseline": trained.baseline.as_json(),
        "boosted": trained.boosted.as_json() if trained.boosted else None,
        "weights": weights,
        "open_share": open_share,
        **trained.picture,
    }
    changes = {}
    if before:
        changes = changes_between(
            before.figures, figures, answers_before=before.answers, answers_after=trained.answers
        ) | {"against": before.number}
        before.active_until = now
        before.save(update_fields=["active_until"])
    number = (ScoreVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    version = ScoreVersion.objects.create(
        number=number,
        kind=trained.kind,
        content=trained.scorer.as_json(),
        figures=figures,
        refused=[vars(each) for each in trained.refused],
        changes=changes,
        answers=trained.answers,
        trained_at=now,
        trained_by=by,
        active_from=now,
    )
    ScoreVersion.objects.filter(number__lte=number - KEPT).exclude(content={}).update(content={})
    note(reason="", details={}, tried_at=now, answers=trained.answers)
    audit.record("score_version_trained", "score_version", version.pk, by=by, number=number, answers=trained.answers)
    return version


def note(**values: Any) -> None:
    LearningState.objects.update_or_create(pk=1, defaults=values)
