"""The form on which the columns of a file get their meaning."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import Label, Type
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.models import ImportRun
from ryorin.connectors.csv.queries import Head, head_of, suggested
from ryorin.connectors.csv.targets import Target
from ryorin.workspace.members.models import Member

ENCODINGS = (
    ("", gettext_lazy("自動判別")), ("utf-8", "UTF-8"), ("cp932", "Shift_JIS（CP932）"), ("euc_jp", "EUC-JP"),
    ("utf-16", "UTF-16"), ("cp1252", "Windows-1252"),
)  # fmt: skip
DATES = (
    ("", "2026-11-22・2026/11/22・令和8年11月22日"), ("%m/%d/%Y", "11/22/2026"), ("%d/%m/%Y", "22/11/2026"),
    ("%d-%m-%Y", "22-11-2026"), ("%d-%m-%Y %H:%M", "22-11-2026 19:58"), ("%m/%d/%Y %H:%M", "11/22/2026 19:58"),
    ("%y/%m/%d", "26/11/22"),
)  # fmt: skip
MOST_SKIPPED = 100


@dataclass(frozen=True)
class Line:
    """One column of the file: what stands in it and what it shall become."""

    place: int
    header: str
    samples: str
    chosen: str
    date_format: str
    is_date: bool


class MappingForm:
    """What was chosen so far, over the head of the file."""

    def __init__(self, run: ImportRun, data: QueryDict, *, member: Member) -> None:
        self.run, self.data, self.kind = run, data, KINDS[run.record_type]
        self.targets = [target for target in self.kind.targets() if target.is_open_to(member.role)]
        self.head: Head | None = None
        before = run.mapping or {}
        self.encoding = data.get("encoding", before.get("encoding") or "")
        skip = data.get("skip_lines", str(before.get("skip_lines", 0)))
        self.skip_lines = min(int(skip), MOST_SKIPPED) if skip.isdecimal() and len(skip) < 5 else 0
        self.policy = data.get("likely_duplicates", before.get("likely_duplicates") or "update")
        self.is_posted = "has_columns" in data
        related = data.getlist("create_related") if self.is_posted else before.get("create_related")
        self.create_related = list(self.kind.created_by_default) if related is None else related

    def look(self) -> None:
        """This function will read the head of the file; raise a refusal saying why it cannot be read."""
        if self.head is None:
            self.head = head_of(self.run, encoding=self.encoding or None, skip_lines=self.skip_lines)

    def lines(self) -> list[Line]:
        """Return the columns with what each is to become: as chosen, as before, or as suggested."""
        if self.head is None:
            return []
        before = {header: specs[0] for header, specs in (self.run.mapping or {}).get("columns", {}).items() if specs}
        proposals = {} if before or self.is_posted else suggested(self.run, self.head.headers)
        types = {target.name: target.type for target in self.targets}
        lines = []
        for place, header in enumerate(self.head.headers):
            spec = before.get(header, {})
            chosen = spec.get("field", proposals.get(header, ""))
            date_format = next(iter(spec.get("format", [])), "")
            if self.is_posted:
                chosen, date_format = self.data.get(f"column-{place}", ""), self.data.get(f"format-{place}", "")
            is_date = types.get(chosen) in (Type.DATE, Type.DATETIME)
            lines.append(Line(place, header, self.head.samples(place), chosen, date_format, is_date))
        return lines

    def constants(self) -> list[tuple[Target, str]]:
        """Return what may be filled in for all lines alike, with what was filled in."""
        before = (self.run.mapping or {}).get("constants", {})
        offered = [target for target in self.targets if target.name in self.kind.constants]
        return [(target, self.data.get(f"constant-{target.name}", before.get(target.name, ""))) for target in offered]

    def related(self) -> list[tuple[str, str, bool]]:
        """Return the records that may be made on the way: name, label, whether chosen."""
        labels = {
            "company": _("会社"),
            "owner": _("担当者（ログインできないメンバーとして）"),
            "product": _("商品"),
            "campaign": _("施策"),
            "stage": _("パイプラインとステージ"),
            "lost_reason": _("失注理由"),
        }
        return [(name, labels[name], name in self.create_related) for name in self.kind.related]

    def mapping(self) -> dict[str, Any]:
        """Return the choices as a mapping; what a mapping file set besides stays as it was."""
        self.look()
        before = self.run.mapping or {}
        columns: dict[str, Any] = {}
        for line in self.lines():
            if not line.chosen:
                continue
            kept: dict[str, Any] = next(
                (spec for spec in before.get("columns", {}).get(line.header, []) if spec.get("field") == line.chosen),
                {},
            )
            spec = {"field": line.chosen, "values": kept.get("values", {}), "default": kept.get("default", "")}
            columns[line.header] = spec | ({"format": line.date_format} if line.date_format else {})
        used = {spec["field"] for spec in columns.values()}
        constants = {target.name: text for target, text in self.constants() if text and target.name not in used}
        return {
            "columns": columns,
            "constants": constants,
            "create_related": [name for name in self.create_related if name in self.kind.related],
            "likely_duplicates": self.policy,
            "skip_lines": self.skip_lines,
            "encoding": self.encoding or None,
            "key": before.get("key", []),
        }

    @property
    def encodings(self) -> tuple[tuple[str, Label], ...]:
        return ENCODINGS

    @property
    def date_formats(self) -> tuple[tuple[str, str], ...]:
        return DATES

    @property
    def policies(self) -> list[tuple[str, str]]:
        return [
            ("update", _("同じとみなして更新する")),
            ("create", _("別のものとして新しく登録する")),
            ("skip", _("取り込まない")),
        ]
