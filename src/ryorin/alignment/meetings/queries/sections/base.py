"""What a provider of a section is, and what it may look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.rules.views import (
    Figure,
    ItemView,
    Ref,
    SectionView,
    said_difference,
    said_money,
    said_value,
)
from ryorin.lib.fiscal import Period, label
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

if TYPE_CHECKING:
    from ryorin.alignment.meetings.models import Meeting

Data = dict[str, Any]
KEPT_SECONDS = 5.0
_currency = (0.0, "JPY")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the agenda is about: the meeting, the period it looks at, today, and whose rows are read."""

    meeting: "Meeting"
    period: Period
    today: date
    member: Member


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a provider found, free of language: numbers, names, ids and ISO days; items by a key that stays the same."""

    data: Data = field(default_factory=dict)
    items: list[tuple[str, Data]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Provider:
    """One section of the agenda. `gather` reads the data, `tell` and `tell_item` put it into the reader's words."""

    key: str
    label: str | Promise
    icon: str
    wheel: str
    gather: Callable[[Scope], Gathered]
    tell: Callable[[Data], SectionView]
    tell_item: Callable[[Data], ItemView]
    is_list: bool = False  # its items are lines of one slide, not slides of their own


def period_data(period: Period) -> Data:
    return {"start": period.start.isoformat(), "end": period.end.isoformat(), "grain": period.grain}


def period_in(data: Data) -> Period:
    return Period(date.fromisoformat(data["start"]), date.fromisoformat(data["end"]), data["grain"])


def period_name(period: Period) -> str:
    """Return what the period is called in the reader's language."""
    return label(period, start_month=current().fiscal_start_month, language=language())


def language() -> str:
    return get_language() or "ja"


def currency() -> str:
    """Return the company's currency, which is looked up at most once in five seconds: one page says many amounts."""
    global _currency
    if settings.TESTING or _currency[0] < monotonic():
        _currency = (monotonic() + KEPT_SECONDS, current().currency)
    return _currency[1]


def value_in_words(unit: str, value: float | None) -> str:
    """Return a metric's value in the reader's language."""
    words = {"hours": _("%s時間"), "days": _("%s日")}
    return said_value(unit, value, currency=currency(), language=language(), **words)


def money_in_words(amount: int) -> str:
    return said_money(amount, currency=currency(), language=language())


def difference_in_words(unit: str, difference: float) -> str:
    return said_difference(unit, difference, currency=currency(), language=language())


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


def rows_of(metric: str, period: Period, *, by: str = "", key: str = "") -> Ref:
    """Return the way to the rows behind a metric's number."""
    asked = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return Ref("metric_rows", metric, asked | ({"by": by, "key": key} if by else {}))


def counted(name: str, count: int, ref: Ref | None = None, *, mood: str = "") -> Figure:
    return Figure(name, f"{count:,}", mood=mood, ref=ref)
