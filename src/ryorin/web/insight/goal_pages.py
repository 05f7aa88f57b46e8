"""The goals of a period by level, and one goal: its progress, its parts, its history, its reviews."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.goals.actions import plan_reviews, review_goal, set_goal, share_out
from ryorin.alignment.goals.errors import TargetInvalid
from ryorin.alignment.goals.models import Goal, Level, Rhythm
from ryorin.alignment.goals.queries import Part, Progress, goals_of, names_of, parts_beneath, progress, reviews_due
from ryorin.alignment.goals.queries.listing import BENEATH, Standing, is_off_year
from ryorin.alignment.goals.rules import BREAKDOWN, Subject, adds_up
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import METRICS, Metric
from ryorin.lib.fiscal import GRAINS, Grain
from ryorin.web.answers import done, member_of, version_in
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, period_in, today, walk
from ryorin.web.insight.goal_words import subjects_for, tabs, title_of, words_of
from ryorin.web.insight.goals import read, signed_amount, subject_in, typed, unit_of
from ryorin.web.insight.metrics import chart as chart_of
from ryorin.web.insight.metrics import in_unit
from ryorin.web.insight.showing import rows_address, shown
from ryorin.workspace.members.rules import may, require

MOST_POINTS = 100


@require_GET
def goal_list(request: HttpRequest) -> HttpResponse:
    """Show the goals of a period by level, and those that are to be looked at again."""
    period, member = period_in(request, "quarter"), member_of(request)
    rows = Goal.objects.visible_to(member)
    due = reviews_due(rows, today=today())
    names = names_of(due)
    found = goals_of(rows, period, today=today())
    context = {
        "walk": walk(period) | {"after": period.end},
        "tabs": tabs("goal_list"),
        "levels": [
            (level.label, [line_of(one) for one in found if one.goal.level == level])
            for level in Level
            if any(one.goal.level == level for one in found)
        ],
        "due": [
            {"goal": goal, "title": title_of(goal, metric_named(goal.metric), names[goal.subject])} for goal in due
        ],
        "may_change": may(member, "goals.change"),
        "metrics": METRICS.values(),
        "choices": subjects_for(member),
    }
    return render(request, "insight/goal_list.html", context)


def line_of(one: Standing) -> dict[str, Any]:
    """Return one goal as the list shows it."""
    goal, metric, subject = one.goal, one.metric, Subject.of(one.goal.subject)
    share, pace = one.attainment.share, one.attainment.pace
    return {
        "goal": goal,
        "metric": metric,
        "name": one.name,
        "target": shown(metric, float(goal.value or 0)),
        "value": shown(metric, one.value),
        "url": rows_address(metric.name, goal.start, goal.end, by=subject.breakdown or "", key=subject.key),
        "share": share,
        "percent": 100 * share if share is not None else 0,
        "is_behind": pace is not None and pace < 1,
    }


@require_POST
def goal_new(request: HttpRequest) -> HttpResponse:
    """Set a goal for a period and a subject."""
    member = member_of(request)
    require(member, "goals.change")
    metric = metric_named(request.POST.get("metric", ""))
    grain: Grain = request.POST.get("grain", "")  # type: ignore[assignment]
    day = day_in(request.POST.get("at", ""))
    if grain not in GRAINS or day is None:
        raise TargetInvalid(what=_("期間が読み取れません。"))
    value = read(metric, request.POST.get("value", ""))
    if value is None:
        raise TargetInvalid(what=_("目標の値を入力してください。"))
    subject = subject_in(request.POST.get("for", ""))
    goal = set_goal(metric.name, fiscal_period(day, grain), value, by=member, subject=subject)
    return done(
        request, _("目標を保存しました。"), to=reverse("goal", args=[goal.pk]) if goal else reverse("goal_list")
    )


@require_GET
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one goal."""
    found, member = goal_seen(request, pk), member_of(request)
    metric, rows = metric_named(found.metric), Goal.objects.visible_to(member)
    done_so_far = progress(found, today=today())
    subject = Subject.of(found.subject)
    context = {
        "goal": found,
        "metric": metric,
        "tabs": tabs(""),
        "title": title_of(found, metric, names_of([found])[found.subject]),
        "period": name_of(found.period),
        "last": found.end - timedelta(days=1),
        "target": shown(metric, float(found.value)) if found.value is not None else "",
        "typed": typed(metric, float(found.value)) if found.value is not None else "",
        "unit": unit_of(metric),
        "value": shown(metric, done_so_far.value, in_full=True),
        "value_url": rows_address(metric.name, found.start, found.end, by=subject.breakdown or "", key=subject.key),
        "share": done_so_far.attainment.share,
        "words": words_of(done_so_far) if found.value is not None else [],
        "chart": chart(done_so_far, found, today()) if done_so_far.days else None,
        "parts": [part_of(metric, part) for part in parts_beneath(found, rows)],
        "adds_up": adds_up(metric),
        "shares": [
            (level.value, level.label)
            for level in BENEATH[Level(found.level)]
            if BREAKDOWN[level] in metric.breakdowns and found.value is not None
        ],
        "events": [event_of(metric, event) for event in found.events.select_related("by")[:100]],
        "rhythms": Rhythm.choices,
        "is_due": found.review_on is not None and found.review_on <= today(),
        "may_change": may(member, "goals.change"),
        "is_off_year": is_off_year(found.period, start_month=company().fiscal_start_month),
    }
    return render(request, "insight/goal.html", context)


