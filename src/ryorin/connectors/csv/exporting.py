"""Records as a table that can be handed out, and imported again without changing anything."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import OrderLine
from ryorin.lib.money import to_decimal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

AT_ONCE = 2000
Names = dict[Any, str]


class Export:
    """Rows of one record type as cells, for a reader with a role."""

    def __init__(self, record_type: RecordType, rows: QuerySet[Any], *, role: str) -> None:
        organisation = current()
        self.currency, self.zone = organisation.currency, ZoneInfo(organisation.time_zone)
        self.fields = [field for field in record_type.fields_for(role) if field.name != "id" and not is_repeated(field)]
        self.rows, self.has_lines = rows, record_type.name == "order"
        self.choices = {
            field.name: {str(value): str(label) for value, label in field.options()}
            for field in self.fields
            if field.type is Type.CHOICE
        }

    def headers(self) -> list[str]:
        """Return one header for each column, no two alike."""
        labels = [str(field.label) for field in self.fields]
        headers = [
            f"{label} ({field.name})" if labels.count(label) > 1 else label
            for label, field in zip(labels, self.fields, strict=True)
        ]
        return [_("両輪ID"), *headers, *(self.line_headers() if self.has_lines else ())]

    def line_headers(self) -> list[str]:
        return [_("商品"), _("品名"), _("分類"), _("数量"), _("単価"), _("明細金額（税抜）"), _("税率（％）")]

    def cells(self) -> Iterator[list[Any]]:
        """Return the rows as cells, an order as one row for each of its lines."""
        paths = list(dict.fromkeys(field.path for field in self.fields))
        stream = iter(self.rows.order_by("pk").values("pk", *paths).iterator(chunk_size=AT_ONCE))
        while lot := list(islice(stream, AT_ONCE)):
            names = self.names_in(lot)
            lines = lines_of([row["pk"] for row in lot]) if self.has_lines else {}
            for row in lot:
                cells = [row["pk"], *(self.cell(field, row[field.path], names) for field in self.fields)]
                if not self.has_lines:
                    yield cells
                for line in lines.get(row["pk"], []):
                    yield [*cells, *self.line_cells(line)]

    def cell(self, field: Field, value: Any, names: Mapping[str, Names]) -> Any:
        if value is None or value == "":
            return ""
        match field.type:
            case Type.MONEY:
                return to_decimal(int(value), self.currency)
            case Type.DATETIME:
                return value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
            case Type.BOOLEAN:
                return _("はい") if value else _("いいえ")
            case Type.CHOICE:
                return self.choices[field.name].get(str(value), value)
            case Type.REFERENCE:
                return names[field.name].get(value, f"#{value}")
        return value

    def line_cells(self, line: OrderLine) -> list[Any]:
        product = line.product.code if line.product else ""
        money = [to_decimal(amount, self.currency) for amount in (line.unit_price, line.amount)]
        return [product, line.description, line.category, line.quantity.normalize(), *money, line.tax_rate]

    def names_in(self, rows: list[dict[str, Any]]) -> dict[str, Names]:
        """Return for each reference what the records it leads to are called, in one query a field."""
        names = {}
        for field in self.fields:
            if field.type is not Type.REFERENCE:
                continue
            ids = {row[field.path] for row in rows} - {None}
            find = FINDERS.get(field.name)
            names[field.name] = find(ids) if find else {as_id(value): str(label) for value, label in field.options()}
        return names


def is_repeated(field: Field) -> bool:
    """Return whether the field only shows a related record's value once more."""
    return "__" in field.path


def as_id(value: str) -> Any:
    return int(value) if value.isdecimal() else value


def companies(ids: Iterable[int]) -> Names:
    return dict(Company.objects.filter(pk__in=ids).values_list("pk", "name"))


def people(ids: Iterable[int]) -> Names:
    """Return what a file calls people: e-mail or outside key, by which an import finds them, else their number."""
    found = Person.objects.filter(pk__in=ids).values_list("pk", "email", "external_key")
    return {pk: email or key or f"#{pk}" for pk, email, key in found}


def campaigns(ids: Iterable[int]) -> Names:
    return dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "code"))


def deals(ids: Iterable[int]) -> Names:
    return {pk: key or f"#{pk}" for pk, key in Deal.objects.filter(pk__in=ids).values_list("pk", "external_key")}


def members(ids: Iterable[int]) -> Names:
    return {member.pk: member.name for member in Member.objects.filter(pk__in=ids)}


def lines_of(orders: list[int]) -> dict[int, list[OrderLine]]:
    """Return the lines of the orders, in their order."""
    found: dict[int, list[OrderLine]] = {}
    for line in (
        OrderLine.objects.filter(order_id__in=orders).select_related("product").order_by("order_id", "position")
    ):
        found.setdefault(line.order_id, []).append(line)
    return found


FINDERS: dict[str, Callable[[Iterable[int]], Names]] = {
    "company": companies,
    "parent": companies,
    "person": people,
    "owner": members,
    "campaign": campaigns,
    "campaign_id": campaigns,
    "source_campaign_id": campaigns,
    "deal": deals,
    "deal_id": deals,
}
