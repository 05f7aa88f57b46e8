"""A hand-off as pages show it: how much business time is left, and what this member may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.handoffs.queries import business_time, hours_left
from ryorin.alignment.handoffs.rules import BusinessTime, may_answer
from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

HURRY = 1.0  # business hours left from which a deadline is shown in red


@dataclass(frozen=True)
class Card:
    handoff: Handoff
    left: str
    is_urgent: bool
    is_overdue: bool
    may_answer: bool
    may_reassign: bool

    @property
    def top_reasons(self) -> list[dict[str, Any]]:
        return self.handoff.reasons[:2]

    @property
    def receiver(self) -> str:
        """Who shall answer: the member with the team, or the team alone."""
        parts = [self.handoff.team, self.handoff.owner]
        return " ".join(str(part) for part in parts if part) or _("担当未定")


def cards_of(handoffs: Iterable[Handoff], member: Member) -> list[Card]:
    """Return the cards of several hand-offs; business hours are read once."""
    hours = business_time()
    return [_card(handoff, member, hours) for handoff in handoffs]


def card_of(handoff: Handoff, member: Member) -> Card:
    return _card(handoff, member, business_time())


def _card(handoff: Handoff, member: Member, hours: BusinessTime) -> Card:
    left = hours_left(handoff, hours=hours, now=clock.now()) if handoff.is_waiting else 0.0
    return Card(
        handoff=handoff,
        left=in_words(left),
        is_urgent=handoff.is_waiting and left < HURRY,
        is_overdue=handoff.is_overdue,
        may_answer=handoff.is_waiting and may(member, "handoffs.answer") and may_answer(handoff, member),
        may_reassign=handoff.is_waiting and may(member, "handoffs.offer"),
    )


def in_words(hours: float) -> str:
    """Return business time as "2:03" (hours and minutes), without its sign."""
    minutes = round(abs(hours) * 60)
    return f"{minutes // 60}:{minutes % 60:02}"
