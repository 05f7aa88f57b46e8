"""What the pages about goals share: their tabs, whom a goal may be for, a goal and its progress in words."""

from typing import Any

from django.utils.translation import gettext as _

from ryorin.alignment.goals.models import Goal, Level
from ryorin.alignment.goals.queries import Progress
from ryorin.alignment.goals.rules import Need
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.postal import PREFECTURES
from ryorin.web.context import address_of
from ryorin.web.insight.asking import name_of
from ryorin.web.insight.showing import shown
from ryorin.web.templatetags.ryorin import number
from ryorin.workspace.members.models import Member, Scope, Team

FEW = 100
Choices = list[tuple[str, list[tuple[str, str]]]]


def tabs(here: str) -> list[dict[str, Any]]:
    """Return the tabs above the pages about goals."""
    pages: tuple[tuple[str, str], ...] = (
        ("goals", _("KPI")),
        ("goal_list", _("目標と見直し")),
        ("kpi_tree", _("KPIツリー")),
        ("goals_targets", _("目標の入力")),
        ("spending", _("月ごとの費用")),
        ("observations", _("調査値")),
    )
    return [{"label": label, "url": address_of(name), "is_current": name == here} for name, label in pages]


def subjects_for(member: Member) -> Choices:
    """Return whom the member may read goals of, by level: (code, name)."""
    people = Member.objects.filter(is_active=True).order_by("team__name", "family_name", "pk")
    teams = Team.objects.all()
    if member.scope != Scope.ALL:
        teams = teams.filter(pk=member.team_id or 0)
        people = (
            people.filter(team_id=member.team_id)
            if member.scope == Scope.TEAM and member.team_id
            else people.filter(pk=member.pk)
        )
    return [
        (str(Level.COMPANY.label), [("company", str(Level.COMPANY.label))]),
        (str(Level.TEAM.label), [(f"team:{team.pk}", team.name) for team in teams]),
        (str(Level.PERSON.label), [(f"person:{one.pk}", one.name) for one in people]),
        (str(Level.REGION.label), [(f"region:{code}", name) for code, name in PREFECTURES.items()]),
    ]


def title_of(goal: Goal, metric: Metric, name: str) -> str:
    """Return what a goal is called: the metric, whose, and when."""
    return _("%(name)sの%(metric)s　%(period)s") % {
        "name": name,
        "metric": metric.label,
        "period": name_of(goal.period),
    }


def words_of(found: Progress) -> list[str]:
    """Return the progress in sentences: where it will end, how that was computed, what each week must bring."""
    said = [silence_in_words(found)] if found.silent else []
    metric = found.metric
    if found.landing is not None:
        said.append(
            _("期末には%(middle)sになる見込みです（5回に4回は%(low)s〜%(high)s）。")
            % {name: shown(metric, getattr(found.landing, name)) for name in ("low", "middle", "high")}
        )
        said.append(method_in_words(found))
    if found.need is not None:
        said.append(need_in_words(metric, found.need))
    return said


def silence_in_words(found: Progress) -> str:
    """Return why nothing is foretold."""
    return {
        "over": _("期間は終わっています。"),
        "not_begun": _("期間はまだ始まっていません。"),
        "not_daily": _("日ごとに積み上がらない指標なので、期末の見込みは計算しません。"),
        "too_little": _("動きのあった週がまだ4週に満たないため、期末の見込みは計算しません。"),
    }[found.silent]


def method_in_words(found: Progress) -> str:
    """Return how the end was computed."""
    weeks = found.landing.weeks if found.landing else 0
    if found.season is None:
        return _(
            "計算方法：直近%(weeks)s週の実績から週を繰り返し選び直しています（季節による差は見込んでいません）。"
        ) % {"weeks": weeks}
    return _(
        "計算方法：直近%(weeks)s週の実績から週を繰り返し選び直し、過去の同じ時期の季節差（×%(season)s）を掛けています。"
    ) % {"weeks": weeks, "season": number(found.season, 2)}


def weekly(metric: Metric, value: float | None) -> str:
    """Return what a week brings; small counts with a decimal."""
    if metric.unit is Unit.COUNT and value is not None and abs(value) < FEW:
        return number(value, 1)
    return shown(metric, value)


def need_in_words(metric: Metric, need: Need) -> str:
    """Return what must happen each week."""
    if need.is_reached:
        return _("目標には届いています。")
    if not need.is_possible:
        return _("これまでの件数では、残りの期間だけで目標に届かせることはできません。")
    words = {
        "weeks": number(need.weeks, 1),
        "value": weekly(metric, need.a_week),
        "usual": weekly(metric, need.usual),
    }
    if metric.per is not None:
        return _("残り%(weeks)s週を%(value)sで進めれば目標に届きます（直近は%(usual)s）。") % words
    if metric.up_is_good is False or metric.up_is_good is None:
        return _("残り%(weeks)s週は、1週あたり%(value)sまでなら目標の範囲です（直近は1週あたり%(usual)s）。") % words
    return _("残り%(weeks)s週、1週あたり%(value)sで目標に届きます（直近は1週あたり%(usual)s）。") % words
