"""Pure decisions about hand-offs: who gets the lead, until when to answer, when to offer again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile

from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.models import TO_A_TEAM, Handoff, HowToRoute
from ryorin.lib.fiscal import add_business_hours, business_hours_between
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS, MAY

REST_DAYS = 30  # a lead that was sent back is left alone so long,
RISE = 10  # unless its score has risen by so many points
MOST_HOURS = 200
MOST_REST_DAYS = 730
HOURS_OF_A_WEEK = 168


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
    journey_id: int | None = None


@dataclass(frozen=True)
class Load:
    """What a member holds already, in hours a week; `limit` None: nobody set one."""

    waiting: int = 0
    quiet_deals: int = 0
    waiting_hours: float = 1.0
    deal_hours: float = 1.0
    limit: float | None = None

    @property
    def hours(self) -> float:
        return self.waiting * self.waiting_hours + self.quiet_deals * self.deal_hours

    @property
    def free(self) -> float | None:
        """Hours left this week, negative where more is held than there is time for; None without a limit."""
        return None if self.limit is None else self.limit - self.hours

    @property
    def is_full(self) -> bool:
        """Whether one lead more would not fit; comparing tenths of hours, as they are entered."""
        return self.limit is not None and round(self.hours + self.waiting_hours - self.limit, 6) > 0

    @property
    def percent(self) -> float | None:
        """How much of the week is taken, 0..100 and beyond."""
        if self.limit is None:
            return None
        return 100 * self.hours / self.limit if self.limit else 100.0

    def with_one_more(self) -> "Load":
        return replace(self, waiting=self.waiting + 1)


@dataclass(frozen=True)
class Presence:
    """Who may receive leads today, who of them takes turns in each team, what they hold, which journeys let people in.

    `loads` are hours a week by member.
    """

    here: frozenset[int] = frozenset()
    teams: Mapping[int, Sequence[int]] = field(default_factory=dict)
    team_of: Mapping[int, int | None] = field(default_factory=dict)
    loads: Mapping[int, Load] = field(default_factory=dict)
    journeys: frozenset[int] = frozenset()

    def is_full(self, member: int) -> bool:
        """Return whether one lead more would not fit into the member's week."""
        return member in self.loads and self.loads[member].is_full

    def free_of(self, team: int | None) -> list[int]:
        """Return those of the team who may receive and are not full."""
        return [member for member in self.teams.get(team or 0, ()) if not self.is_full(member)]

    def with_one_more(self, member: int) -> "Presence":
        """Return the same after the member was offered one lead more."""
        if member not in self.loads:
            return self
        return replace(self, loads={**self.loads, member: self.loads[member].with_one_more()})


@dataclass(frozen=True)
class Route:
    """Where a lead goes: its owner, their team, how long they have, and why; or into a journey, without an owner."""

    desk: Desk
    owner_id: int | None
    team_id: int | None = None

    @property
    def journey_id(self) -> int | None:
        return self.desk.journey_id if self.desk.how == HowToRoute.JOURNEY else None


class Unheld(StrEnum):
    """Why nobody holds a lead that is ready."""

    NO_RULE = "no_rule"
    NOBODY_HERE = "nobody_here"
    ALL_FULL = "all_full"

    @property
    def label(self) -> str:
        if self is Unheld.ALL_FULL:
            return _("当てはまるルールの担当者は、全員の手がいっぱいです")
        if self is Unheld.NO_RULE:
            return _("当てはまる振り分けルールがありません")
        return _("当てはまるルールの担当者が不在か、決まっていません")


def route(
    desks: Iterable[Desk],
    *,
    company_owner_id: int | None,
    presence: Presence,
    barred: Collection[int] = (),
) -> Route | Unheld:
    """Return where a lead goes: the first of the rules that hold for it whose receiver is there and has time.

    `barred` are journeys that would not let this lead in.
    """
    why = Unheld.NO_RULE
    for desk in desks:
        if desk.how == HowToRoute.JOURNEY:
            if desk.journey_id in presence.journeys and desk.journey_id not in barred:
                return Route(desk, None)
        else:
            owner = receiver(desk, company_owner_id=company_owner_id, presence=presence)
            if owner is not None:
                return Route(desk, owner, desk.team_id or presence.team_of.get(owner))
        is_full = desk.how in TO_A_TEAM and bool(presence.teams.get(desk.team_id or 0))
        why = Unheld.ALL_FULL if is_full or why is Unheld.ALL_FULL else Unheld.NOBODY_HERE
    return why


