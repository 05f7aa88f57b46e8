"""The meeting as slides: what is shown in the browser and what becomes a PowerPoint."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ryorin.alignment.meetings.models import Meeting
from ryorin.alignment.meetings.queries.agenda import (
    ShownItem,
    ShownSection,
    agenda_of,
    day_said,
    period_said,
    time_said,
)
from ryorin.alignment.meetings.queries.reading import decisions_of, people_of
from ryorin.alignment.meetings.rules.views import Cell, Chart, Figure, Point, Ref, Table

ROWS_ON_A_SLIDE, ROWS_BESIDE_FIGURES = 14, 10


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `layout` is cover, list, section, table or item; `over` the name of its section."""

    layout: str
    title: str
    over: str = ""
    wheel: str = "axle"
    mood: str = ""
    lead: str = ""
    why: str = ""
    figures: list[Figure] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    ref: Ref | None = None


def deck_of(meeting: Meeting) -> list[Slide]:
    """Return the slides of the meeting, hidden parts left out; sections with nothing to show stand in the list only."""
    sections = agenda_of(meeting)
    slides = [cover_of(meeting), contents_of(sections)]
    for section in sections:
        if not section.view.empty or section.items:
            slides += slides_of(section)
    decided = decisions_of(meeting)
    if decided:
        head = [_("決定事項"), _("担当"), _("期限")]
        rows = [[Cell(one.text), Cell(one.owner_name), Cell(one.due_said)] for one in decided]
        slides.append(Slide("table", _("今回の決定事項"), table=Table(head, rows)))
    return slides


def cover_of(meeting: Meeting) -> Slide:
    where = " ".join(filter(None, (meeting.place, meeting.link)))
    points = [Point(f"{day_said(meeting)} {time_said(meeting)}")]
    points += [Point(where)] if where else []
    points.append(Point(_("振り返る期間：%(period)s") % {"period": period_said(meeting)}))
    names = [one.name for one in people_of(meeting)]
    lead = _("参加者：%(names)s") % {"names": _("、").join(names)} if names else _("参加者が決まっていません。")
    return Slide("cover", meeting.name, lead=lead, points=points)


def contents_of(sections: list[ShownSection]) -> Slide:
    """Return what is to be talked about; a section without anything says why."""
    points = [
        Point(f"{one.label}　{one.view.empty}" if one.view.empty and not one.items else one.label) for one in sections
    ]
    return Slide("list", _("本日の議題"), points=points)


def slides_of(section: ShownSection) -> Iterator[Slide]:
    """Return the slides of one section: what it says as a whole, its table, then each item."""
    provider, view, label = section.provider, section.view, section.label
    lead = view.lead or view.empty
    if provider.is_list:
        head = [label, _("結果"), _("担当と期限")]
        rows = [
            [Cell(one.view.title), Cell(one.view.lead, mood=one.view.mood), Cell(said_of(one))]
            for one in section.items[:ROWS_BESIDE_FIGURES]
        ]
        table = Table(head, rows) if rows else None
        yield Slide("section", label, wheel=provider.wheel, lead=lead, figures=view.figures, table=table)
        return
    if view.figures or view.chart or not section.items:
        yield Slide("section", label, wheel=provider.wheel, lead=lead, figures=view.figures, chart=view.chart)
    if view.table is not None:
        yield from tables(view.table, label, provider.wheel)
    for item in section.items:
        yield slide_of(item, label, provider.wheel)


def tables(table: Table, title: str, wheel: str) -> Iterator[Slide]:
    """Return the table on as many slides as it needs."""
    for start in range(0, len(table.rows), ROWS_ON_A_SLIDE):
        part = Table(table.head, table.rows[start : start + ROWS_ON_A_SLIDE])
        yield Slide("table", title, wheel=wheel, table=part)


def slide_of(item: ShownItem, label: str, wheel: str) -> Slide:
    view = item.view
    said = [Point(f"{comment.by.name if comment.by else ''}：{comment.text}") for comment in item.comments]
    stale = _("最新のデータでは該当しません。") if item.row.is_stale else ""
    return Slide(
        "item",
        view.title,
        over=label,
        wheel=wheel,
        mood=view.mood,
        lead=view.lead,
        why=stale or view.why,
        figures=view.figures,
        points=[*view.points, *said],
        chart=view.chart,
        ref=view.ref,
    )


def said_of(item: ShownItem) -> str:
    return " ".join(point.text for point in item.view.points)
