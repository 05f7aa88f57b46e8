"""What the mails about a meeting say: the agenda before, minutes and decisions after."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.models import Letter, LetterKind, Meeting
from ryorin.alignment.meetings.queries.agenda import agenda_of, day_said, time_said
from ryorin.alignment.meetings.queries.paper import pdf_of
from ryorin.alignment.meetings.queries.reading import decisions_of, minutes_of
from ryorin.lib.pdf import DocumentFailed

MOST_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Text:
    """One mail: subject, the same words as text and HTML, and the paper where one goes with it."""

    subject: str
    text: str
    html: str
    paper: tuple[str, bytes] | None


def text_of(letter: Letter, *, origin: str) -> Text:
    """Return the mail of a letter in its reader's language; those outside get no link, as they cannot sign in."""
    language = letter.member.language if letter.member else "ja"
    with translation.override(language):
        meeting = letter.meeting
        is_after = letter.kind == LetterKind.MINUTES
        url = f"{origin}/meetings/{meeting.pk}/" if letter.member else ""
        parts = [head_of(meeting), *(after(meeting) if is_after else before(meeting))]
        kind = _("議事録") if is_after else _("議題")
        said = {"kind": kind, "name": meeting.name, "day": day_said(meeting)}
        subject = _("【%(kind)s】%(name)s %(day)s") % said
        return Text(subject, plain_of(parts, url), html_of(parts, url), paper_of(letter, kind))


def paper_of(letter: Letter, kind: str) -> tuple[str, bytes] | None:
    """Return the PDF that goes with the letter where the series wants one; a mail without it is better than none."""
    meeting = letter.meeting
    if not meeting.series.attaches_pdf:
        return None
    try:
        return f"{meeting.name}_{meeting.starts_at:%Y%m%d}_{kind}.pdf", pdf_of(meeting)
    except DocumentFailed:
        return None


def head_of(meeting: Meeting) -> tuple[str, list[str]]:
    lines = [_("日時：%(when)s") % {"when": f"{day_said(meeting)} {time_said(meeting)}"}]
    if meeting.place or meeting.link:
        lines.append(_("場所：%(where)s") % {"where": " ".join(filter(None, (meeting.place, meeting.link)))})
    if meeting.organiser is not None:
        lines.append(_("主催：%(name)s") % {"name": meeting.organiser.name})
    return meeting.name, lines


def before(meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Return the agenda in short: each section with what it says and its first items."""
    parts = []
    for section in agenda_of(meeting):
        lines = [section.view.empty or section.view.lead]
        lines += [f"・{item.view.title}" for item in section.items[:MOST_ITEMS]]
        if len(section.items) > MOST_ITEMS:
            lines.append(_("ほか%(count)s件") % {"count": len(section.items) - MOST_ITEMS})
        parts.append((section.label, [line for line in lines if line]))
    return parts or [(_("議題"), [_("議題はまだありません。")])]


def after(meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Return the decisions and the minutes."""
    decided = [f"・{one.text}（{one.owner_name}、{one.due_said}）" for one in decisions_of(meeting)]
    written = [line for block in minutes_of(meeting) for line in block.text.splitlines() if line.strip()]
    return [
        (_("決定事項"), decided or [_("決定事項はありません。")]),
        (_("議事"), written or [_("議事の記録はありません。")]),
    ]


def plain_of(parts: list[tuple[str, list[str]]], url: str) -> str:
    text = "\n\n".join("\n".join([f"■ {title}", *lines]) for title, lines in parts)
    return f"{text}\n\n{url}\n" if url else f"{text}\n"


def html_of(parts: list[tuple[str, list[str]]], url: str) -> SafeString:
    body = format_html_join(
        "",
        "<h2>{}</h2><p>{}</p>",
        ((title, format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))) for title, lines in parts),
    )
    link = format_html('<p><a href="{}">{}</a></p>', url, _("会議のページを開く")) if url else ""
    return format_html("<!doctype html><html><body>{}{}</body></html>", body, link)
