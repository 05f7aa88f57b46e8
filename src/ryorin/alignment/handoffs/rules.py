"""Pure decisions about hand-offs: who gets the lead, until when to answer, when to offer again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.models import Handoff, HowToRoute
from ryorin.lib.fiscal import add_business_hours, business_hours_between
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS, MAY

REST_DAYS = 30  # a lead that was sent back is left alone so long,
RISE = 10  # unless its score has risen by so many points
MOST_HOURS = 200


@dataclass(frozen=True)
class BusinessTime:
    """When the company works."""

    opens: int = 9
    closes: int = 18
    tz: str = "Asia/Tokyo"
    closed: frozenset[date] = frozenset()

    def after(self, at: datetime, hours: float) -> datetime:
        """Return the moment when so many business hours have passed since `at`."""
        return add_business_hours(at, hours, opens=self.opens, closes=self.closes, tz=self.tz, closed=self.closed)

    def between(self, start: datetime, end: datetime) -> float:
        """Return the business hours from `start` to `end`."""
        return business_hours_between(start, end, opens=self.opens, closes=self.closes, tz=self.tz, closed=self.closed)


@dataclass(frozen=True)
class Desk:
    """A routing rule as the decision sees it; `turn` is who got the last lead in round robin."""

    id: int
    name: str
    how: str
    hours: int
    member_id: int | None = None
    team_id: int | None = None
    turn: int | None = None


@dataclass(frozen=True)
class Presence:
    """Who may receive leads today, and who of them takes turns in each team."""

    here: frozenset[int] = frozenset()
    teams: Mapping[int, Sequence[int]] = field(default_factory=dict)
    team_of: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Where a lead goes: its owner, their team, how long they have, and why."""

    desk: Desk
    owner_id: int
    team_id: int | None


class Unheld(StrEnum):
    """Why nobody holds a lead that is ready."""

    NO_RULE = "no_rule"
    NOBODY_HERE = "nobody_here"

    @property
    def label(self) -> str:
        if self is Unheld.NO_RULE:
            return _("当てはまる振り分けルールがありません")
        return _("当てはまるルールの担当者が不在か、決まっていません")


def route(desks: Iterable[Desk], *, company_owner_id: int | None, presence: Presence) -> Route | Unheld:
    """Return where a lead goes: the first of the rules that hold for it whose receiver is there."""
    held = False
    for desk in desks:
        held = True
        owner = receiver(desk, company_owner_id=company_owner_id, presence=presence)
        if owner is not None:
            return Route(desk, owner, desk.team_id or presence.team_of.get(owner))
    return Unheld.NOBODY_HERE if held else Unheld.NO_RULE


def receiver(desk: Desk, *, company_owner_id: int | None, presence: Presence) -> int | None:
    """Return the member a rule gives the lead to, None when they are not there."""
    match desk.how:
        case HowToRoute.ROUND_ROBIN:
            return next_in_turn(presence.teams.get(desk.team_id or 0, ()), desk.turn)
        case HowToRoute.COMPANY_OWNER:
            return company_owner_id if company_owner_id in presence.here else None
        case _:
            return desk.member_id if desk.member_id in presence.here else None


def next_in_turn(members: Sequence[int], last: int | None) -> int | None:
    """Return who comes after the one who had the last turn; they may have left meanwhile."""
    if not members:
        return None
    in_order = sorted(members)
    return next((member for member in in_order if last is not None and member > last), in_order[0])


def can_receive(*, role: str, is_active: bool, away_until: date | None, today: date) -> bool:
    """Return whether leads may be routed to a member today."""
    return is_active and role in MAY["handoffs.answer"] and (away_until is None or away_until < today)


def may_answer(handoff: Handoff, member: Member | None) -> bool:
    """Return whether the member is asked: the receiver, their team, a leader; anybody where nobody is named."""
    if member is None or member.role in LEADERS or handoff.owner_id == member.pk:
        return True
    teams = {handoff.team_id, handoff.owner.team_id if handoff.owner else None} - {None}
    return member.team_id in teams or (handoff.owner_id is None and not teams)


def is_resting(*, offered_score: int, answered_at: datetime, score: int, now: datetime) -> bool:
    """Return whether a lead that was sent back is not offered again yet: too little has happened since."""
    return score < offered_score + RISE and now < answered_at + timedelta(days=REST_DAYS)


def problem_with_rule(*, name: str, how: str, team_id: int | None, member_id: int | None, hours: int) -> str:
    """Return what is wrong with a routing rule somebody wants to save; empty when fine."""
    if not name.strip():
        return _("ルール名を入力してください。")
    if how not in HowToRoute.values:
        return _("渡し方を選んでください。")
    if how == HowToRoute.ROUND_ROBIN and team_id is None:
        return _("順番に渡すチームを選んでください。")
    if how == HowToRoute.MEMBER and member_id is None:
        return _("渡す担当者を選んでください。")
    if not 1 <= hours <= MOST_HOURS:
        return _("返事の期限は1～%(most)s時間にしてください。") % {"most": MOST_HOURS}
    return ""


def first_reasons() -> list[str]:
    """Return the reasons for sending back a new installation starts with."""
    return [
        _("予算なし"),
        _("時期尚早"),
        _("決裁者でない"),
        _("対象外"),
        _("連絡が取れない"),
        _("情報不足"),
        _("重複"),
    ]
