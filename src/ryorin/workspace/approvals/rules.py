"""Pure decisions about approvals: what is asked for, which route holds, who decides, whether that is enough."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from ryorin.conditions import row
from ryorin.conditions.fields import Field, Label, RecordType, Type
from ryorin.conditions.tree import All, Node, Not, Op, Test
from ryorin.conditions.tree import Any as AnyOf
from ryorin.workspace.approvals.models import Quorum, Who
from ryorin.workspace.members.models import Level, Role

MOST_STEPS = 10
MOST_HOURS = 400
LONGEST_COMMENT = 2000
NEGATIVE = (Op.IS_NOT, Op.NOT_IN, Op.EMPTY)


@dataclass(frozen=True, kw_only=True)
class ApprovalKind:
    """What may be asked approval for, declared in `APPROVALS` of a leaf's fields.py; facts are what routes ask about.

    A fact may hold several values (a list): a condition holds when one of them passes.
    """

    name: str
    label: Label
    facts: tuple[Field, ...]
    icon: str = "clipboard-check"

    @cached_property
    def record_type(self) -> RecordType:
        """The facts, with who asks, as conditions know them."""
        facts = (*self.facts, *REQUESTER_FACTS)
        return RecordType(name=self.name, label=self.label, plural=self.name, table="", fields=facts)


LEVELS = tuple((str(level.value), level.label) for level in Level)
REQUESTER_FACTS = (
    Field(name="requester_level", label=lazy("申請者の役職"), type=Type.NUMBER, choices=LEVELS),
    Field(name="requester_role", label=lazy("申請者の権限"), type=Type.CHOICE, choices=tuple(Role.choices)),
    Field(name="requester_team", label=lazy("申請者のチーム"), type=Type.TEXT),
)


class Standing(StrEnum):
    """Where a document stands with its approval; only the first two let it go on."""

    NOT_NEEDED = "not_needed"
    APPROVED = "approved"
    NEEDED = "needed"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"

    @property
    def allows(self) -> bool:
        """Return whether the document may go out as it is."""
        return self in (Standing.NOT_NEEDED, Standing.APPROVED)

    @property
    def label(self) -> str | Promise:
        return _STANDINGS[self]


_STANDINGS: Mapping[Standing, str | Promise] = {
    Standing.NOT_NEEDED: lazy("承認不要"),
    Standing.APPROVED: lazy("承認済み"),
    Standing.NEEDED: lazy("申請前"),
    Standing.WAITING: lazy("承認待ち"),
    Standing.SENT_BACK: lazy("差戻し"),
    Standing.DENIED: pgettext_lazy("approval", "否認"),
    Standing.WITHDRAWN: lazy("引戻し"),
}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A member as the chart of the organisation holds them."""

    id: int
    name: str
    level: int = 1
    role: str = ""
    team_id: int | None = None
    superior_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True)
class Chart:
    """Everybody who works here, and the heads of the teams by team."""

    colleagues: Mapping[int, Colleague] = field(default_factory=dict)
    heads: Mapping[int, int] = field(default_factory=dict)

    def superior_of(self, colleague: Colleague) -> int | None:
        """Return the superior set on the member, else the head of the team."""
        head = self.heads.get(colleague.team_id or 0)
        return colleague.superior_id or (head if head != colleague.id else None)

    def line_of(self, member_id: int) -> Iterator[Colleague]:
        """Return the superiors from the nearest up; ends where the line comes round to somebody it has passed."""
        passed = {member_id}
        here = self.colleagues.get(member_id)
        while here is not None:
            above = self.superior_of(here)
            if above is None or above in passed:
                return
            passed.add(above)
            here = self.colleagues.get(above)
            if here is not None:
                yield here

    def is_circular(self, member_id: int) -> bool:
        """Return whether following the superiors comes round instead of ending at the top."""
        passed, here = set(), self.colleagues.get(member_id)
        while here is not None:
            if here.id in passed:
                return True
            passed.add(here.id)
            here = self.colleagues.get(self.superior_of(here) or 0)
        return False

    def name_of(self, member_id: int) -> str:
        found = self.colleagues.get(member_id)
        return found.name if found else ""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step of a route as the decision sees it."""

    name: str = ""
    who: str = Who.SUPERIOR
    level: int | None = None
    member_ids: tuple[int, ...] = ()
    team_id: int | None = None
    role: str = ""
    quorum: str = Quorum.ANY
    number: int = 1
    hours: int = 0
    escalate_to_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A step with those who would decide; `problem` says why nobody can, `skipped` why nobody has to."""

    stage: Stage
    name: str
    member_ids: tuple[int, ...] = ()
    needed: int = 1
    problem: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Scheme:
    """A route as the decision sees it."""

    id: int
    name: str
    condition: Node
    stages: tuple[Stage, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


def route_for(
    schemes: Iterable[Scheme], facts: Mapping[str, Any], kind: ApprovalKind, *, on: date, now: datetime
) -> Scheme | None:
    """Return the first route in force on the day whose condition holds for the facts."""
    for scheme in schemes:
        if is_in_force(scheme, on=on) and holds(scheme.condition, facts, kind.record_type, now=now):
            return scheme
    return None


def is_in_force(scheme: Scheme, *, on: date) -> bool:
    """Return whether a route is used on a day; both ends belong to it."""
    begun = scheme.starts_on is None or scheme.starts_on <= on
    return begun and (scheme.ends_on is None or on <= scheme.ends_on)


def holds(node: Node, facts: Mapping[str, Any], about: RecordType, *, now: datetime) -> bool:
    """Return whether the facts pass; of a fact with several values one must, for a negative test all."""
    match node:
        case All(parts):
            return all(holds(part, facts, about, now=now) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts, about, now=now) for part in parts)
        case Not(part):
            return not holds(part, facts, about, now=now)
        case Test(name, op):
            value = facts.get(name)
            several = list(value) if isinstance(value, list | tuple) and value else [None if value == [] else value]
            answers = [row.matches(node, {name: each}, about, now=now) for each in several]
            return all(answers) if op in NEGATIVE else any(answers)
        case _:
            return row.matches(node, facts, about, now=now)


