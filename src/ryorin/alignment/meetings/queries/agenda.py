"""The agenda as people read it: each section and item in the reader's language, in the order people gave them."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.models import AgendaItem, AgendaSection, Comment, Meeting
from ryorin.alignment.meetings.queries.sections import BY_KEY, OWN, Provider
from ryorin.alignment.meetings.queries.sections.base import language, period_name
from ryorin.alignment.meetings.rules.rhythm import period_for
from ryorin.alignment.meetings.rules.views import ItemView, Point, SectionView
from ryorin.lib.fiscal import Period
from ryorin.workspace.organisation.queries import current

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownItem:
    row: AgendaItem
    view: ItemView
    comments: list[Comment]


@dataclass(frozen=True, slots=True)
class ShownSection:
    row: AgendaSection
    provider: Provider
    view: SectionView
    items: list[ShownItem]

    @property
    def label(self) -> str:
        return str(self.provider.label)


def agenda_of(meeting: Meeting, *, with_hidden: bool = False) -> list[ShownSection]:
    """Return the sections of the agenda; what was hidden only when asked for."""
    comments = Prefetch("comments", Comment.objects.select_related("by"))
    items = Prefetch("items", AgendaItem.objects.select_related("by").prefetch_related(comments))
    shown = []
    for row in meeting.sections.prefetch_related(items).order_by("position", "pk"):
        provider = BY_KEY.get(row.key)
        if provider is None or (row.is_hidden and not with_hidden):
            continue
        those = [item for item in row.items.all() if with_hidden or not item.is_hidden]
        told = [ShownItem(item, item_view(item, provider), list(item.comments.all())) for item in those]
        if provider.key == OWN.key and not told and not with_hidden:
            continue
        shown.append(ShownSection(row, provider, section_view(row, provider), told))
    return shown


def section_view(row: AgendaSection, provider: Provider) -> SectionView:
    """Return the section in words; one that could not be gathered says so."""
    if row.problem == "no_organiser":
        return SectionView(empty=_("主催者がいないか、利用を停止しています。定例会議で主催者を選び直してください。"))
    if row.problem and not row.data:
        return SectionView(empty=_("集計できませんでした。しばらくしてから作り直してください。"))
    if not row.data and provider.key != OWN.key:
        return SectionView(empty=_("まだ集計していません。"))
    try:
        return provider.tell(row.data)
    except Exception:
        log.exception("meeting section %s cannot be told", row.pk)
        return SectionView(empty=_("この項目は表示できません。"))


def item_view(item: AgendaItem, provider: Provider) -> ItemView:
    """Return the item in words; of an item somebody added, their own."""
    if item.is_own:
        lines = [line.strip() for line in item.text.splitlines() if line.strip()]
        why = _("%(name)sさんが追加しました。") % {"name": item.by.name} if item.by else ""
        return ItemView(title=item.title, why=why, points=[Point(line) for line in lines])
    try:
        return provider.tell_item(item.data)
    except Exception:
        log.exception("agenda item %s cannot be told", item.pk)
        return ItemView(title=_("この項目は表示できません。"))


def period_of_meeting(meeting: Meeting) -> Period:
    """Return the period the meeting looks at."""
    return period_for(meeting.looks_at, day_of(meeting), start_month=current().fiscal_start_month)


def period_said(meeting: Meeting) -> str:
    return period_name(period_of_meeting(meeting))


def day_of(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(ZoneInfo(current().time_zone)).date()


def day_said(meeting: Meeting) -> str:
    """Return the day of the meeting in full: "2026年12月1日（火）"."""
    day = day_of(meeting)
    if language().startswith("ja"):
        return f"{day.year}年{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"
    return f"{day:%A}, {day.day} {day:%B %Y}"


def time_said(meeting: Meeting) -> str:
    """Return from when to when: "10:00–11:00"."""
    start = meeting.starts_at.astimezone(ZoneInfo(current().time_zone))
    end = start + timedelta(minutes=meeting.minutes)
    return f"{start.hour}:{start.minute:02}–{end.hour}:{end.minute:02}"
