"""Costs of months from files (people, travel, entertainment, systems), recognised by month, team and kind."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from ryorin.alignment.spending.actions import LARGEST, LONGEST_NOTE, Spent, record_spending
from ryorin.alignment.spending.fields import SPENDING
from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.targets import Target, target_of, targets_of
from ryorin.connectors.csv.values import World
from ryorin.lib.dates import parse_date
from ryorin.workspace.members.models import Team

MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")


def targets() -> list[Target]:
    """Return what columns may become; a month is read here, as few files write its first day."""
    month = next(field for field in SPENDING.fields if field.name == "month")
    return targets_of(SPENDING, [replace(target_of(month), type=Type.TEXT)])


def month_in(text: str) -> date:
    """Return the first day of a month written as 2026/11, 2026年11月, 202611 or as any of its days."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = MONTH.fullmatch(plain)
    if found and 1 <= int(found[2]) <= 12 and int(found[1]) > 0:
        return date(int(found[1]), int(found[2]), 1)
    return parse_date(plain).replace(day=1)


def prepare(values: Values, world: World) -> Values:
    """Return the figure's values; raise ValueError where something is missing or impossible."""
    for name, problem in (("month", _("月がありません。")), ("kind", _("費目がありません。"))):
        if not values.get(name):
            raise ValueError(problem)
    if values.get("amount") is None or not 0 <= values["amount"] <= LARGEST:
        raise ValueError(_("金額は0以上で入力してください。"))
    note, month = str(values.get("note", "")).strip(), month_in(str(values["month"])[:40])
    if len(note) > LONGEST_NOTE:
        raise ValueError(_("メモは120字までです。"))
    acquires = values.get("acquires")
    return values | {"month": month, "note": note, "acquires": True if acquires is None or acquires == "" else acquires}


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will set the figures and say which of them are new, which other than before."""
    lines = [line for (line,) in groups]
    teams = dict(Team.objects.values_list("name", "pk"))
    known: list[Spent] = []
    problems = []
    for line in lines:
        row = line.values
        name = str(row.get("team") or "").strip()
        problems.append(
            "" if not name or name in teams else _("チーム「%(name)s」がありません。") % {"name": name[:40]}
        )
        if not problems[-1]:
            figure = Spent(
                row["month"], teams.get(name), row["kind"], row["amount"], acquires=row["acquires"], note=row["note"]
            )
            known.append(figure)
    told = iter(record_spending(known, by=job.by))
    kinds = {"created": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}
    outcomes = [rejected(problem) if problem else kinds[next(told)] for problem in problems]
    return [outcome._replace(notes=line.notes) for line, outcome in zip(lines, outcomes, strict=True)]


SPENDING_OF_MONTHS = Kind(
    plural="spending",
    record_type=SPENDING,
    verb="spending.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=(),
    needs=(("month",), ("kind",), ("amount",)),
)