def plan(stages: Sequence[Stage], requester_id: int, chart: Chart) -> tuple[Planned, ...]:
    """Return each step with those who decide; who decided alone in an earlier step is not asked again."""
    planned: list[Planned] = []
    for place, stage in enumerate(stages, start=1):
        name = stage.name or default_name(stage, place)
        ids, problem = deciders(stage, requester_id, chart)
        alone = {one.member_ids for one in planned if len(one.member_ids) == 1 and not one.skipped}
        skipped = _("前の段と同じ承認者のため") if len(ids) == 1 and ids in alone else ""
        needed = how_many(stage, len(ids))
        planned.append(Planned(stage=stage, name=name, member_ids=ids, needed=needed, problem=problem, skipped=skipped))
    return tuple(planned)


def deciders(stage: Stage, requester_id: int, chart: Chart) -> tuple[tuple[int, ...], str]:
    """Return who decides in a step, never the requester, and what is wrong where that is nobody."""
    found: list[int] = []
    match stage.who:
        case Who.SUPERIOR | Who.LEVEL:
            least = stage.level if stage.who == Who.LEVEL and stage.level else 0
            above = (one for one in chart.line_of(requester_id) if one.is_active and one.level >= least)
            found = [one.id for one in above][:1]
        case Who.MEMBERS:
            found = [pk for pk in stage.member_ids if pk in chart.colleagues and chart.colleagues[pk].is_active]
        case Who.TEAM | Who.ROLE:
            found = [one.id for one in chart.colleagues.values() if one.is_active and _belongs(one, stage)]
    ids = tuple(pk for pk in dict.fromkeys(found) if pk != requester_id)
    if not ids:
        return (), _why_nobody(stage, requester_id, chart)
    if stage.quorum == Quorum.NUMBER and stage.number > len(ids):
        what = _("承認に%(number)s人必要ですが、承認できる人は%(there)s人です。管理者が承認ルートを見直してください。")
        return ids, what % {"number": stage.number, "there": len(ids)}
    return ids, ""


def how_many(stage: Stage, there: int) -> int:
    """Return how many of those who are there have to approve."""
    if stage.quorum == Quorum.ALL:
        return max(there, 1)
    return max(stage.number, 1) if stage.quorum == Quorum.NUMBER else 1


def default_name(stage: Stage, place: int) -> str:
    """Return what a step without a name is called: "部長", "上長", "2段目"."""
    if stage.level and stage.who in (Who.LEVEL, Who.TEAM):
        return str(Level(stage.level).label)
    return _("上長") if stage.who == Who.SUPERIOR else _("%(place)s段目") % {"place": place}


def is_blocked(*, needed: int, approved: int, here: int) -> bool:
    """Return whether a turn cannot end by those who are here: an upper step may then decide early."""
    return approved + here < needed


