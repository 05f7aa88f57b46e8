"""Setting goals, spreading them over months, sharing them out, and looking at them again."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ryorin.alignment.goals.errors import NotCountedSo, NothingToShareOut, ReasonMissing, TargetInvalid
from ryorin.alignment.goals.models import Goal, GoalEvent, Happening, Level, Rhythm
from ryorin.alignment.goals.queries.sharing import Sharing, month_shares, part_shares
from ryorin.alignment.goals.rules import COMPANY, Subject, parts_of
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib import clock
from ryorin.lib.fiscal import Period, months_of, period_of
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.forecast.actions import set_quota
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current

LARGEST = Decimal(10) ** 15
LONGEST_REASON = 300
MOST_TOLD = 200  # reviews in one go
QUOTA = "won_value"  # what a person is to win in a month also stands in the sales forecast
MONTHS_BETWEEN = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


@transaction.atomic
def set_goal(
    metric: str,
    period: Period,
    value: Decimal | None,
    *,
    by: Member | None,
    subject: Subject = COMPANY,
    reason: str = "",
    version: int | None = None,
) -> Goal | None:
    """This function will set what a metric is to reach in a period (money in minor units, rates 0..1); None takes it
    back. What a person is to win in a month becomes their quota in the forecast, too.
    """
    require(by, "goals.change")
    definition = metric_named(metric)
    check(definition, value, subject)
    same = Goal.objects.filter(metric=metric, start=period.start, grain=period.grain, subject=subject.code)
    goal = same.select_for_update().first()
    if version is not None and goal is not None and goal.version != version:
        raise StaleRecord()
    before = goal.value if goal else None
    if before == value:
        return goal
    if goal is None:
        goal = Goal(metric=metric, grain=period.grain, start=period.start, end=period.end, level=subject.level)
        goal.subject = subject.code
        goal.team_id = int(subject.key) if subject.level == Level.TEAM and subject.key else None
        goal.member_id = int(subject.key) if subject.level == Level.PERSON and subject.key else None
    goal.value, goal.set_by, goal.updated_at = value, by, clock.now()
    goal.version = goal.version + 1 if goal.pk else 1
    if value is None:
        goal.review_on, goal.rhythm = None, Rhythm.NEVER
    goal.save()
    kind = Happening.REMOVED if value is None else Happening.SET if before is None else Happening.CHANGED
    write_down(goal, kind, before, by=by, reason=reason)
    if metric == QUOTA and subject.level == Level.PERSON and period.grain == "month" and goal.member is not None:
        set_quota(period.start, None if value is None else int(value), by=by, member=goal.member)
    return goal


def set_target(metric: str, month: date, value: Decimal | None, *, by: Member | None) -> Goal | None:
    """This function will set the company's goal for a month."""
    return set_goal(metric, period_of(month), value, by=by)


@transaction.atomic
def spread_goal(
    metric: str, period: Period, value: Decimal | None, *, by: Member | None, subject: Subject = COMPANY
) -> Sharing:
    """This function will set a goal and those of its months: each gets its share of earlier years, else all the same.

    It returns how the months were shared out.
    """
    require(by, "goals.change")
    definition, months = metric_named(metric), months_of(period)
    check(definition, value, subject)
    sharing = month_shares(definition, months, subject)
    parts = parts_of(definition, value, len(months), shares=sharing.shares)
    if period.grain != "month":
        set_goal(metric, period, value, by=by, subject=subject)
    for month, part in zip(months, parts, strict=True):
        set_goal(metric, month, part, by=by, subject=subject, reason=_("期間の目標からの割り振り"))
    return sharing


@transaction.atomic
def share_out(goal: Goal, level: str, *, by: Member | None, keys: Sequence[int | str] | None = None) -> Sharing:
    """This function will split a goal among teams, people or regions by what each brought a year before, else evenly.

    A ratio is not split: each gets the same. `keys` names the parts; without it, those that are there to be chosen.
    """
    require(by, "goals.change")
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    definition = metric_named(goal.metric)
    check(definition, goal.value, Subject(level, "x"), is_known=False)
    sharing = part_shares(goal, level, keys=keys)
    if not sharing.keys or goal.value is None:
        raise NothingToShareOut(what=Level(level).label)
    parts = parts_of(definition, goal.value, len(sharing.keys), shares=sharing.shares)
    for key, part in zip(sharing.keys, parts, strict=True):
        set_goal(goal.metric, goal.period, part, by=by, subject=Subject(level, key), reason=_("上の目標からの割り振り"))
    return sharing


