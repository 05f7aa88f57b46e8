"""The rules of the score, and how the people are spread over it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.rules import read, sides_of
from ryorin.alignment.scoring.actions import (
    agree_to_rules,
    change_score_rule,
    create_score_rule,
    delete_score_rule,
    move_score_rule,
)
from ryorin.alignment.scoring.errors import ScoreRuleInvalid
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.alignment.scoring.queries import Band, bands, current_agreement, last_agreed, position, rule_lines
from ryorin.conditions.tree import All, Op, Test
from ryorin.web.alignment.builder import Builder, checked
from ryorin.web.alignment.conditions import drawn, sent
from ryorin.web.alignment.people import address_of_people
from ryorin.web.answers import member_of, version_in
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

READY = Test("is_ready", Op.IS, True)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the rules with how many people each concerns, and the spread of the score."""
    spread = bands()
    most = max((band.people for band in spread), default=0) or 1
    context = {
        "lines": [(line, address_of_people(line.node) if line.node else "") for line in rule_lines()],
        "bands": [
            (band, 100 * band.people / most, address_of_people(_span(band)), address_of_people(_span(band, READY)))
            for band in spread
        ],
        "position": position(),
        "may_change": may(member_of(request), "scoring.change"),
        "sides": _sides(member_of(request)),
        "last_agreed": last_agreed(),
    }
    return render(request, "alignment/scoring.html", context)


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Agree to the rules as they are, for a side."""
    agreement = agree_to_rules(by=member_of(request), side=request.POST.get("side", ""))
    text = _("ルールに合意しました。")
    messages.success(request, _("マーケティングと営業の両方が合意しました。") if agreement.agreed_at else text)
    return redirect("scoring")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a rule, then add it."""
    require(member_of(request), "scoring.change")
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a rule to edit, then change it; "active" alone turns it on or off."""
    require(member_of(request), "scoring.change")
    found = get_object_or_404(ScoreRule, pk=pk)
    if request.method == "POST" and "active" in request.POST:
        change_score_rule(found, by=member_of(request), version=None, is_active=request.POST["active"] == "1")
        return redirect("scoring")
    return _edited(request, found)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a rule up or down."""
    move_score_rule(get_object_or_404(ScoreRule, pk=pk), by=member_of(request), up=request.POST.get("up") == "1")
    return redirect("scoring")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule."""
    delete_score_rule(get_object_or_404(ScoreRule, pk=pk), by=member_of(request))
    messages.success(request, _("ルールを削除しました。"))
    return redirect("scoring")


def _edited(request: HttpRequest, found: ScoreRule | None) -> HttpResponse:
    if request.method == "GET":
        made = drawn(found.condition if found else {}, "score")
        values: dict[str, object] = {"points": 10}
        if found:
            values = {"label": found.label, "points": found.points, "version": found.version}
            values["half_life_days"] = found.half_life_days or ""
        return _form(request, found, made, values)
    _about, made = sent(request)
    values = {name: request.POST.get(name, "") for name in ("label", "points", "version", "half_life_days")}
    if checked(made, read) is None:
        return _form(request, found, made, values, status=422)
    try:
        _save(request, found, made, points=_whole(values["points"]))
    except ScoreRuleInvalid as error:
        return _form(request, found, made, values | {"problem": str(error)}, status=422)
    messages.success(request, _("保存しました。数秒で全員のスコアに反映されます。"))
    return redirect("scoring")


def _save(request: HttpRequest, found: ScoreRule | None, made: Builder, *, points: int) -> None:
    label, condition = request.POST.get("label", ""), made.to_json()
    days = max(_whole(request.POST.get("half_life_days", "")), 0)
    if found is None:
        create_score_rule(
            label=label, points=points, condition=condition, by=member_of(request), half_life_days=days or None
        )
        return
    version = version_in(request)
    change_score_rule(
        found,
        by=member_of(request),
        version=version,
        label=label,
        points=points,
        condition=condition,
        half_life_days=days,
    )


def _form(
    request: HttpRequest, found: ScoreRule | None, made: Builder, values: dict[str, object], *, status: int = 200
) -> HttpResponse:
    context = {"rule": found, "builder": made, "about": "score", "values": values}
    return render(request, "alignment/score_rule.html", context, status=status)


def _whole(text: object) -> int:
    """Return a whole number as typed, 0 for anything else."""
    try:
        return int(str(text).strip().replace("−", "-").replace("＋", "+")[:6])
    except ValueError:
        return 0


def _span(band: Band, *more: Test) -> All:
    """Return the condition that means the people of a band, and of them those who pass more tests."""
    high = () if band.high is None else (Test("score", Op.LT, band.high),)
    return All((Test("score", Op.GTE, band.low), *high, *more))


def _sides(member: Member) -> list[dict[str, object]]:
    """Return both sides: who agreed to the rules as they are, and whether this member is asked to."""
    agreement = current_agreement()
    found: list[dict[str, object]] = []
    for side in Side:
        by = agreement.agreed_by(side) if agreement else None
        is_asked = by is None and may(member, "definitions.change") and side in sides_of(member.role)
        wheel = "sow" if side == Side.MARKETING else "harvest"
        found.append({"side": side, "by": by, "is_asked": is_asked, "wheel": wheel})
    return found
