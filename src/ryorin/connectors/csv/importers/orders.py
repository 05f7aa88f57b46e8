"""Orders from files: the lines of one order carry its number; recognised by it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.batch import first_problem
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, UPDATED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.references import (
    find_campaigns,
    find_companies,
    find_deals,
    find_members,
    find_people,
    find_products,
)
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.customers.purchases.actions.bulk import add_orders, replace_order
from ryorin.customers.purchases.fields import ORDER
from ryorin.customers.purchases.models import Order, OrderChannel, OrderLine
from ryorin.customers.purchases.rules import Sums, line_of, sums_of
from ryorin.lib.errors import Refusal
from ryorin.lib.japanese import company_key
from ryorin.lib.money import Rounding, tax_of
from ryorin.products.catalogue.models import TaxClass
from ryorin.products.prices.queries import tax_rates
from ryorin.products.prices.rules import DatedRate, rate_on
from ryorin.workspace.organisation.queries import current

EXTRA = (
    Target(name="company_number", label=gettext_lazy("会社の法人番号"), type=Type.TEXT, aliases=("法人番号",)),
    Target(name="company_key", label=gettext_lazy("会社の外部ID"), type=Type.TEXT, aliases=("会社ID", "Company ID")),
    Target(
        name="person_key",
        label=gettext_lazy("顧客の外部ID"),
        type=Type.TEXT,
        aliases=("顧客ID", "Customer ID", "会員番号"),
    ),
    Target(
        name="product", label=gettext_lazy("商品"), type=Type.TEXT, aliases=("商品コード", "商品名", "SKU", "Product")
    ),
    Target(name="description", label=gettext_lazy("品名"), type=Type.TEXT, aliases=("明細", "Description", "Item")),
    Target(name="category", label=gettext_lazy("分類"), type=Type.TEXT, aliases=("カテゴリ", "Category")),
    Target(name="quantity", label=gettext_lazy("数量"), type=Type.NUMBER, aliases=("Quantity", "Qty", "個数")),
    Target(name="unit_price", label=gettext_lazy("単価"), type=Type.MONEY, aliases=("Unit price", "Price", "価格")),
    Target(name="amount", label=gettext_lazy("明細金額（税抜）"), type=Type.MONEY, aliases=("金額", "小計", "Amount")),
    Target(
        name="amount_with_tax",
        label=gettext_lazy("明細金額（税込）"),
        type=Type.MONEY,
        aliases=("税込金額", "税込小計", "Amount with tax", "Gross amount"),
    ),
    Target(
        name="tax_rate", label=gettext_lazy("税率（％）"), type=Type.NUMBER, aliases=("税率", "消費税率", "Tax rate")
    ),
)
LARGEST_QUANTITY = 10**8


def targets() -> list[Target]:
    return targets_of(ORDER, EXTRA)


def prepare(values: Values, world: World) -> Values:
    """Return the values of one line of an order; raise ValueError where something is missing or impossible."""
    number = " ".join(str(values.get("number", "")).split())
    if not 0 < len(number) <= 80:
        raise ValueError(_("注文番号を1〜80字で入力してください。"))
    if not values.get("ordered_at"):
        raise ValueError(_("注文日時がありません。"))
    if not any(name in values for name in ("amount", "amount_with_tax", "unit_price")):
        raise ValueError(_("金額がありません。"))
    if abs(values.get("quantity", 1)) > LARGEST_QUANTITY:
        raise ValueError(_("数量が大きすぎます。"))
    if not 0 <= values.get("tax_rate", 10) <= 100:
        raise ValueError(_("税率は0から100までの数値で入力してください。"))
    ready = values | {"number": number}
    if company := values.get("company"):
        ready["company_match_key"] = company_key(company)[:160]
    return ready


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will take down the orders that are new, set right those that differ, and say which was which."""
    rows = [dict(group[0].values) for group in groups]
    lines = [[dict(line.values) for line in group] for group in groups]
    problems = first_problem(
        find_companies(rows, job),
        find_people(rows, job),
        find_members(rows, job),
        find_campaigns(rows, job, name="campaign_id"),
        find_deals(rows, job),
    )
    of_products = iter(find_products([line for group in lines for line in group], job))
    problems = [
        problem or next(filter(None, [next(of_products) for _line in group]), "")
        for problem, group in zip(problems, lines, strict=True)
    ]
    held = {
        order.number: order
        for order in Order.objects.filter(number__in=[row["number"] for row in rows]).prefetch_related("lines")
    }
    hidden = job.hidden(Order, [order.pk for order in held.values()])
    company = current()
    rounding, zone, rates = company.tax_rounding, ZoneInfo(company.time_zone), tax_rates()
    outcomes, new = [], []
    for row, group, problem in zip(rows, lines, problems, strict=True):
        try:
            if problem:
                raise ValueError(problem)
            order = held.get(row["number"])
            if order and order.pk in hidden:
                raise ValueError(_("担当外のレコードのため、更新できません。"))
            set_tax_rates(row, group, zone=zone, rates=rates)
            complete(row, group, rounding=rounding)
            if order is None:
                new.append(row)
                outcomes.append(CREATED)
            else:
                outcomes.append(UPDATED if replace_order(order, row, by=job.by) else UNCHANGED)
        except (ValueError, Refusal) as refusal:
            outcomes.append(rejected(str(refusal)))
    if new:
        add_orders(new, by=job.by)
    notes = (tuple(note for line in group for note in line.notes) for group in groups)
    return [outcome._replace(notes=note) for outcome, note in zip(outcomes, notes, strict=True)]


