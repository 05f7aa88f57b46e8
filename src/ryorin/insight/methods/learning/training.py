"""Training in the order of time: what is learned from earlier leads is tried on later ones, never the other way round.

The last fifth of the leads is only looked at in the end. The kind of model is chosen, and its log-odds are calibrated,
on leads that came after those it was fitted to (expanding windows). The score that is kept is then fitted to all.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.errors import OneOutcomeOnly, TooFewAnswers, TooShortATime
from ryorin.insight.methods.learning.columns import Columns, Encoder, Floats, Words, take
from ryorin.insight.methods.learning.fitting import Model, fit_boosted, fit_linear, halved
from ryorin.insight.methods.learning.leaks import Refused, find_leaks
from ryorin.insight.methods.learning.quality import Figures, calibration, figures, lift
from ryorin.insight.methods.learning.scorer import Scorer, sigmoid

FEWEST, FEWEST_OF_EACH, FEWEST_DAYS = 100, 20, 28
WINDOWS = (0.4, 0.6, 0.8)  # fitted up to here, tried on what follows up to the next
FEWEST_FOR_TREES = 400
BETTER = 0.002  # by so much must the log loss of the trees be less
SMALLEST_GROUP = 30
KINDS: dict[str, Callable[[Any, Floats], Model]] = {"logistic": fit_linear, "boosting": fit_boosted}


@dataclass(frozen=True)
class Answers:
    """Leads that were answered, in any order.

    `y`: 1 came good, 0 did not, a share where that is open still. `at`: when each was scored, as datetime64[us].
    `groups`: words by which the treatment of groups is looked at; they need not be among the columns. `beforehand`:
    columns counted up to that moment. Without dates `at` is an order and nothing more.
    """

    columns: Columns
    y: Floats
    at: NDArray[np.datetime64]
    groups: Mapping[str, Words]
    has_dates: bool = True
    beforehand: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.y)

    def rows(self, rows: Any) -> "Answers":
        """Return some of the leads."""
        columns = {name: take(column, rows) for name, column in self.columns.items()}
        groups = {name: Words(words.codes[rows], words.values) for name, words in self.groups.items()}
        return replace(self, columns=columns, y=self.y[rows], at=self.at[rows], groups=groups)

    def without(self, names: set[str]) -> "Answers":
        columns = {name: column for name, column in self.columns.items() if name not in names}
        return replace(self, columns=columns)


@dataclass(frozen=True)
class Trained:
    """A trained score with how good it was on the leads that came last, beside the logistic baseline."""

    scorer: Scorer
    kind: str
    answers: int
    refused: tuple[Refused, ...]
    later: Figures
    baseline: Figures
    boosted: Figures | None
    picture: dict[str, Any]


def train(answers: Answers) -> Trained:
    """Return a trained score; refuses with TooFewAnswers, OneOutcomeOnly or TooShortATime."""
    refuse_too_little(answers)
    answers = answers.rows(np.argsort(answers.at, kind="stable"))
    last = cut(len(answers), WINDOWS[-1])
    early = answers.rows(slice(0, last))
    refused = find_leaks(early.columns, early.y, beforehand=answers.beforehand)
    answers = answers.without({each.name for each in refused})
    if not answers.columns:
        raise OneOutcomeOnly()
    with one_thread():
        return chosen_of(answers, refused, last=last)


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which the libraries use one thread: several wait for each other longer than they work."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def chosen_of(answers: Answers, refused: list[Refused], *, last: int) -> Trained:
    """Return the better kind of model, judged on the leads from `last` on; answers in the order of time."""
    kinds = ["logistic"] if len(answers) < FEWEST_FOR_TREES else list(KINDS)
    tried = {kind: tried_later(answers, kind) for kind in kinds}
    kind = "logistic"
    if "boosting" in tried and tried["boosting"].loss < tried["logistic"].loss - BETTER:
        kind = "boosting"
    chosen = tried[kind]
    p, later = chosen.p, answers.rows(slice(last, None))
    whole = np.isin(later.y, (0.0, 1.0))
    return Trained(
        scorer=final(answers, kind, chosen),
        kind=kind,
        answers=len(answers),
        refused=tuple(refused),
        later=figures(later.y[whole], p[whole]),
        baseline=figures(later.y[whole], tried["logistic"].p[whole]),
        boosted=figures(later.y[whole], tried["boosting"].p[whole]) if "boosting" in tried else None,
        picture=pictured(later.rows(whole), p[whole]),
    )


def refuse_too_little(answers: Answers) -> None:
    """This function will refuse where nothing can be learned, saying how many answers are missing."""
    good, bad = int((answers.y == 1).sum()), int((answers.y == 0).sum())
    missing = max(FEWEST - len(answers), 0)
    lacking = {"good": max(FEWEST_OF_EACH - good, 0), "bad": max(FEWEST_OF_EACH - bad, 0)}
    if len(answers) >= FEWEST and not (good and bad):
        raise OneOutcomeOnly(answers=len(answers), **lacking)
    if missing or lacking["good"] or lacking["bad"]:
        missing = max(missing, lacking["good"] + lacking["bad"])
        raise TooFewAnswers(answers=len(answers), missing=missing, **lacking)
    days = int((answers.at.max() - answers.at.min()) / np.timedelta64(1, "D"))
    if answers.has_dates and days < FEWEST_DAYS:
        raise TooShortATime(days=days, missing=FEWEST_DAYS - days)


@dataclass(frozen=True)
class Tried:
    """One kind of model on leads later than those it learned from."""

    p: Floats  # calibrated, of the last part
    loss: float  # on the windows before the last part
    odds: Floats  # of all leads in the windows, the last part included
    y: Floats


def tried_later(answers: Answers, kind: str) -> Tried:
    """Return how a kind of model does, window by window; the last one is judged by what the others calibrated."""
    places = [cut(len(answers), share) for share in WINDOWS] + [len(answers)]
    odds, y = [], []
    for start, end in pairwise(places):
        encoder, model = fitted(answers.rows(slice(0, start)), kind)
        later = answers.rows(slice(start, end))
        odds.append(model.odds(encoder.matrix(later.columns)))
        y.append(later.y)
    before, targets = np.concatenate(odds[:-1]), np.concatenate(y[:-1])
    slope, shift = straightened(before, targets)
    return Tried(
        p=sigmoid(slope * odds[-1] + shift),
        loss=loss_of(slope * before + shift, targets),
        odds=np.concatenate(odds),
        y=np.concatenate(y),
    )


def fitted(answers: Answers, kind: str) -> tuple[Encoder, Model]:
    """Return encoder and model learned from these leads; of one outcome only, a model that says that share."""
    encoder = Encoder.learned(answers.columns)
    x, y = encoder.matrix(answers.columns), answers.y
    if not ((y > 0).any() and (y < 1).any()):
        x, y = np.concatenate((x, x[:1])), np.append(y, 1 - y[0])
    return encoder, KINDS[kind](x, y)


def final(answers: Answers, kind: str, tried: Tried) -> Scorer:
    """Return the score that is kept: fitted to all leads, calibrated by what was said of later ones."""
    encoder, model = fitted(answers, kind)
    slope, shift = straightened(tried.odds, tried.y)
    return Scorer(encoder, model, slope, shift)


def straightened(odds: Floats, y: Floats) -> tuple[float, float]:
    """Return slope and shift that make log-odds fit outcomes; order is kept, so the slope never turns (Platt, 1999)."""
    from sklearn.linear_model import LogisticRegression

    rows, target, weight = halved(y)
    if len(np.unique(target)) < 2:
        return 1.0, 0.0
    line = LogisticRegression(C=100.0).fit(odds[rows].reshape(-1, 1), target, sample_weight=weight)
    return max(float(line.coef_[0][0]), 0.05), float(line.intercept_[0])


def loss_of(odds: Floats, y: Floats) -> float:
    """Return the mean log loss of log-odds; y may be a share."""
    return float(np.mean(np.logaddexp(0, odds) - y * odds))


def cut(count: int, share: float) -> int:
    return max(int(count * share), 1)


def pictured(later: Answers, p: Floats) -> dict[str, Any]:
    """Return what the page draws of the last leads: by month, calibration, lift, and how groups are treated."""
    months = later.at.astype("datetime64[M]").astype(str)
    return {
        "months": [
            {"month": month, **figures(later.y[months == month], p[months == month]).as_json()}
            for month in (np.unique(months) if later.has_dates else ())
        ],
        "calibration": [vars(each) for each in calibration(later.y, p)],
        "lift": lift(later.y, p),
        "groups": {name: by_group(words, later.y, p) for name, words in later.groups.items()},
    }


def by_group(words: Words, y: Floats, p: Floats) -> list[dict[str, Any]]:
    """Return for each group of at least thirty leads what was said and what came; the largest first."""
    found: list[dict[str, Any]] = []
    for place, value in enumerate(words.values):
        rows = words.codes == place
        if rows.sum() >= SMALLEST_GROUP:
            one = figures(y[rows], p[rows])
            said, came = float(p[rows].mean()), float(y[rows].mean())
            error = float(np.sqrt(max(came * (1 - came), 1e-4) / rows.sum()))
            found.append({"name": value, "leads": one.leads, "auc": one.auc, "said": said, "came": came,
                          "is_off": abs(said - came) > 2.5 * error})  # fmt: skip
    return sorted(found, key=lambda one: -one["leads"])[:20]
