from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from ryorin.connectors.csv.importers.kind import Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, differing, rejected
from ryorin.lib.rows import rows_with

Way = tuple[str, Any]
Change = tuple[int, Mapping[str, Any], Mapping[str, Any]]


class Batch:
    """The lines of one transaction beside the records that are there: which are new, which change, which stay.

    A subclass says by which ways a record is recognised (the surest first), which of them are only likely, and how
    records are added and changed. A record is named by its id, or by its place among the lines ("new:3").
    """

    model: type[Model]
    columns: tuple[str, ...]
    columns_of_way: Mapping[str, tuple[str, ...]]
    likely: frozenset[str] = frozenset()
    needed: tuple[str, Callable[[], str]]
    telling: tuple[str, ...] = ("external_key",)  # two records with different values here are two

    def __init__(self, lines: Sequence[Prepared], job: Job) -> None:
        self.lines, self.job = lines, job
        self.rows = [dict(line.values) for line in lines]
        self.outcomes: list[Outcome] = [CREATED] * len(lines)
        self.new: list[int] = []
        self.changed: dict[int, tuple[Values, Values]] = {}
        self.ways: dict[Way, int | str] = {}
        self.held: dict[int, Values] = {}
        self.hidden: set[int] = set()
        self.asked: list[list[Way]] = []

    def run(self) -> list[Outcome]:
        """This function will add and change what the lines ask for, and return what became of each."""
        problems = self.resolve()
        self.look_up()
        for place, problem in enumerate(problems):
            self.outcomes[place] = rejected(problem) if problem else self.outcome(place)
        if self.new:
            self.add_rows([self.rows[place] for place in self.new])
        if self.changed:
            self.change_rows([(pk, old, new) for pk, (old, new) in self.changed.items()])
        told = zip(self.lines, self.outcomes, strict=True)
        return [outcome._replace(notes=(*line.notes, *outcome.notes)) for line, outcome in told]

    def resolve(self) -> list[str]:
        """This function will put ids in the place of named records, and return a problem or "" for each row."""
        raise NotImplementedError

    def ways_of(self, row: Values) -> list[Way]:
        """Return how the record of a row can be recognised, the surest way first."""
        raise NotImplementedError

    def names_of(self, known: Values) -> list[Way]:
        """Return by which ways a record that is there is found."""
        return self.ways_of(known)

    def settle(self, row: Values, meant: int | str | None) -> str:
        """This function will drop what another record has for itself alone, and return what to say about it, or ""."""
        return ""

    def add_rows(self, rows: list[Values]) -> None:
        raise NotImplementedError

    def change_rows(self, changes: list[Change]) -> None:
        raise NotImplementedError

    def joined(self, row: Values, known: Values) -> None:
        """This function will let a row keep what is known where both say the same in other words."""

    def look_up(self) -> None:
        """This function will fetch every record that one of the rows may mean, in one query for each way."""
        keys: dict[str, set[tuple[Any, ...]]] = {}
        self.asked = [self.ways_of(row) for row in self.rows]
        for ways in self.asked:
            for way, key in ways:
                parts = key if isinstance(key, tuple) else (key,)
                keys.setdefault(way, set()).add(parts[: len(self.columns_of_way[way])])
        for way, columns in self.columns_of_way.items():
            for values in rows_with(self.model, columns, self.columns, keys.get(way, ())):
                record = dict(zip(self.columns, values, strict=True))
                self.held.setdefault(record["id"], record)
        for pk in sorted(self.held, reverse=True):
            self.ways |= dict.fromkeys(self.names_of(self.held[pk]), pk)
        self.hidden = self.job.hidden(self.model, self.held)

    def outcome(self, place: int) -> Outcome:
        """Return what is to become of one row, and note it down for writing."""
        row = self.rows[place]
        if row.get("id") and ("id", row["id"]) not in self.ways:
            return rejected(_("両輪IDが%(id)sのレコードは見つかりません。") % {"id": row["id"]})
        way = next((way for way in self.asked[place] if way in self.ways), None)
        if way is None:
            return self.add(place)
        meant, likely = self.ways[way], way[0] in self.likely
        if way[0] not in ("id", "external_key") and not self.is_same(row, meant):
            return self.add(place, note=_("よく似たレコードがほかにあります。"))
        if likely and self.job.reading.likely_duplicates == "create":
            return self.add(place, note=_("重複の可能性がありますが、新しく登録しました。"))
        if likely and self.job.reading.likely_duplicates == "skip":
            return UNCHANGED._replace(notes=(_("重複の可能性があるため、取り込みませんでした。"),))
        return self.change(row, meant, likely=likely)

    def is_same(self, row: Values, meant: int | str) -> bool:
        """Return whether no surer sign speaks against the two being one record."""
        known = self.known(meant)
        return not any(row.get(name) and known.get(name) and row[name] != known[name] for name in self.telling)

    def known(self, meant: int | str) -> Values:
        """Return the values of a record that is stored, or new in this batch."""
        return self.held[meant] if isinstance(meant, int) else self.rows[int(meant[4:])]

    def add(self, place: int, *, note: str = "") -> Outcome:
        row = self.rows[place]
        name, problem = self.needed
        if not row.get(name):
            return rejected(problem())
        note = self.settle(row, None) or note
        self.new.append(place)
        for way in self.names_of(row):
            self.ways.setdefault(way, f"new:{place}")
        return CREATED._replace(notes=(note,)) if note else CREATED

    def change(self, row: Values, meant: int | str, *, likely: bool) -> Outcome:
        """Return what a row changes on a record that is there, or new in this same batch."""
        known = self.known(meant)
        if isinstance(meant, int) and meant in self.hidden:
            return rejected(_("担当外のレコードのため、更新できません。"))
        if self.ways.get(("external_key", row.get("external_key")), meant) != meant:
            return rejected(_("外部ID「%(key)s」は別のレコードで使われています。") % {"key": row["external_key"]})
        self.joined(row, known)
        settled = self.settle(row, meant)
        notes = (settled,) if settled else ()
        new = differing(known, {name: row[name] for name in self.columns if name in row and name != "id"})
        if not new:
            return UNCHANGED._replace(notes=notes)
        if isinstance(meant, int):
            self.changed.setdefault(meant, (dict(known), {}))[1].update(new)
        else:
            known.pop("tokens", None)
        known |= new
        for way in self.names_of(known):
            self.ways.setdefault(way, meant)
        if likely:
            notes = (*notes, _("同じと思われるレコードを更新しました。"))
        return UPDATED._replace(notes=notes)


def first_problem(*problems: list[str]) -> list[str]:
    """Return for each row the first of its problems, or ""."""
    return [next(filter(None, texts), "") for texts in zip(*problems, strict=True)]
