"""What the pages of customer analysis share: whose values, the frame, the addresses of what lies behind a number."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import RecordType
from ryorin.conditions.parser import to_json
from ryorin.conditions.tree import All, Node, Op, Test
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.value.models import Subject
from ryorin.insight.methods.errors import TooLittleKnown, reasons
from ryorin.lib.money import decimals_of, to_decimal
from ryorin.marketing.value.models import ModelFit, ValueSettings
from ryorin.marketing.value.queries import VALUES, day_of_values, newest_fit, settings_now
from ryorin.products.catalogue.models import Product
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.customers.listings import COMPANIES, PEOPLE
from ryorin.web.lists import Listing
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

TABS: tuple[tuple[str, str | Promise], ...] = (
    ("analysis", gettext_lazy("RFM")),
    ("analysis_cohorts", gettext_lazy("コホート")),
    ("analysis_lifetime", gettext_lazy("顧客生涯価値")),
    ("analysis_groups", gettext_lazy("購買グループ")),
    ("analysis_baskets", gettext_lazy("併売")),
)
RECORDS: dict[str, tuple[RecordType, Any, Listing]] = {
    Subject.PERSON.value: (PERSON, Person, PEOPLE),
    Subject.COMPANY.value: (COMPANY, Company, COMPANIES),
}
HEATS = 9


@dataclass(frozen=True)
class Asked:
    """One request: whose values, who looks, and the newest computation."""

    subject: str
    member: Member
    settings: ValueSettings
    fit: ModelFit | None

    @property
    def is_person(self) -> bool:
        return self.subject == Subject.PERSON

    @property
    def record_type(self) -> RecordType:
        return RECORDS[self.subject][0]

    @property
    def listing(self) -> Listing:
        return RECORDS[self.subject][2]

    def records(self) -> Any:
        """Return the customers the member may see."""
        return RECORDS[self.subject][1].objects.visible_to(self.member)

    def values(self) -> Any:
        """Return the values of the customers the member may see."""
        return VALUES[self.subject].objects.visible_to(self.member)

    def behind(self, *tests: Test, title: str = "") -> str:
        """Return the page with the customers who pass the tests."""
        query = {"of": self.subject, "f": as_text(All(tests) if len(tests) != 1 else tests[0]), "title": title}
        return f"{reverse('analysis_customers')}?{urlencode({name: text for name, text in query.items() if text})}"


def asked_in(request: HttpRequest) -> Asked:
    """Return what is asked; people, unless only companies are known to have bought."""
    wanted = request.GET.get("of", "")
    if wanted not in Subject.values:
        people = newest_fit(Subject.PERSON)
        others = newest_fit(Subject.COMPANY) if people is None or not people.customers else None
        wanted = Subject.COMPANY.value if others is not None and others.customers else Subject.PERSON.value
    return Asked(wanted, member_of(request), settings_now(), newest_fit(wanted))


def frame(asked: Asked, here: str) -> dict[str, Any]:
    """Return what stands around every page: tabs, whose values, as of when, and whether a computation is under way."""
    fit = asked.fit
    waits = fit is None or (asked.settings.asked_at is not None and asked.settings.asked_at > fit.started_at)
    query = urlencode({"of": asked.subject})
    return {
        "asked": asked,
        "fit": fit,
        "as_of": fit.as_of if fit else day_of_values(asked.settings),
        "is_waiting": waits or (fit is not None and fit.settings_version != asked.settings.version),
        "is_empty": fit is None or not fit.customers,
        "is_old": fit is not None and is_old(fit, asked.settings),
        "tabs": [
            {"label": label, "url": f"{reverse(name)}?{query}", "is_current": name == here} for name, label in TABS
        ],
        "subjects": [(value, label, f"{reverse(here)}?of={value}") for value, label in Subject.choices],
        "may_change": may(asked.member, "analysis.change"),
        "may_save": asked.is_person and may(asked.member, "segments.change"),
    }


def is_old(fit: ModelFit, settings: ValueSettings) -> bool:
    """Return whether nothing was bought for a year before the day of the values: the orders are of another time."""
    newest: str = fit.totals.get("last_on", "")
    return bool(newest) and settings.as_of is None and (fit.as_of - date.fromisoformat(newest)).days > 365


def test(name: str, op: Op, value: Any = None) -> Test:
    """Return a test of one of the fields of value."""
    return Test(f"value_{name}", op, value)


def as_text(node: Node) -> str:
    return json.dumps(to_json(node), ensure_ascii=False, separators=(",", ":"))


def heat(value: float, most: float) -> int:
    """Return how warm a cell is: 0 for nothing, 9 for the most; by the root, so that small ones can be told apart."""
    return 0 if value <= 0 or most <= 0 else max(1, min(HEATS, round(HEATS * (value / most) ** 0.5)))


def why_not(kept: Mapping[str, Any]) -> str:
    """Return in words why there is no model, "" where there is one."""
    refusal: type[TooLittleKnown] | None = reasons().get(str(kept.get("reason", "")))
    return str(refusal(**{name: value for name, value in kept.items() if name != "reason"})) if refusal else ""


def major(amount: float | None) -> float | None:
    """Return an amount in minor units as charts draw it: in the currency itself."""
    return None if amount is None else float(to_decimal(round(amount), company().currency))


def minor(amount: float) -> int:
    """Return an amount of the currency in minor units."""
    return round(amount * 10 ** decimals_of(company().currency))


def products_named(ids: Sequence[int | None]) -> dict[int, str]:
    """Return the names of products by id."""
    return dict(Product.objects.filter(pk__in={pk for pk in ids if pk}).values_list("pk", "name"))


def segment_address(asked: Asked, node: Node, name: str) -> str:
    """Return the page on which the customers under a condition become a segment; only people can."""
    if not asked.is_person or not may(asked.member, "segments.change"):
        return ""
    return f"{reverse('segment_new')}?{urlencode({'f': as_text(node), 'name': name[:80]})}"


def prefix() -> str:
    """Return the sign that stands before amounts in charts."""
    return "¥" if company().currency == "JPY" else "$" if company().currency == "USD" else ""
