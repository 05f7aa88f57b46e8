"""People from files: recognised by ID, outside key, e-mail, else by name with company or telephone."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.learning.actions import record_outcomes
from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.batch import Batch, Change, Way, first_problem
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import Job, Outcome, Prepared
from ryorin.connectors.csv.references import find_campaigns, find_companies, find_members
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.customers.people.actions.bulk import GIVEN, add_people, change_people, tokens_of
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import normalised
from ryorin.lib.japanese import company_key, split_name
from ryorin.lib.postal import split_address

EXTRA = (
    Target(name="id", label=gettext_lazy("両輪ID"), type=Type.NUMBER, aliases=("Ryorin ID",)),
    Target(
        name="full_name",
        label=gettext_lazy("氏名"),
        type=Type.TEXT,
        aliases=("名前", "お名前", "Name", "Full name", "担当者名", "ご担当者"),
    ),
    Target(
        name="full_kana",
        label=gettext_lazy("氏名（カナ）"),
        type=Type.TEXT,
        aliases=("氏名カナ", "フリガナ", "ふりがな", "カナ", "Full kana"),
    ),
    Target(name="company_number", label=gettext_lazy("会社の法人番号"), type=Type.TEXT, aliases=("法人番号",)),
    Target(name="company_key", label=gettext_lazy("会社の外部ID"), type=Type.TEXT, aliases=("会社ID", "Company ID")),
    Target(name="traits", label=gettext_lazy("追加項目（列の見出しのまま）"), type=Type.TEXT, many=True),
    Target(
        name="outcome_won",
        label=gettext_lazy("成約したか（はい・いいえ）"),
        type=Type.BOOLEAN,
        aliases=("成約", "Converted", "Won"),
    ),
    Target(name="outcome_at", label=gettext_lazy("結果が出た日時"), type=Type.DATETIME, aliases=("Converted at",)),
    Target(name="address", label=gettext_lazy("住所"), type=Type.TEXT, aliases=("Address", "所在地", "ご住所")),
)
REFERENCES = (
    "company", "company_number", "company_key", "owner", "source_campaign_id", "id", "traits", "outcome_won",
    "outcome_at",
)  # fmt: skip
MOST_TRAITS, LONGEST_NAME, LONGEST_TRAIT = 80, 80, 200
COLUMNS = (*GIVEN, "first_contact_at", "id")


def targets() -> list[Target]:
    return targets_of(PERSON, EXTRA)


def prepare(values: Values, world: World) -> Values:
    """Return the person's columns, and what names other records beside them."""
    fields = {name: value for name, value in values.items() if name not in REFERENCES}
    kept = {name: values[name] for name in REFERENCES if name in values}
    if name := fields.pop("full_name", ""):
        fields["family_name"], fields["given_name"] = split_name(name)
    elif "given_name" not in fields and " " in (text := " ".join(str(fields.get("family_name", "")).split())):
        fields["family_name"], fields["given_name"] = split_name(text)
    if kana := fields.pop("full_kana", ""):
        fields["family_kana"], fields["given_kana"] = split_name(kana)
    if address := fields.pop("address", ""):
        fields |= parts_of(address)
    if traits := kept.get("traits"):
        kept["traits"] = shortened(traits)
    ready = normalised(fields, known={}) | kept
    if company := kept.get("company"):
        ready["company_match_key"] = company_key(company)[:160]
        ready["company_name"] = company
    if ready.get("family_name"):
        ready["tokens"] = tokens_of(ready)
    return ready


def shortened(traits: Mapping[str, str]) -> dict[str, str]:
    """Return named values as they are kept; raise ValueError where a line has too many of them."""
    if len(traits) > MOST_TRAITS:
        raise ValueError(_("追加項目は%(most)s列までです。") % {"most": MOST_TRAITS})
    return {" ".join(name.split())[:LONGEST_NAME]: text[:LONGEST_TRAIT] for name, text in traits.items()}