def goal_seen(request: HttpRequest, pk: int) -> Goal:
    """Return the goal when the member may see it; 404 otherwise."""
    rows = Goal.objects.visible_to(member_of(request)).select_related("set_by")
    found: Goal = get_object_or_404(rows.filter(metric__in=METRICS), pk=pk)
    return found


@require_POST
def goal_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a goal or change it, with a reason."""
    member = member_of(request)
    require(member, "goals.change")
    found = goal_seen(request, pk)
    value = read(metric_named(found.metric), request.POST.get("value", "")) if request.POST.get("change") else None
    if request.POST.get("change") and value is None:
        raise TargetInvalid(what=_("新しい目標の値を入力してください。"))
    review_goal(found, by=member, reason=request.POST.get("reason", ""), value=value, version=version_in(request))
    return done(request, _("見直しを記録しました。"), to=reverse("goal", args=[pk]))


@require_POST
def goal_rhythm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how often a goal is looked at again."""
    member = member_of(request)
    require(member, "goals.change")
    plan_reviews(goal_seen(request, pk), request.POST.get("rhythm", ""), by=member)
    return done(request, _("見直しの間隔を保存しました。"), to=reverse("goal", args=[pk]))


@require_POST
def goal_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a goal among teams, people or regions."""
    member = member_of(request)
    require(member, "goals.change")
    found, level = goal_seen(request, pk), request.POST.get("level", "")
    if level not in BENEATH[Level(found.level)]:
        raise TargetInvalid(what=_("割り振る対象を選んでください。"))
    sharing = share_out(found, level, by=member)
    if sharing.is_ratio:
        text = _("足し算できない指標なので、同じ値を割り振りました。")
    elif sharing.shares is None:
        text = _("前年の実績がないため、均等に割り振りました。")
    else:
        text = _("前年の実績の割合で割り振りました。")
    return done(request, text, to=reverse("goal", args=[pk]))


def part_of(metric: Metric, part: Part) -> dict[str, Any]:
    """Return the parts of one kind as the page shows them."""
    kinds = {"half": _("半期"), "quarter": _("四半期"), "month": _("月")} | dict(Level.choices)
    names, check = names_of(part.goals), part.check
    return {
        "kind": kinds[part.kind],
        "rows": [
            {
                "goal": one,
                "name": name_of(one.period) if part.kind in GRAINS else names[one.subject],
                "value": shown(metric, float(one.value or 0), in_full=True),
            }
            for one in part.goals
        ],
        "total": shown(metric, check.total, in_full=True) if check.total is not None else "",
        "difference": signed_amount(metric, check.difference) if check.difference else "",
        "fits": check.fits,
        "is_whole": check.is_whole,
        "missing": check.expected - check.count,
    }


def event_of(metric: Metric, event: Any) -> dict[str, Any]:
    """Return one line of the history."""
    before = shown(metric, float(event.before), in_full=True) if event.before is not None else ""
    after = shown(metric, float(event.after), in_full=True) if event.after is not None else ""
    return {"event": event, "before": before, "after": after}


def chart(found: Progress, goal: Goal, now: date) -> dict[str, Any]:
    """Return the running value day by day, the goal at an even pace, and where it is likely to go."""
    metric, days = found.metric, (goal.end - goal.start).days
    every = -(-days // MOST_POINTS)
    places = [place for place in range(days) if place % every == every - 1 or place == days - 1]
    actual = {day: value for day, value in found.days}
    path = found.landing.path if found.landing else ()
    begins = (now - goal.start).days

    def ahead(which: int) -> list[float | None]:
        return [
            in_unit(metric, path[place - begins][which]) if 0 <= place - begins < len(path) else None
            for place in places
        ]

    summed = adds_up(metric)
    aim = [found.aim[place] for place in places]
    lines: list[dict[str, Any]] = [
        {
            "name": _("実績"),
            "kind": "line",
            "wheel": metric.wheel,
            "values": [in_unit(metric, actual.get(goal.start + timedelta(days=place))) for place in places],
        },
        {"name": _("目標のペース"), "kind": "line", "wheel": "ink-4", "values": [in_unit(metric, one) for one in aim]},
    ]
    if path:
        for which, name in ((2, _("見込みの上限")), (1, _("見込み")), (0, _("見込みの下限"))):
            lines.append(
                {"name": name, "kind": "line", "dashed": True, "wheel": "axle" if which == 1 else "line-2",
                 "values": ahead(which)}
            )  # fmt: skip
    made = chart_of(metric, [], lines)
    labels = [goal.start + timedelta(days=place) for place in places]
    words = _("累計") if summed else _("期首からの値")
    return made | {"kind": "line", "axis": _("日"), "title": f"{metric.label}（{words}）",
                   "labels": [f"{day.month}/{day.day}" for day in labels]}  # fmt: skip
