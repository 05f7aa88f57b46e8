from typing import Any

import click

from ryorin.alignment.learning.actions import keep_learning
from ryorin.alignment.learning.actions import learn as learn_version
from ryorin.alignment.learning.queries.evaluation import evaluated
from ryorin.alignment.learning.queries.pages import state, why_nothing
from ryorin.alignment.learning.rules import label_of, why_refused
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.methods.learning import Trained
from ryorin.insight.methods.learning.quality import Figures
from ryorin.jobs.output import answer, json_option

SAYS_NOTHING = ("constant", "identifier")


@click.group()
def command() -> None:
    """The score that learns: try it on later leads, train it."""


@command.command()
@click.option("--order-by", help="external_key or the name of an additional column, where leads have no dates.")
@click.option("--within-days", type=click.IntRange(1, 3650), help="All leads; good when won within so many days.")
@json_option
def evaluate(order_by: str | None, within_days: int | None, as_json: bool) -> None:
    """How good the score is on the last fifth of the leads, learned from those before them."""
    catch_up()
    trained = evaluated(order_by=order_by, within_days=within_days)
    data = {
        "answers": trained.answers,
        "kind": trained.kind,
        "later": trained.later.as_json(),
        "baseline": trained.baseline.as_json(),
        "boosting": trained.boosted.as_json() if trained.boosted else None,
        "refused": [vars(each) for each in trained.refused],
        "columns": list(trained.scorer.names),
        **trained.picture,
    }
    answer(data, as_json=as_json, lines=told(trained))


@command.command()
@json_option
def learn(as_json: bool) -> None:
    """Train a version from the answers, put it to use and score everybody."""
    catch_up()
    version = learn_version()
    if version is None:
        answer({"version": None, "reason": why_nothing(state())}, as_json=as_json, lines=[why_nothing(state())])
        return
    changed = keep_learning()
    data = {"version": version.number, "kind": version.kind, "answers": version.answers, "changed": changed}
    answer(data, as_json=as_json)


def told(trained: Trained) -> list[str]:
    lines = [
        f"{trained.answers:,} leads; learned from the first 80 %, tried on the last {trained.later.leads:,}"
        f" ({trained.later.good:,} came good)",
        "",
        f"{'':24} {'AUC':>7} {'Brier':>7} {'calibration error':>18}",
        told_figures(f"in use ({trained.kind})", trained.later),
        told_figures("logistic baseline", trained.baseline),
    ]
    if trained.boosted:
        lines.append(told_figures("gradient boosting", trained.boosted))
    knowing = [each for each in trained.refused if each.reason not in SAYS_NOTHING]
    lines += ["", "columns left out because they know the outcome:" if knowing else "no column knows the outcome"]
    lines += [told_refused(vars(each)) for each in knowing]
    silent = len(trained.refused) - len(knowing)
    return [*lines, f"columns that say nothing (the same for everybody, or different for each): {silent}"]


def told_figures(name: str, figures: Figures) -> str:
    area = "-" if figures.auc is None else f"{figures.auc:.3f}"
    return f"{name:24} {area:>7} {figures.brier:>7.3f} {figures.calibration_error:>18.3f}"


def told_refused(refused: dict[str, Any]) -> str:
    area = f" (AUC alone {refused['figures']['auc']:.2f})" if refused["figures"].get("auc") else ""
    return f"  {label_of(refused['name'])}: {why_refused(refused['reason'])}{area}"