def receiver(desk: Desk, *, company_owner_id: int | None, presence: Presence) -> int | None:
    """Return the member a rule gives the lead to, None when they are not there.

    Within a team nobody gets more than fits into their week; the owner of a company and a chosen member always do.
    """
    match desk.how:
        case HowToRoute.ROUND_ROBIN:
            return next_in_turn(presence.free_of(desk.team_id), desk.turn)
        case HowToRoute.LEAST_LOADED:
            return least_loaded(presence.free_of(desk.team_id), presence.loads, desk.turn)
        case HowToRoute.COMPANY_OWNER:
            return company_owner_id if company_owner_id in presence.here else None
        case HowToRoute.MEMBER:
            return desk.member_id if desk.member_id in presence.here else None
        case _:
            return None


def least_loaded(members: Sequence[int], loads: Mapping[int, Load], last: int | None) -> int | None:
    """Return whose week is the least taken: by hours left where a limit is set, by hours held; then in turn.

    Members without a limit have as many hours left as the freest of the others.
    """
    if not members:
        return None
    known = {member: loads.get(member, Load()) for member in members}
    most = max((load.free for load in known.values() if load.free is not None), default=0.0)
    taken = {member: (-(most if load.free is None else load.free), load.hours) for member, load in known.items()}
    least = min(taken.values())
    return next_in_turn([member for member in members if taken[member] == least], last)


def to_be_asked(presence: Presence, *, most: int = 3) -> list[int]:
    """Return who could be asked to take a lead when all of its team are full: those with the most time left."""

    def room(member: int) -> tuple[float, float]:
        load = presence.loads.get(member, Load())
        return (-(load.free if load.free is not None else 0.0), load.hours)

    reps = sorted({member for team in presence.teams.values() for member in team})
    return sorted(reps, key=room)[:most]


def stands_above(desks: Sequence[Desk], rule_id: int | None) -> list[Desk]:
    """Return the rules to people before the digital rule: one of them holds now, so the lead became complicated."""
    above = list(takewhile(lambda desk: desk.id != rule_id, desks))
    return [desk for desk in above if desk.how != HowToRoute.JOURNEY]


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


def is_resting(
    *, offered_score: int, answered_at: datetime, score: int, now: datetime, rest_days: int = REST_DAYS
) -> bool:
    """Return whether a lead that was sent back is not offered again yet: too little has happened since."""
    return score < offered_score + RISE and now < answered_at + timedelta(days=rest_days)


def problem_with_rule(
    *, name: str, how: str, team_id: int | None, member_id: int | None, hours: int, journey_id: int | None = None
) -> str:
    """Return what is wrong with a routing rule somebody wants to save; empty when fine."""
    if not name.strip():
        return _("ルール名を入力してください。")
    if how not in HowToRoute.values:
        return _("渡し方を選んでください。")
    if how == HowToRoute.ROUND_ROBIN and team_id is None:
        return _("順番に渡すチームを選んでください。")
    if how == HowToRoute.LEAST_LOADED and team_id is None:
        return _("渡すチームを選んでください。")
    if how == HowToRoute.JOURNEY and journey_id is None:
        return _("リードを入れるジャーニーを選んでください。")
    if how == HowToRoute.MEMBER and member_id is None:
        return _("渡す担当者を選んでください。")
    if not 1 <= hours <= MOST_HOURS:
        return _("返事の期限は1～%(most)s時間にしてください。") % {"most": MOST_HOURS}
    return ""


def problem_with_hours(hours: Decimal | None) -> str:
    """Return what is wrong with hours of a week somebody typed; empty when fine, None is no limit."""
    if hours is not None and (not hours.is_finite() or not 0 <= hours <= HOURS_OF_A_WEEK):
        return _("時間は0～%(most)sの数で入力してください。") % {"most": HOURS_OF_A_WEEK}
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
