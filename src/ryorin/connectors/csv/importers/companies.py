"""Companies from files: recognised by ID, outside key, 法人番号, else by name and prefecture."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.batch import Batch, Change, Way, first_problem
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.importers.people import parts_of
from ryorin.connectors.csv.jobs import Job, Outcome, Prepared
from ryorin.connectors.csv.references import find_members, find_parents
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.customers.companies.actions.bulk import OTHERS, TEXTS, add_companies, change_companies
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import normalised

EXTRA = (
    Target(name="id", label=gettext_lazy("両輪ID"), type=Type.NUMBER, aliases=("Ryorin ID",)),
    Target(name="address", label=gettext_lazy("住所"), type=Type.TEXT, aliases=("Address", "所在地", "本社所在地")),
)

ANYWHERE = "*"


def targets() -> list[Target]:
    return targets_of(COMPANY, EXTRA)


def prepare(values: Values, world: World) -> Values:
    """Return the company's columns, and what names other records beside them."""
    kept = {name: values[name] for name in ("owner", "parent", "id") if name in values}
    fields = {name: value for name, value in values.items() if name not in kept}
    if address := fields.pop("address", ""):
        fields |= parts_of(address)
    ready = normalised(fields, known={}) | kept
    if "corporate_number" in ready:
        ready["corporate_number"] = ready["corporate_number"] or None
    return ready


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will add new companies and change those that are known, and say what became of each line."""
    return CompanyBatch([group[0] for group in groups], job).run()


class CompanyBatch(Batch):
    model = Company
    columns = (*TEXTS, *OTHERS, "id")
    columns_of_way = {
        "id": ("id",),
        "external_key": ("external_key",),
        "corporate_number": ("corporate_number",),
        "name": ("match_key",),
    }
    likely = frozenset({"name"})
    needed = ("name", lambda: _("会社名を入力してください。"))
    telling = ("external_key", "corporate_number")

    def resolve(self) -> list[str]:
        return first_problem(find_parents(self.rows, self.job), find_members(self.rows, self.job))

    def ways_of(self, row: Values) -> list[Way]:
        by = self.job.recognises_by
        sure = ("id", "external_key", "corporate_number")
        ways: list[Way] = [(name, row[name]) for name in sure if row.get(name) and by(name)]
        if row.get("match_key") and by("name"):
            place = row.get("prefecture", "")
            ways.append(("name", (row["match_key"], place)))
            ways.append(("name", (row["match_key"], "" if place else ANYWHERE)))
        return ways

    def names_of(self, known: Values) -> list[Way]:
        """Return the ways to a company: one whose prefecture is not known may be meant by any."""
        ways = self.ways_of(known)
        return [*ways, ("name", (known["match_key"], ANYWHERE))] if known.get("match_key") else ways

    def settle(self, row: Values, meant: int | str | None) -> str:
        """This function will leave a 法人番号 with the company that has it."""
        number = row.get("corporate_number")
        if not number or self.ways.get(("corporate_number", number), meant) == meant:
            return ""
        row["corporate_number"] = None
        if meant is not None:
            del row["corporate_number"]
        return _("法人番号は別の会社で登録済みのため、取り込みませんでした。")

    def add_rows(self, rows: list[dict[str, Any]]) -> None:
        add_companies(rows, by=self.job.by)

    def change_rows(self, changes: list[Change]) -> None:
        change_companies(changes, by=self.job.by)


COMPANIES = Kind(
    plural="companies",
    record_type=COMPANY,
    verb="companies.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("id", "external_key", "corporate_number", "name"),
    related=("company", "owner"),
    plain=frozenset({"prefecture"}),
    needs=(("name", "id", "external_key", "corporate_number"),),
)
