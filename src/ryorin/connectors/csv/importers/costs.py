"""Daily costs of campaigns from files, recognised by campaign, day and kind of cost."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.references import find_campaigns
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.marketing.campaigns.actions.bulk import record_costs
from ryorin.marketing.campaigns.fields import COST

LONGEST_KIND, LONGEST_NOTE = 40, 120


def targets() -> list[Target]:
    return targets_of(COST)


def prepare(values: Values, world: World) -> Values:
    """Return the cost's values; raise ValueError where something is missing or impossible."""
    for name, problem in (("campaign", _("施策がありません。")), ("day", _("日付がありません。"))):
        if not values.get(name):
            raise ValueError(problem)
    if values.get("amount") is None or values["amount"] < 0:
        raise ValueError(_("金額は0以上で入力してください。"))
    kind, note = str(values.get("kind", "")).strip() or "media", str(values.get("note", "")).strip()
    if len(kind) > LONGEST_KIND or len(note) > LONGEST_NOTE:
        raise ValueError(_("費目は40字、メモは120字までです。"))
    return values | {"kind": kind, "note": note}


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will set the costs and say which of them are new, which other than before."""
    lines = [line for (line,) in groups]
    rows = [dict(line.values) for line in lines]
    problems = find_campaigns(rows, job, name="campaign")
    taken = [row for row, problem in zip(rows, problems, strict=True) if not problem]
    told = iter(
        record_costs(
            [(row["campaign"], row["day"], row["kind"], row["amount"], row["note"]) for row in taken], by=job.by
        )
    )
    kinds = {"created": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}
    outcomes = [rejected(problem) if problem else kinds[next(told)] for problem in problems]
    return [outcome._replace(notes=line.notes) for line, outcome in zip(lines, outcomes, strict=True)]


COSTS = Kind(
    plural="costs",
    record_type=COST,
    verb="campaigns.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("campaign",),
    related=("campaign",),
    needs=(("campaign",), ("day",), ("amount",)),
)