def parts_of(address: str) -> Values:
    """Return prefecture, city and street of an address, only those that are there."""
    prefecture, city, street = split_address(address)
    parts = {"prefecture": prefecture or "", "city": city, "street": street}
    return {name: text for name, text in parts.items() if text}


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will add new people and change those that are known, and say what became of each line."""
    return PeopleBatch([group[0] for group in groups], job).run()


class PeopleBatch(Batch):
    model = Person
    columns = COLUMNS
    columns_of_way = {
        "id": ("id",),
        "external_key": ("external_key",),
        "email": ("email",),
        "name": ("family_name", "given_name", "company_id"),
        "phone": ("phone_key",),
        "bare": ("family_name", "given_name"),
    }
    likely = frozenset({"name", "phone", "bare"})
    needed = ("family_name", lambda: _("姓を入力してください。"))
    telling = ("external_key", "email")

    def resolve(self) -> list[str]:
        return first_problem(
            find_companies(self.rows, self.job),
            find_members(self.rows, self.job),
            find_campaigns(self.rows, self.job, name="source_campaign_id"),
        )

    def ways_of(self, row: Values) -> list[Way]:
        by = self.job.recognises_by
        ways: list[Way] = [(name, row[name]) for name in ("id", "external_key", "email") if row.get(name) and by(name)]
        names = (row.get("family_name", ""), row.get("given_name", ""))
        if names[0] and by("name"):
            company, phone = row.get("company_id"), row.get("phone_key")
            if company:
                ways.append(("name", (*names, company)))
            if phone:
                ways.append(("phone", (phone, *names)))
            if not (company or phone or row.get("email") or row.get("external_key")):
                ways.append(("bare", names))
        return ways

    def __init__(self, lines: Sequence[Prepared], job: Job) -> None:
        super().__init__(lines, job)
        self.ended: dict[int, Values] = {}

    def joined(self, row: Values, known: Values) -> None:
        """This function will leave a person at the company they are at, where the line names one of that name.

        Named values are added to those that are there.
        """
        if isinstance(known.get("traits"), str):  # SQLite keeps JSON as text
            known["traits"] = json.loads(known["traits"])
        if "traits" in row:
            row["traits"] = {**(known.get("traits") or {}), **row["traits"]}
        if known.get("company_id") in row.get("company_candidates", ()):
            row["company_id"] = known["company_id"]
        elif "company_id" in row:
            known["company_name"] = row.get("company_name")

    def add_rows(self, rows: list[Values]) -> None:
        for row in rows:
            if "tokens" not in row:
                row["tokens"] = tokens_of(row)
        ids = add_people(rows, by=self.job.by, source=self.job.source)
        self.note_outcomes(zip(ids, rows, strict=True))

    def change(self, row: Values, meant: int | str, *, likely: bool) -> Outcome:
        """Return what the row changes; how the lead ended is noted down with it."""
        outcome = super().change(row, meant, likely=likely)
        if isinstance(meant, int) and outcome.kind != "rejected" and "outcome_won" in row:
            self.ended[meant] = row
        return outcome

    def run(self) -> list[Outcome]:
        outcomes = super().run()
        self.note_outcomes(self.ended.items())
        return outcomes

    def note_outcomes(self, people: Iterable[tuple[int, Values]]) -> None:
        """This function will keep how leads ended, where their lines say so."""
        record_outcomes(
            [
                (pk, row["outcome_won"], row.get("outcome_at") or row.get("first_contact_at") or self.job.now)
                for pk, row in people
                if "outcome_won" in row
            ],
            source=self.job.source,
        )

    def change_rows(self, changes: list[Change]) -> None:
        change_people(changes, by=self.job.by)


PEOPLE = Kind(
    plural="people",
    record_type=PERSON,
    verb="people.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("id", "external_key", "email", "name"),
    related=("company", "owner", "campaign"),
    created_by_default=("company",),
    plain=frozenset({"prefecture"}),
    constants=("source_channel", "source_detail"),
    needs=(("family_name", "full_name", "id", "external_key", "email"),),
)