def set_tax_rates(row: Values, group: list[Values], *, zone: ZoneInfo, rates: Sequence[DatedRate]) -> None:
    """This function will set the rate of lines without one: that of the product's tax class on the day of the order."""
    day = row["ordered_at"].astimezone(zone).date()
    for line in group:
        product = line.get("product_found")
        tax_class = product.tax_class if product else TaxClass.STANDARD
        line.setdefault("tax_rate", rate_on(day, tax_class=tax_class, rates=rates))


def complete(row: Values, group: list[Values], *, rounding: str) -> None:
    """This function will set lines, channel and, where amounts are with tax, the sums on the row of an order."""
    row.setdefault("channel", OrderChannel.ONLINE.value)
    for line in group:
        line["product"] = line.get("product_found")
        line["description"] = line.get("description") or (line["product"].name if line["product"] else row["number"])
    if any("amount_with_tax" in line for line in group):
        row["sums"] = take_out_tax(group, rounding=rounding)
    row["lines"] = [line_of(line, position=place) for place, line in enumerate(group, 1)]
    for line in row["lines"]:
        price_from_amount(line)
    row.setdefault("sums", sums_of(row["lines"], rounding=rounding))


def price_from_amount(line: OrderLine) -> None:
    """This function will work out a unit price that the file does not give."""
    if not line.unit_price and line.quantity:
        line.unit_price = int((Decimal(line.amount) / line.quantity).to_integral_value())


def take_out_tax(group: list[Values], *, rounding: str) -> Sums:
    """Return the sums of an order whose lines are with tax, and set what each line is without it.

    Tax is rounded once per rate; the lines share what is left over by their size, so that they add up to the net sum.
    """
    if not all("amount_with_tax" in line for line in group):
        raise ValueError(_("税込の明細と税抜の明細は1件の注文に混ぜられません。"))
    by_rate: dict[Any, list[Values]] = defaultdict(list)
    for line in group:
        by_rate[Decimal(str(line["tax_rate"]))].append(line)
    gross = {rate: sum(line["amount_with_tax"] for line in lines) for rate, lines in by_rate.items()}
    as_rounding: Rounding = "down" if rounding == "down" else "up" if rounding == "up" else "half_up"
    taxes = tax_of(gross, rounding=as_rounding, inclusive=True)
    for rate, lines in by_rate.items():
        rest, whole = taxes[rate].net, taxes[rate].gross
        for line in lines:
            share = round(rest * line["amount_with_tax"] / whole) if whole else 0
            line["amount"], rest, whole = share, rest - share, whole - line["amount_with_tax"]
    net, tax = sum(one.net for one in taxes.values()), sum(one.tax for one in taxes.values())
    return Sums(net=net, tax=tax, total=net + tax)


ORDERS = Kind(
    plural="orders",
    record_type=ORDER,
    verb="orders.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("number",),
    related=("company", "owner", "product", "campaign"),
    created_by_default=("company",),
    group_by="number",
    constants=("channel",),
    needs=(("number",), ("ordered_at",), ("amount", "amount_with_tax", "unit_price")),
)