@transaction.atomic
def plan_reviews(goal: Goal, rhythm: str, *, by: Member | None) -> Goal:
    """This function will say how often a goal is looked at again, from the end of the running month or quarter on."""
    require(by, "goals.change")
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    if rhythm not in Rhythm.values:
        raise TargetInvalid(what=_("見直しの間隔を選んでください。"))
    before = goal.rhythm
    if before == rhythm:
        return goal
    goal.rhythm = rhythm
    goal.review_on = next_review(goal, after=max(clock.today(), goal.start))
    goal.version, goal.updated_at = goal.version + 1, clock.now()
    goal.save()
    audit.record("goal_reviews_planned", "goal", goal.pk, by=by, metric=goal.metric, rhythm=[before, rhythm])
    return goal


@transaction.atomic
def review_goal(
    goal: Goal, *, by: Member | None, reason: str, value: Decimal | None = None, version: int | None = None
) -> Goal:
    """This function will keep a goal, or change it to `value`, and say why; the next review is a rhythm later."""
    require(by, "goals.change")
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    if version is not None and goal.version != version:
        raise StaleRecord()
    reason = cleaned(reason)
    if not reason:
        raise ReasonMissing()
    if goal.value is None:
        raise TargetInvalid(what=_("取り下げた目標は見直せません。"))
    definition, subject, before = metric_named(goal.metric), Subject.of(goal.subject), goal.value
    if value is not None:
        check(definition, value, subject)
        goal.value = value
    goal.review_on = next_review(goal, after=max(clock.today(), goal.review_on or clock.today()))
    goal.version, goal.updated_at, goal.set_by = goal.version + 1, clock.now(), by
    goal.save()
    is_other = goal.value != before
    write_down(goal, Happening.REVISED if is_other else Happening.KEPT, before, by=by, reason=reason)
    if is_other and goal.metric == QUOTA and goal.member is not None and goal.grain == "month":
        set_quota(goal.start, int(goal.value), by=by, member=goal.member)
    return goal


@transaction.atomic
def tell_of_reviews() -> int:
    """This function will tell who set them which goals are to be looked at again, each review once, and count them.

    A goal whose setter has left is told to all managers.
    """
    today = clock.today(current().time_zone)
    rows = Goal.objects.select_for_update().due(today).filter(end__gt=today)
    found = list(rows.exclude(told_on=F("review_on")).order_by("pk")[:MOST_TOLD])
    leaders = list(Member.objects.filter(is_active=True, role=Role.MANAGER))
    setters = Member.objects.filter(is_active=True).in_bulk([goal.set_by_id for goal in found if goal.set_by_id])
    for goal in found:
        setter = setters.get(goal.set_by_id or 0)
        text = _("目標の見直しの時期です：%(goal)s") % {"goal": goal}
        notify([setter] if setter else leaders, kind="goal_review", text=text, url=f"/goals/{goal.pk}")
        goal.told_on = goal.review_on
    Goal.objects.bulk_update(found, ["told_on"])
    return len(found)


def write_down(goal: Goal, kind: str, before: Decimal | None, *, by: Member | None, reason: str) -> None:
    """This function will keep what happened to a goal, in its history and in the audit trail."""
    reason = cleaned(reason)
    GoalEvent.objects.create(
        goal=goal, kind=kind, before=before, after=goal.value, reason=reason, by=by, at=clock.now()
    )
    facts = {"metric": goal.metric, "start": goal.start, "grain": goal.grain, "subject": goal.subject}
    if reason:
        facts["reason"] = reason
    audit.record("target_set", "goal", goal.pk, by=by, value=[before, goal.value], **facts)


def cleaned(reason: str) -> str:
    return " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]


def next_review(goal: Goal, *, after: date) -> date | None:
    """Return the first day after the month or quarter in which `after` lies, counted from the goal's own beginning."""
    months = MONTHS_BETWEEN.get(Rhythm(goal.rhythm))
    day = goal.start
    while months and day <= after:
        for _each in range(months):
            day = period_of(day).end
    return day if months and day <= goal.end else None


def check(definition: Metric, value: Decimal | None, subject: Subject, *, is_known: bool = True) -> None:
    """This function will refuse a goal that cannot be meant: a figure that makes no sense, a subject not counted."""
    if subject.breakdown and subject.breakdown not in definition.breakdowns:
        raise NotCountedSo(metric=definition.label, level=Level(subject.level).label)
    if is_known and not exists(subject):
        raise TargetInvalid(what=_("対象が見つかりません。"))
    if value is None:
        return
    if not value.is_finite() or value < 0 or value > LARGEST:
        raise TargetInvalid(what=_("0以上の数を入力してください。"))
    if definition.unit is Unit.RATE and value > 1:
        raise TargetInvalid(what=_("割合は100％以下にしてください。"))


def exists(subject: Subject) -> bool:
    """Return whether there is such a team, person or region."""
    if subject.level == Level.TEAM:
        return Team.objects.filter(pk=subject.key or 0).exists()
    if subject.level == Level.PERSON:
        return Member.objects.filter(pk=subject.key or 0).exists()
    return subject.level != Level.REGION or subject.key in PREFECTURES
