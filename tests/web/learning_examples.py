"""What addresses of the learned score are about: an earlier version to go back to."""

from ryorin.alignment.learning.models import ModelKind, ScoreVersion
from ryorin.lib import clock

NOTHING = {"leads": 0, "good": 0, "auc": None, "brier": 0.0, "log_loss": 0.0, "calibration_error": 0.0}


def score_version_of() -> ScoreVersion:
    """Return a version that was in use before."""
    found = ScoreVersion.objects.filter(active_until__isnull=False).first()
    if found is None:
        content = {
            "encoder": {"numbers": [], "choices": [["job_title", ["部長"], True]]},
            "model": {"kind": "logistic", "middle": 0.0, "weights": [1.0, 0.0], "means": [0.5, 0.0]},
            "slope": 1.0,
            "shift": 0.0,
        }
        figures = {"later": NOTHING, "baseline": NOTHING, "boosted": None, "weights": {}, "months": [],
                   "calibration": [], "lift": [], "groups": {}}  # fmt: skip
        now = clock.now()
        found = ScoreVersion.objects.create(
            number=1, kind=ModelKind.LOGISTIC, content=content, figures=figures, answers=100, trained_at=now,
            active_from=now, active_until=now,
        )  # fmt: skip
    return found
