"""The meeting on paper: the agenda before, with minutes and decisions after."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

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
from ryorin.alignment.meetings.queries.colours import colour_of, company_colour
from ryorin.alignment.meetings.queries.reading import decisions_of, minutes_of, people_of
from ryorin.alignment.meetings.queries.sections.base import language
from ryorin.alignment.meetings.rules.views import Chart, Figure, Point, Table
from ryorin.lib.pdf import render
from ryorin.workspace.organisation.queries import issuer

TEMPLATE = Path(__file__).parents[1] / "documents" / "pack.typ"


def pdf_of(meeting: Meeting) -> bytes:
    """Return the meeting as a PDF in the reader's language: its agenda, and once closed the minutes before it."""
    sender = issuer()
    return render(TEMPLATE, sheet_of(meeting) | {"issuer": sender.data}, files=sender.files)


def sheet_of(meeting: Meeting) -> dict[str, Any]:
    """Return the texts of the paper."""
    own = company_colour()
    where = " ".join(filter(None, (meeting.place, meeting.link)))
    people = people_of(meeting)
    facts = [
        [_("日時"), f"{day_said(meeting)} {time_said(meeting)}"],
        [_("場所"), where or "–"],
        [_("参加者"), _("、").join(one.name for one in people) or _("参加者が決まっていません。")],
        [_("振り返る期間"), period_said(meeting)],
    ]
    if meeting.is_closed and any(one.attended is not None for one in people):
        facts.insert(3, [_("出席"), _("、").join(one.name for one in people if one.attended) or "–"])
    return {
        "language": "ja" if language().startswith("ja") else "en",
        "kind": _("議事録") if meeting.is_closed else _("会議資料"),
        "title": meeting.name,
        "day": day_said(meeting),
        "colour": f"#{own}",
        "facts": facts,
        "minutes_title": _("議事"),
        "minutes": [block.text for block in minutes_of(meeting) if block.text.strip()],
        "decisions_title": _("決定事項"),
        "decisions_head": [_("決定事項"), _("担当"), _("期限")],
        "decisions": [[one.text, one.owner_name, one.due_said] for one in decisions_of(meeting)],
        "agenda_title": _("議題と資料"),
        "sections": [section_of(one, own) for one in agenda_of(meeting)],
    }


def section_of(section: ShownSection, own: str) -> dict[str, Any]:
    view = section.view
    return {
        "title": section.label,
        "colour": f"#{colour_of(section.provider.wheel, own=own)}",
        "lead": view.lead,
        "empty": view.empty,
        "figures": [figure_of(one) for one in view.figures],
        "chart": chart_of(view.chart, own),
        "table": table_of(view.table),
        "items": [item_of(one, own) for one in section.items],
    }


def item_of(item: ShownItem, own: str) -> dict[str, Any]:
    view = item.view
    said = [f"{comment.by.name if comment.by else ''}：{comment.text}" for comment in item.comments]
    return {
        "title": view.title,
        "lead": view.lead,
        "why": _("最新のデータでは該当しません。") if item.row.is_stale else view.why,
        "mood": view.mood,
        "figures": [figure_of(one) for one in view.figures],
        "points": [point_of(one) for one in view.points],
        "comments": said,
        "chart": chart_of(view.chart, own),
    }


def figure_of(figure: Figure) -> dict[str, str]:
    return {"label": figure.label, "value": figure.value, "mood": figure.mood}


def point_of(point: Point) -> dict[str, str]:
    return {"text": point.text, "day": f"{point.day.month}/{point.day.day}" if point.day else ""}


def table_of(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "head": table.head,
        "rows": [[{"text": cell.text, "mood": cell.mood} for cell in row] for row in table.rows],
    }


def chart_of(chart: Chart | None, own: str) -> dict[str, Any] | None:
    """Return the chart for the template: numbers as they are, and as they are written."""
    if chart is None or not chart.labels:
        return None
    lines = [
        asdict(line)
        | {"colour": f"#{colour_of(line.wheel, own=own)}", "said": [said(chart, one) for one in line.values]}
        for line in chart.lines
    ]
    return {"title": chart.title, "kind": chart.kind, "labels": chart.labels, "lines": lines}


def said(chart: Chart, value: float | None) -> str:
    return "–" if value is None else f"{chart.prefix}{value:,.{chart.decimals}f}{chart.unit}"
