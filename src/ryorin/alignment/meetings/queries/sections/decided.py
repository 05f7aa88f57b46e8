"""What was decided before and what became of it: the tasks of earlier meetings of the series."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.meetings.models import Decision, MeetingState
from ryorin.alignment.meetings.queries.sections.base import Data, Gathered, Provider, Scope, counted, percent
from ryorin.alignment.meetings.rules.views import Figure, ItemView, Point, Ref, SectionView
from ryorin.workspace.organisation.queries import current

MOST = 30
MOODS = {"done": "good", "overdue": "bad", "open": "", "gone": ""}


def gather(scope: Scope) -> Gathered:
    """Return the decisions of the last meeting, and older ones whose task is still open."""
    earlier = scope.meeting.series.meetings.filter(state=MeetingState.CLOSED, starts_at__lt=scope.meeting.starts_at)
    last = earlier.order_by("-starts_at", "-pk").first()
    if last is None:
        return Gathered({"has_last": False})
    still_open = Q(meeting__in=earlier, task__isnull=False, task__done_at__isnull=True)
    rows = Decision.objects.filter(Q(meeting=last) | still_open).select_related("owner", "task", "meeting")
    found = sorted(rows, key=lambda one: (one.meeting_id != last.pk, one.due_on, one.pk))[:MOST]
    items = [(f"decision:{one.pk}", fact_of(one, scope.today)) for one in found]
    states = [data["state"] for _key, data in items]
    counts = {state: states.count(state) for state in MOODS}
    return Gathered({"has_last": True, "day": day_of(last.starts_at), "meeting": last.pk} | counts, items)


def fact_of(decision: Decision, today: date) -> Data:
    task = decision.task
    state = "gone" if task is None else "done" if task.done_at else "overdue" if decision.due_on < today else "open"
    return {
        "state": state,
        "text": decision.text,
        "owner": decision.owner.name if decision.owner else "",
        "owner_is_active": bool(decision.owner and decision.owner.is_active),
        "due": decision.due_on.isoformat(),
        "done": day_of(task.done_at) if task and task.done_at else None,
        "late": (today - decision.due_on).days,
        "meeting": decision.meeting_id,
        "decided": day_of(decision.meeting.starts_at),
    }


def tell(data: Data) -> SectionView:
    if not data["has_last"]:
        return SectionView(empty=_("これが最初の会議です。決定事項は、次の会議でここに並びます。"))
    total = sum(data[state] for state in MOODS)
    if not total:
        return SectionView(
            empty=_("前回の会議（%(day)s）で決まったことはありません。") % {"day": said_day(data["day"])}
        )
    lead = _("前回（%(day)s）までの決定事項%(total)s件のうち、%(done)s件が完了しました。") % {
        "day": said_day(data["day"]),
        "total": total,
        "done": data["done"],
    }
    ref = Ref("meeting", data["meeting"])
    figures = [
        counted(_("完了"), data["done"], ref, mood="good" if data["done"] else ""),
        counted(_("進行中"), data["open"], ref),
        counted(_("期限超過"), data["overdue"], ref, mood="bad" if data["overdue"] else ""),
        Figure(_("完了率"), percent(data["done"] / total)),
    ]
    return SectionView(lead, figures)


def tell_item(data: Data) -> ItemView:
    owner = data["owner"] or _("担当なし")
    if data["owner"] and not data["owner_is_active"]:
        owner = _("%(name)s（利用停止中）") % {"name": owner}
    said = {"owner": owner, "due": said_day(data["due"]), "done": said_day(data["done"]), "late": data["late"]}
    match data["state"]:
        case "done":
            became = _("%(done)sに完了しました。") % said
        case "overdue":
            became = _("期限を%(late)s日過ぎています。") % said
        case "gone":
            became = _("タスクが削除されたため、結果は分かりません。")
        case _:
            became = _("進行中です。")
    points = [Point(_("担当：%(owner)s　期限：%(due)s") % said)]
    if not data["owner"] or not data["owner_is_active"]:
        points.append(Point(_("担当者を選び直してください。")))
    return ItemView(
        title=data["text"],
        lead=became,
        why=_("%(day)sの会議で決まりました。") % {"day": said_day(data["decided"])},
        mood=MOODS[data["state"]],
        points=points,
        ref=Ref("meeting", data["meeting"]),
    )


def day_of(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(current().time_zone)).date().isoformat()


def said_day(day: str | None) -> str:
    """Return a day in figures, year included where it is not this one."""
    return "" if not day else "/".join(str(int(part)) for part in day.split("-")[1:])


DECIDED = Provider("decided", gettext_lazy("前回の決定事項"), "checkbox", "axle", gather, tell, tell_item, is_list=True)
