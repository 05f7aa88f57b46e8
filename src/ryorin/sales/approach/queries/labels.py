"""Addresses of a direct mail, as labels and as rows for a printer; sorted by the reading of the name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib.japanese import spell_out_legal_form
from ryorin.lib.pdf import render
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.approach.errors import TooManyLabels
from ryorin.sales.approach.models import ApproachList, Target, TargetState
from ryorin.sales.approach.queries.knowing import refusing_post
from ryorin.sales.approach.queries.listing import visible_targets
from ryorin.workspace.members.models import Member

TEMPLATE = Path(__file__).parents[1] / "documents" / "labels.typ"
MOST_LABELS = 5_000


@dataclass(frozen=True)
class Layout:
    """A sheet of labels on A4; lengths in millimetres."""

    name: str
    label: str | Promise
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float

    @property
    def labels(self) -> int:
        return self.columns * self.rows


LAYOUTS = {
    one.name: one
    for one in (
        Layout("12", _("A4 12面（86.4×42.3mm）"), 2, 6, 86.4, 42.3, 18.6, 21.6),
        Layout("24", _("A4 24面（66×33.9mm）"), 3, 8, 66.0, 33.9, 6.0, 12.9),
    )
}


@dataclass(frozen=True)
class Address:
    """Where a letter goes, and to whom."""

    postal_code: str
    prefecture: str
    city: str
    street: str
    building: str
    company: str
    department: str
    job_title: str
    name: str
    honorific: str
    kana: str

    @property
    def cells(self) -> tuple[str, ...]:
        place = (self.postal_code, self.prefecture, self.city, self.street, self.building)
        return (*place, self.company, self.department, self.job_title, self.name, self.honorific, self.kana)

    @property
    def lines(self) -> dict[str, Any]:
        """Return what a label shows."""
        work = " ".join(filter(None, (self.department, self.job_title)))
        return {
            "postal": f"〒{self.postal_code}" if self.postal_code else "",
            "place": [line for line in (self.prefecture + self.city + self.street, self.building) if line],
            "work": [line for line in (self.company, work) if line],
            "name": self.name,
            "honorific": self.honorific,
        }


def addresses_of(row: ApproachList, member: Member, *, sent: bool = False) -> list[Address]:
    """Return the addresses of those who wait for their letter, or of those it went to; refuses too many at once."""
    state = TargetState.DONE if sent else TargetState.WAITING
    rows = visible_targets(row, member).filter(state=state).select_related("person", "person__company", "company")
    found = list(rows[: MOST_LABELS + 1])
    if len(found) > MOST_LABELS:
        raise TooManyLabels(count=f"{MOST_LABELS:,}")
    refusing = refusing_post([one.person_id for one in found if one.person_id])
    addresses = [_address(one) for one in found if one.person_id not in refusing]
    return sorted((one for one in addresses if one.city), key=lambda one: (one.kana or one.name, one.name))


def labels_pdf(addresses: Sequence[Address], *, layout: Layout, skip: int = 0) -> bytes:
    """Return sheets of labels as a PDF; `skip` leaves free the labels already used on the first sheet."""
    sheet = {"columns": layout.columns, "rows": layout.rows, "width": layout.width, "height": layout.height}
    margins = {"left": layout.left, "top": layout.top}
    return render(TEMPLATE, {**sheet, **margins, "skip": skip, "labels": [one.lines for one in addresses]})


def _address(target: Target) -> Address:
    person = target.person
    company = person.company if person else target.company
    has_own = person is not None and bool(person.city)
    at: Person | Company | None = person if has_own else company
    return Address(
        postal_code=at.postal_code if at else "",
        prefecture=PREFECTURES.get(at.prefecture, "") if at else "",
        city=at.city if at else "",
        street=at.street if at else "",
        building=at.building if at else "",
        company=spell_out_legal_form(company.name) if company and person else "",
        department=person.department if person else "",
        job_title=person.job_title if person else "",
        name=person.name if person else spell_out_legal_form(company.name) if company else "",
        honorific=person.honorific if person else "御中",
        kana=person.kana if person else company.name_kana if company else "",
    )
