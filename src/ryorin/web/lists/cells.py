"""How a value looks in a list and on a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ryorin.conditions.fields import Field, Type
from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.lib.money import format_money
from ryorin.marketing.campaigns.models import Campaign, Channel
from ryorin.sales.deals.models import Deal
from ryorin.web.templatetags.ryorin import day, icon, moment, number

Names = Mapping[Any, str]

WHEEL_OF_STAGE = {
    LifecycleStage.VISITOR: "",
    LifecycleStage.LEAD: "sow",
    LifecycleStage.QUALIFIED: "sow",
    LifecycleStage.ACCEPTED: "axle",
    LifecycleStage.OPPORTUNITY: "harvest",
    LifecycleStage.CUSTOMER: "harvest",
    LifecycleStage.REPEAT: "harvest",
}
NUMBERS = (Type.NUMBER, Type.MONEY)


@dataclass(frozen=True)
class Target:
    """The kind of record a reference points to: how ids become names, and the page of one."""

    names: Callable[[Iterable[int]], Names]
    url: str


def _company_names(ids: Iterable[int]) -> Names:
    return dict(Company.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _person_names(ids: Iterable[int]) -> Names:
    people = Person.objects.filter(pk__in=list(ids)).only("family_name", "given_name")
    return {person.pk: person.name for person in people}


def _campaign_names(ids: Iterable[int]) -> Names:
    return dict(Campaign.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _deal_names(ids: Iterable[int]) -> Names:
    return dict(Deal.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


COMPANY, PERSON = Target(_company_names, "company"), Target(_person_names, "person")
CAMPAIGN, DEAL = Target(_campaign_names, "campaign"), Target(_deal_names, "deal")
TARGETS: dict[str, Target] = {
    "company": COMPANY,
    "parent": COMPANY,
    "person": PERSON,
    "campaign": CAMPAIGN,
    "campaign_id": CAMPAIGN,
    "source_campaign_id": CAMPAIGN,
    "deal": DEAL,
    "deal_id": DEAL,
}
LABELS: dict[str, Names] = {"source_channel": {value: str(label) for value, label in Channel.choices}}


@dataclass
class Words:
    """What ids and codes of one page's rows mean, asked for once per page."""

    currency: str = "JPY"
    names: dict[str, Names] = field(default_factory=dict)

    def learn(self, fields: Iterable[Field], rows: Iterable[Mapping[str, Any]]) -> None:
        """This method will look up the names of everything the rows refer to, in one query per field."""
        rows = list(rows)
        for one in fields:
            if one.choices:
                self.names[one.name] = {str(value): str(label) for value, label in one.options()}
            elif one.name in LABELS:
                self.names[one.name] = LABELS[one.name]
            elif one.type is Type.REFERENCE and one.name in TARGETS:
                ids = {row[one.path] for row in rows if row.get(one.path)}
                self.names[one.name] = TARGETS[one.name].names(ids) if ids else {}

    def shown(self, one: Field, value: Any) -> SafeString | str:
        """Return a value as HTML; nothing for no value."""
        if value is None or value == "":
            return ""
        match one.type:
            case Type.BOOLEAN:
                return icon("check", "s") if value else ""
            case Type.MONEY:
                return format_money(int(value), self.currency, language=get_language() or "ja")
            case Type.NUMBER:
                return str(value) if one.name in ("id", "established_year") else number(value, _decimals(value))
            case Type.DATE:
                return format_html('<time datetime="{}">{}</time>', value.isoformat(), day(value))
            case Type.DATETIME:
                return format_html('<time datetime="{}">{}</time>', value.isoformat(), moment(value))
            case Type.REFERENCE:
                return self._reference(one, value)
            case _:
                return self._text(one, str(value))

    def said(self, one: Field, value: Any) -> str:
        """Return a value as plain text."""
        if one.type is Type.REFERENCE and one.name in TARGETS and not one.choices and value:
            return str(TARGETS[one.name].names([value]).get(value, value))
        if one.choices:
            return str(dict((str(known), label) for known, label in one.options()).get(str(value), value or ""))
        return "" if value is None else str(value)

    def _reference(self, one: Field, value: Any) -> SafeString | str:
        names = self.names.get(one.name, {})
        name = names.get(str(value)) or names.get(value) or f"#{value}"
        address = _address(TARGETS[one.name].url, value) if one.name in TARGETS and not one.choices else ""
        return format_html('<a href="{}">{}</a>', address, name) if address else name

    def _text(self, one: Field, value: str) -> SafeString | str:
        label = self.names.get(one.name, {}).get(value, value)
        if one.name == "stage" and value in LifecycleStage.values:
            return format_html('<span class="chip {}">{}</span>', WHEEL_OF_STAGE[LifecycleStage(value)], label)
        return conditional_escape(label)


def css_of(one: Field) -> str:
    """Return the class of a field's cells: numbers stand to the right."""
    return "r" if one.type in NUMBERS and not one.choices else ""


def _decimals(value: Any) -> int:
    """Return how many decimals a number needs, at most one."""
    return 0 if float(value).is_integer() else 1


def _address(url: str, pk: int) -> str:
    try:
        return reverse(url, args=[pk])
    except NoReverseMatch:
        return ""