def problem_with_route(*, name: str, starts_on: date | None, ends_on: date | None, stages: Sequence[Stage]) -> str:
    """Return what is wrong with a route somebody wants to save; empty when fine."""
    if not name.strip():
        return _("ルート名を入力してください。")
    if starts_on and ends_on and ends_on < starts_on:
        return _("適用終了日は、適用開始日以降の日にしてください。")
    if not stages:
        return _("承認の段を1つ以上加えてください。")
    if len(stages) > MOST_STEPS:
        return _("承認の段は%(most)s段までです。") % {"most": MOST_STEPS}
    for place, stage in enumerate(stages, start=1):
        if problem := problem_with_stage(stage):
            return _("%(place)s段目：%(problem)s") % {"place": place, "problem": problem}
    return ""


def problem_with_stage(stage: Stage) -> str:
    """Return what is wrong with one step; empty when fine."""
    if stage.who not in Who.values:
        return _("承認者を選んでください。")
    if stage.level is not None and stage.level not in Level.values:
        return _("役職を選んでください。")
    missing = {
        Who.LEVEL: (stage.level, _("役職を選んでください。")),
        Who.MEMBERS: (stage.member_ids, _("承認する人を1人以上選んでください。")),
        Who.TEAM: (stage.team_id, _("チームを選んでください。")),
        Who.ROLE: (stage.role in Role.values, _("権限を選んでください。")),
    }.get(Who(stage.who))
    if missing and not missing[0]:
        return missing[1]
    if stage.quorum not in Quorum.values:
        return _("必要な承認を選んでください。")
    if stage.quorum == Quorum.NUMBER and not 1 <= stage.number <= 100:
        return _("承認に必要な人数を1～100で入力してください。")
    if stage.quorum == Quorum.NUMBER and stage.who == Who.MEMBERS and stage.number > len(stage.member_ids):
        return _("必要な人数が、選んだ承認者より多くなっています。")
    if not 0 <= stage.hours <= MOST_HOURS:
        return _("期限は0～%(most)s時間にしてください（0は期限なし）。") % {"most": MOST_HOURS}
    return ""


def problem_with_proxy(*, member_id: int, stand_in_id: int | None, starts_on: date | None, ends_on: date | None) -> str:
    """Return what is wrong with a stand-in somebody wants to name; empty when fine."""
    if stand_in_id is None:
        return _("代理をする人を選んでください。")
    if stand_in_id == member_id:
        return _("自分を自分の代理にはできません。")
    if starts_on and ends_on and ends_on < starts_on:
        return _("終了日は、開始日以降の日にしてください。")
    return ""


def plain(facts: Mapping[str, Any], kind: ApprovalKind) -> dict[str, Any]:
    """Return facts as a request keeps them, as JSON values; raise TypeError for names the kind does not declare."""
    if unknown := facts.keys() - {each.name for each in kind.record_type.fields}:
        raise TypeError(f"{kind.name} declares no fact called {', '.join(sorted(unknown))}")
    return {name: _plain(value) for name, value in facts.items()}


def typed(facts: Mapping[str, Any], kind: ApprovalKind) -> dict[str, Any]:
    """Return kept facts as the Python values conditions compare: days and moments as such."""
    found = {}
    for name, value in facts.items():
        type_ = kind.record_type.field(name).type if name in kind.record_type else Type.TEXT
        found[name] = [_typed(each, type_) for each in value] if isinstance(value, list) else _typed(value, type_)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _typed(value: Any, type_: Type) -> Any:
    if not isinstance(value, str):
        return value
    if type_ is Type.DATE:
        return date.fromisoformat(value[:10])
    return datetime.fromisoformat(value) if type_ is Type.DATETIME else value


def _belongs(colleague: Colleague, stage: Stage) -> bool:
    if stage.who == Who.ROLE:
        return colleague.role == stage.role
    return colleague.team_id == stage.team_id and colleague.level >= (stage.level or 0)


def _why_nobody(stage: Stage, requester_id: int, chart: Chart) -> str:
    """Return why a step has nobody to decide, and who mends it where."""
    who = {"name": chart.name_of(requester_id)}
    match stage.who:
        case Who.SUPERIOR | Who.LEVEL if chart.is_circular(requester_id):
            what = _("%(name)sさんの上長をたどると一回りして元に戻ります。管理者が「メンバー」で上長を直してください。")
            return what % who
        case Who.SUPERIOR:
            return _("%(name)sさんの上長が決まっていません。管理者が「メンバー」で上長を選んでください。") % who
        case Who.LEVEL:
            level = {"level": Level(stage.level or 1).label}
            what = _(
                "%(name)sさんの上長に%(level)s以上の人がいません。管理者が「メンバー」で上長と役職を決めてください。"
            )
            return what % (who | level)
        case Who.MEMBERS:
            return _(
                "決められた承認者が、利用停止中か申請した本人です。管理者が承認ルートの承認者を選び直してください。"
            )
        case _:
            return _("当てはまる承認者がいません。管理者が承認ルートかメンバーを見直してください。")
