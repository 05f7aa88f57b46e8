"""The steps of a route as lines of a form, and lines of a form as steps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from ryorin.workspace.approvals.models import Quorum, Who
from ryorin.workspace.approvals.rules import MOST_STEPS, Stage, default_name
from ryorin.workspace.members.models import Level, Member, Role, Team

NAME = re.compile(r"s(\d{1,2})-who")
LARGEST = 10**9


@dataclass(frozen=True)
class StepRow:
    """One step as the form shows it."""

    place: int
    stage: Stage

    @property
    def name(self) -> str:
        return f"s{self.place}"

    @property
    def title(self) -> str:
        return self.stage.name or default_name(self.stage, self.place + 1)


@dataclass(frozen=True)
class Names:
    """What members and teams are called."""

    members: dict[int, str]
    teams: dict[int, str]

    @classmethod
    def of_everybody(cls) -> "Names":
        members = {member.pk: member.name for member in Member.objects.only("family_name", "given_name")}
        return cls(members, dict(Team.objects.values_list("pk", "name")))


def rows_of(stages: Sequence[Stage]) -> list[StepRow]:
    """Return the steps as the form shows them; a new route begins with one."""
    return [StepRow(place, stage) for place, stage in enumerate(stages or (Stage(),))]


def stages_in(data: QueryDict) -> tuple[Stage, ...]:
    """Return the steps a form sent, in order."""
    places = sorted({int(match[1]) for name in data if (match := NAME.fullmatch(name))})[: MOST_STEPS + 1]
    members, teams = _known(data, places)
    return tuple(_stage_in(data, f"s{place}", members, teams) for place in places)


def pressed(data: QueryDict) -> list[StepRow]:
    """Return the steps after the button that was pressed: "step", "gone-1", "up-1"."""
    stages = list(stages_in(data))
    word, _dash, place = data.get("press", "").partition("-")
    number = int(place) if place.isdecimal() and len(place) < 3 else -1
    if word == "step" and len(stages) < MOST_STEPS:
        stages.append(Stage(who=Who.LEVEL, level=_next_level(stages)))
    elif word == "gone" and 0 <= number < len(stages):
        del stages[number]
    elif word == "up" and 0 < number < len(stages):
        stages[number - 1], stages[number] = stages[number], stages[number - 1]
    return rows_of(stages)


def said_of(stage: Stage, names: Names) -> str:
    """Return who decides in a step, in words: "上長をたどり、部長以上の人"."""
    level = Level(stage.level).label if stage.level else ""
    match stage.who:
        case Who.LEVEL:
            who = _("上長をたどり、%(level)s以上の人") % {"level": level}
        case Who.MEMBERS:
            who = "、".join(names.members.get(pk, "") for pk in stage.member_ids)
        case Who.TEAM:
            who = _("「%(team)s」の%(level)s以上の人") if level else _("「%(team)s」の人")
            who = who % {"team": names.teams.get(stage.team_id or 0, ""), "level": level}
        case Who.ROLE:
            who = _("権限が「%(role)s」の人") % {"role": Role(stage.role).label if stage.role in Role.values else ""}
        case _:
            who = str(Who.SUPERIOR.label)
    if stage.quorum == Quorum.ALL:
        return _("%(who)s（全員）") % {"who": who}
    return _("%(who)s（%(number)s人）") % {"who": who, "number": stage.number} if stage.quorum == Quorum.NUMBER else who


def _stage_in(data: QueryDict, name: str, members: set[int], teams: set[int]) -> Stage:
    """Return one step; ids of members and teams that are not there are left out."""
    level, team, escalate = (_whole(data.get(f"{name}-{part}", "")) for part in ("level", "team", "escalate"))
    who = data.get(f"{name}-who", "")
    return Stage(
        name=data.get(f"{name}-name", "").replace("\0", "").strip()[:40],
        who=who if who in Who.values else Who.SUPERIOR,
        level=level if level in Level.values and who in (Who.LEVEL, Who.TEAM) else None,
        member_ids=tuple(pk for each in data.getlist(f"{name}-members") if (pk := _whole(each)) in members and pk),
        team_id=team if team in teams else None,
        role=data.get(f"{name}-role", "") if data.get(f"{name}-role", "") in Role.values else "",
        quorum=data.get(f"{name}-quorum", "") if data.get(f"{name}-quorum", "") in Quorum.values else Quorum.ANY,
        number=min(_whole(data.get(f"{name}-number", "1")) or 1, 1000),
        hours=min(_whole(data.get(f"{name}-hours", "")) or 0, 10_000),
        escalate_to_id=escalate if escalate in members else None,
    )


def _known(data: QueryDict, places: list[int]) -> tuple[set[int], set[int]]:
    """Return which of the ids a form sent are members, and which teams."""
    people, teams = set(), set()
    for place in places:
        sent = [*data.getlist(f"s{place}-members")[:200], data.get(f"s{place}-escalate", "")]
        people |= {pk for each in sent if (pk := _whole(each))}
        teams |= {pk for pk in [_whole(data.get(f"s{place}-team", ""))] if pk}
    members = Member.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True)
    return set(members), set(Team.objects.filter(pk__in=teams).values_list("pk", flat=True))


def _next_level(stages: list[Stage]) -> int:
    """Return the level above the highest asked for so far."""
    highest = max((stage.level or 0 for stage in stages), default=0)
    return min(max(highest + 1, Level.DEPARTMENT_HEAD), Level.PRESIDENT)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) <= LARGEST else None
