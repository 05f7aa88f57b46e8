"""What sales learned about one campaign, segment, page, form or mail: counts, their trend, and customers' words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from ryorin.alignment.feedback.models import Said, Saying, SayingQuerySet, Suggestion
from ryorin.alignment.feedback.queries.suggestions import Figures, figures
from ryorin.alignment.feedback.rules import WINDOW, Change, change_of
from ryorin.lib import clock
from ryorin.workspace.members.models import Member

MOST_LINES = 8
QUOTES = 3
LOOKED_THROUGH = 40
LEARNED = tuple(kind for kind in Said.values if kind not in (Said.ACCEPTED, Said.WON))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said: how often in the last 90 days and in the 90 before, by how many people."""

    kind: str
    key: str
    label: str
    times: int
    before: int
    people: int

    @property
    def kind_label(self) -> str:
        return str(Said(self.kind).label)

    @property
    def change(self) -> int:
        return self.times - self.before


@dataclass(frozen=True, slots=True)
class Panel:
    """What sales learned about one subject."""

    now: Figures
    before: Figures
    lines: list[Line]
    has_more: bool
    quotes: list[Saying]
    suggestions: list[Suggestion]

    @property
    def change(self) -> Change:
        return change_of(self.before.acceptance, self.now.acceptance)

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.now.answered or self.now.closed or self.before.answered)


def panel_of(sort: str, subject_id: int, *, member: Member) -> Panel:
    """Return what sales learned in the last 90 days; quotes only of records the member sees."""
    now = clock.now()
    middle = now - WINDOW
    lines = _lines(sort, subject_id, start=middle - WINDOW, middle=middle, end=now)
    return Panel(
        now=figures(sort, subject_id, start=middle, end=now),
        before=figures(sort, subject_id, start=middle - WINDOW, end=middle),
        lines=lines[:MOST_LINES],
        has_more=len(lines) > MOST_LINES,
        quotes=_quotes(sort, subject_id, since=middle, member=member),
        suggestions=list(Suggestion.objects.open().filter(sort=sort, subject_id=subject_id)),
    )


def rows_behind(
    sort: str, subject_id: int, *, member: Member, kind: str = "", key: str | None = None, before: bool = False
) -> SayingQuerySet:
    """Return the sayings behind a number of the panel, newest first, as far as the member sees them."""
    end = clock.now() - (WINDOW if before else 0 * WINDOW)
    rows = _tied(sort, subject_id, start=end - WINDOW, end=end).visible_to(member)
    if kind:
        rows = rows.filter(kind=kind)
    if key is not None:
        rows = rows.filter(key=key)
    return shown(rows).order_by("-at", "-pk")


def shown(rows: SayingQuerySet) -> SayingQuerySet:
    """Return the sayings with what a list shows of them."""
    return rows.select_related("person__company", "handoff", "deal", "need", "by")


def _tied(sort: str, subject_id: int, *, start: datetime, end: datetime) -> SayingQuerySet:
    return Saying.objects.filter(ties__sort=sort, ties__subject_id=subject_id, ties__at__gt=start, ties__at__lte=end)


def _lines(sort: str, subject_id: int, *, start: datetime, middle: datetime, end: datetime) -> list[Line]:
    rows: QuerySet[Saying] = _tied(sort, subject_id, start=start, end=end).filter(kind__in=LEARNED)
    recent = Q(at__gt=middle)
    counted = (
        rows.order_by()
        .values_list("kind", "key")
        .annotate(
            name=Max("label"),
            times=Count("pk", filter=recent),
            before=Count("pk", filter=~recent),
            people=Count("person", filter=recent, distinct=True),
        )
        .order_by("-times", "-before", "name")[: MOST_LINES + 1]
    )
    return [Line(*row) for row in counted if row[3] or row[4]]


def _quotes(sort: str, subject_id: int, *, since: datetime, member: Member) -> list[Saying]:
    """Return the newest sayings with words, the customers' own before the notes of members."""
    rows = shown(_tied(sort, subject_id, start=since, end=clock.now()).visible_to(member))
    newest = [one for one in rows.order_by("-at", "-pk")[:LOOKED_THROUGH] if one.words]
    return sorted(newest, key=lambda one: one.need_id is None)[:QUOTES]
