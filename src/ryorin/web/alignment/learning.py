"""The score that learns: how good it is, what changed, how groups are treated, from which threshold on to hand over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.learning.actions import learn, propose_threshold, use_version
from ryorin.alignment.learning.actions.versions import WEEKS
from ryorin.alignment.learning.models import LessonAbout, ScoreVersion
from ryorin.alignment.learning.queries.pages import (
    LessonLine,
    lesson_lines,
    recent_counts,
    refused_columns,
    state,
    why_nothing,
)
from ryorin.alignment.learning.rules import Step, label_of, steps_of, threshold_for
from ryorin.conditions.tree import Op, Test
from ryorin.lib.postal import PREFECTURES
from ryorin.web.alignment.people import address_of_people
from ryorin.web.answers import member_of
from ryorin.workspace.members.rules import may

MOST_VERSIONS = 20
FIGURES = ("auc", "brier", "calibration_error")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the version in use with its figures, or why there is none, and the versions before it."""
    version = ScoreVersion.objects.active().first()
    now, member = state(), member_of(request)
    context: dict[str, Any] = {
        "version": version,
        "why_nothing": why_nothing(now),
        "state": now,
        "lessons": [(line, source_url(line)) for line in lesson_lines()],
        "versions": ScoreVersion.objects.defer("content").select_related("trained_by")[:MOST_VERSIONS],
        "may_change": may(member, "scoring.change"),
        "may_propose": may(member, "definitions.change"),
        "weeks": WEEKS,
    }
    if version:
        context |= pictured(version) | thresholds(request.GET.get("capacity", ""))
    return render(request, "alignment/learning.html", context)


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Learn from the answers now."""
    version = learn(by=member_of(request))
    if version:
        messages.success(
            request, _("第%(number)s版を学習しました。1分ほどで全員に反映されます。") % {"number": version.number}
        )
    else:
        messages.warning(request, why_nothing(state()))
    return redirect("learning")


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to a version."""
    version = use_version(get_object_or_404(ScoreVersion, pk=pk), by=member_of(request))
    messages.success(
        request, _("第%(number)s版に切り替えました。1分ほどで全員に反映されます。") % {"number": version.number}
    )
    return redirect("learning")


@require_POST
def threshold(request: HttpRequest) -> HttpResponse:
    """Propose a definition that hands over so many leads a week."""
    propose_threshold(whole(request.POST.get("capacity", "")), by=member_of(request))
    messages.success(request, _("引き継ぎの条件の変更案を出しました。両方が合意すると有効になります。"))
    return redirect("definition")


def pictured(version: ScoreVersion) -> dict[str, Any]:
    """Return figures and charts of a version."""
    figures, refused = version.figures, refused_columns(version)
    return {
        "later": figures["later"],
        "baseline": figures["baseline"],
        "boosted": figures["boosted"],
        "months_chart": months_chart(figures["months"]) if len(figures["months"]) > 1 else None,
        "calibration_chart": calibration_chart(figures["calibration"]),
        "lift_chart": lift_chart(figures["lift"]) if figures["lift"] else None,
        "groups": [(group_label(name), group_rows(name, rows)) for name, rows in figures["groups"].items() if rows],
        "refused": refused,
        "leaks": [column for column in refused if column["is_leak"]],
        "useless": [column for column in refused if not column["is_leak"]],
        "weights": heaviest(figures["weights"]),
        "changes": changes_of(version),
    }


def months_chart(months: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the quality by month of the later leads."""
    return {
        "title": _("月ごとの精度（学習に使っていない、後のリード）"),
        "kind": "line",
        "axis": _("月"),
        "labels": [month["month"] for month in months],
        "series": [
            {"name": "AUC", "values": [rounded(month["auc"]) for month in months], "wheel": "axle"},
            {"name": _("Brierスコア"), "values": [rounded(month["brier"]) for month in months], "wheel": "harvest"},
            {
                "name": _("確率のずれ"),
                "values": [rounded(month["calibration_error"]) for month in months],
                "wheel": "sow",
                "dashed": True,
            },
        ],
        "decimals": 3,
    }


def calibration_chart(bins: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was said beside what came, from the lowest group to the highest."""
    return {
        "title": _("見込みと実績（見込みの低い順に同じ件数ずつ）"),
        "kind": "bar",
        "axis": _("見込み"),
        "labels": [f"{one['low']:.0%}–{one['high']:.0%}" for one in bins],
        "series": [
            {"name": _("見込み（平均）"), "values": [round(100 * one["said"], 1) for one in bins], "wheel": "axle"},
            {"name": _("実績"), "values": [round(100 * one["came"], 1) for one in bins], "wheel": "harvest"},
        ],
        "unit": "%",
        "decimals": 1,
    }


def lift_chart(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how many times the average each tenth came good, the best tenth first."""
    return {
        "title": _("上位から10％ずつの成約率（平均の何倍か）"),
        "kind": "bar",
        "axis": _("上位からの割合"),
        "labels": [f"{10 * place}–{10 * (place + 1)}%" for place in range(len(parts))],
        "series": [
            {"name": _("平均の何倍か"), "values": [round(one["lift"], 2) for one in parts], "wheel": "axle"},
        ],
        "decimals": 2,
    }


def heaviest(weights: dict[str, float]) -> list[tuple[str, float, float]]:
    """Return the columns that move the score most: name, mean log-odds, percent of the heaviest."""
    ordered = sorted(weights.items(), key=lambda one: -one[1])[:10]
    most = ordered[0][1] if ordered else 1.0
    return [(label_of(name), weight, 100 * weight / (most or 1.0)) for name, weight in ordered if weight > 0]


def changes_of(version: ScoreVersion) -> dict[str, Any]:
    """Return what the training changed, with the columns in words."""
    if not version.changes:
        return {}
    columns = [(label_of(name), before, after) for name, before, after in version.changes["columns"]]
    return version.changes | {
        "columns": columns,
        "new": [label_of(name) for name in version.changes["new"]],
        "gone": [label_of(name) for name in version.changes["gone"]],
    }


def thresholds(typed: str) -> dict[str, Any]:
    """Return how many leads a week reach each threshold, and the one that gives as many as sales can work."""
    counts, capacity = recent_counts(WEEKS), whole(typed)
    steps = [(step, people_from(step)) for step in steps_of(counts, weeks=WEEKS)]
    chosen = threshold_for(counts, weeks=WEEKS, capacity=capacity) if capacity > 0 else None
    return {
        "steps": steps if counts else [],
        "capacity": capacity or "",
        "chosen": chosen,
        "chosen_url": people_from(chosen) if chosen else "",
    }


def people_from(step: Step) -> str:
    return address_of_people(Test("chance", Op.GTE, step.percent))


def source_url(line: LessonLine) -> str:
    """Return the address of the people of a lesson's source."""
    if line.lesson.about == LessonAbout.CAMPAIGN:
        return address_of_people(Test("source_campaign_id", Op.IS, int(line.lesson.key)))
    return address_of_people(Test("source_channel", Op.IS, line.lesson.key))


def group_label(name: str) -> str:
    return _("会社の規模") if name == "size" else label_of(name)


def group_rows(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups with their names in words."""
    sizes = {"small": _("50人未満"), "middle": _("50〜299人"), "large": _("300人以上")}
    labels = {"size": sizes, "prefecture": PREFECTURES}.get(name, {})
    return [{**row, "label": labels.get(row["name"], row["name"])} for row in rows]


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def whole(text: str) -> int:
    """Return a whole number as typed, 0 for anything else."""
    try:
        return int(text.strip().replace(",", "")[:7])
    except ValueError:
        return 0
