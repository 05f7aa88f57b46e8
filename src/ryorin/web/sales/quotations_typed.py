"""What people type into a quotation, read into an offer: terms in a form, lines in columns."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.products.catalogue.models import Product
from ryorin.sales.quotations.models import LineKind
from ryorin.sales.quotations.rules import MOST_LINES, Line, Offer
from ryorin.web.inputs import DayField
from ryorin.workspace.members.models import LANGUAGES
from ryorin.workspace.organisation.models import TaxRounding

COLUMNS = ("kind", "description", "note", "quantity", "unit", "unit_price", "off", "tax", "cost")
HONORIFICS = [("様", "様"), ("御中", "御中"), ("先生", "先生"), ("殿", "殿"), ("各位", "各位")]
RATES: dict[str, tuple[str | Promise, Decimal, bool]] = {
    "10": (gettext_lazy("10%"), Decimal(10), False),
    "8r": (gettext_lazy("8% 軽減"), Decimal(8), True),
    "8": (gettext_lazy("8% 旧"), Decimal(8), False),
    "0": (gettext_lazy("対象外"), Decimal(0), False),
}
INCLUSIVE = [("", gettext_lazy("税抜単価")), ("1", gettext_lazy("税込単価"))]


class TermsForm(forms.Form):
    """Everything of a quotation but its lines."""

    title = forms.CharField(label=gettext_lazy("件名"), max_length=160)
    to_company = forms.CharField(label=gettext_lazy("会社名"), max_length=160, required=False)
    to_department = forms.CharField(label=gettext_lazy("部署"), max_length=80, required=False)
    to_person = forms.CharField(label=gettext_lazy("宛名"), max_length=120, required=False)
    honorific = forms.ChoiceField(label=gettext_lazy("敬称"), choices=HONORIFICS, required=False)
    to_postal_code = forms.CharField(label=gettext_lazy("郵便番号"), max_length=8, required=False)
    to_address = forms.CharField(label=gettext_lazy("住所"), max_length=300, required=False)
    valid_until = DayField(label=gettext_lazy("有効期限"), required=False)
    delivery = forms.CharField(label=gettext_lazy("納期"), max_length=120, required=False)
    delivery_place = forms.CharField(label=gettext_lazy("納入場所"), max_length=120, required=False)
    payment_terms = forms.CharField(label=gettext_lazy("支払条件"), max_length=120, required=False)
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES)
    is_inclusive = forms.ChoiceField(label=gettext_lazy("単価の入力"), choices=INCLUSIVE, required=False)
    rounding = forms.ChoiceField(label=gettext_lazy("消費税の端数"), choices=TaxRounding.choices)
    remarks = forms.CharField(
        label=gettext_lazy("備考"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("to_postal_code",):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def clean_is_inclusive(self) -> bool:
        return self.cleaned_data["is_inclusive"] == "1"


@dataclass
class Row:
    """One line as it stands in the editor: texts, the product behind it, why it costs what it costs, what is wrong."""

    values: dict[str, str]
    product: Product | None = None
    why: str = ""
    problem: str = ""
    rates: dict[str, str | Promise] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.values["kind"].partition(":")[0]

    @property
    def is_empty(self) -> bool:
        filled = (self.values["description"], self.values["note"], self.values["off"])
        return self.kind == LineKind.ITEM and not any(filled) and self.values["unit_price"] in ("", "0")


@dataclass
class Typed:
    """The editor as it was sent: `offer` where everything can be read, `sums` where at least the lines can."""

    form: TermsForm
    rows: list[Row]
    problems: list[str]
    offer: Offer | None
    sums: Offer | None


def typed(request: HttpRequest, *, currency: str, costs: Mapping[int, int | None], sees_cost: bool) -> Typed:
    """Return what the request holds; `costs` by product stand in where the member does not see them."""
    form = TermsForm(request.POST)
    rows = rows_in(request)
    lines, problems = [], []
    for place, row in enumerate(rows, 1):
        try:
            lines.append(line_in(row, currency=currency, costs=costs, sees_cost=sees_cost))
        except ValueError as error:
            row.problem = str(error)
            problems.append(_("%(position)s行目：%(problem)s") % {"position": place, "problem": error})
    if problems:
        form.is_valid()
        return Typed(form, rows, problems, None, None)
    if form.is_valid():
        offer = Offer(**form.cleaned_data, lines=tuple(lines))
        return Typed(form, rows, problems, offer, offer)
    rounding = request.POST.get("rounding", "")
    sums = Offer(
        title="",
        is_inclusive=request.POST.get("is_inclusive") == "1",
        rounding=rounding if rounding in TaxRounding.values else TaxRounding.DOWN,
        lines=tuple(lines),
    )
    return Typed(form, rows, problems, None, sums)


def rows_in(request: HttpRequest) -> list[Row]:
    """Return the rows that were sent, empty ones left out; columns of unequal length are cut to the shortest."""
    columns = [request.POST.getlist(name)[: MOST_LINES + 1] for name in COLUMNS]
    rows = [Row(dict(zip(COLUMNS, texts, strict=True))) for texts in zip(*columns, strict=False)]
    products = Product.objects.in_bulk({pk for row in rows if (pk := product_id(row))})
    for row in rows:
        row.product = products.get(product_id(row) or 0)
        row.rates = rates_with(row.values["tax"])
    return [row for row in rows if not row.is_empty]


def line_in(row: Row, *, currency: str, costs: Mapping[int, int | None], sees_cost: bool) -> Line:
    """Return the line that a row holds; ValueError in words where it cannot be read."""
    values = {name: text.replace("\0", "").strip() for name, text in row.values.items()}
    if row.kind not in LineKind.values:
        raise ValueError(_("行の種類が分かりません。行を追加し直してください。"))
    words = {"kind": row.kind, "description": values["description"], "note": values["note"]}
    if row.kind in (LineKind.HEADING, LineKind.SUBTOTAL):
        return Line(**words)  # type: ignore[arg-type]
    rate, amount = off_in(values["off"], currency)
    if row.kind == LineKind.DISCOUNT:
        return Line(**words, discount_rate=rate, discount=amount)  # type: ignore[arg-type]
    percent, is_reduced = rate_in(values["tax"])
    cost = money_in(values["cost"], currency, _("原価")) if values["cost"] else None
    return Line(
        **words,
        product_id=row.product.pk if row.product else None,
        code=row.product.code if row.product else "",
        quantity=quantity_in(values["quantity"]),
        unit=values["unit"][:10],
        unit_price=money_in(values["unit_price"], currency, _("単価")),
        discount_rate=rate,
        discount=amount,
        tax_rate=percent,
        is_reduced=is_reduced,
        cost=cost if sees_cost else costs.get(row.product.pk) if row.product else None,
    )


def row_of(line: Line, *, currency: str, product: Product | None = None, why: str = "") -> Row:
    """Return a line as the editor shows it."""
    tax = key_of_rate(line.tax_rate, line.is_reduced)
    values = {
        "kind": f"{line.kind}:{line.product_id}" if line.product_id else line.kind,
        "description": line.description,
        "note": line.note,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "unit_price": amount_text(line.unit_price, currency),
        "off": off_text(line, currency),
        "tax": tax,
        "cost": "" if line.cost is None else amount_text(line.cost, currency),
    }
    return Row(values, product=product, why=why, rates=rates_with(tax))


def rates_with(present: str) -> dict[str, str | Promise]:
    """Return the rates to choose from, with the present one where it is none of the usual; the old one only so."""
    usual = {key: label for key, (label, _rate, _reduced) in RATES.items() if key != "8" or present == "8"}
    return usual if present in usual or not present else usual | {present: f"{present}%"}


def key_of_rate(rate: Decimal, is_reduced: bool) -> str:
    return f"{rate.normalize():f}{'r' if is_reduced else ''}"


def rate_in(text: str) -> tuple[Decimal, bool]:
    """Return the rate in percent and whether it is the reduced one."""
    try:
        return Decimal(text.removesuffix("r")[:6]), text.endswith("r")
    except InvalidOperation:
        raise ValueError(_("税率を選んでください。")) from None


def quantity_in(text: str) -> Decimal:
    """Return a quantity as people type it: "1,000", "２.５", "-1" too, which the rules refuse in words."""
    plain = unicodedata.normalize("NFKC", text[:40]).replace(",", "").replace("▲", "-").replace("−", "-")
    try:
        value = Decimal(plain or "1")
        if not value.is_finite() or value != round(value, 3) or abs(value) >= 10**12:
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError(_("数量は数字で、小数は3桁までで入れてください。")) from None
    return value


def money_in(text: str, currency: str, label: str) -> int:
    try:
        return to_minor(text[:60] or "0", currency)
    except ValueError:
        raise ValueError(_("%(field)sを数字で入れてください。") % {"field": label}) from None


def off_in(text: str, currency: str) -> tuple[Decimal | None, int]:
    """Return a discount as people type it: "10%" as a rate, "5,000" or "▲5,000" as an amount."""
    plain = unicodedata.normalize("NFKC", text[:60]).strip()
    if not plain.endswith("%"):
        return None, abs(money_in(plain, currency, _("値引")))
    try:
        rate = abs(Decimal(plain[:-1].strip().replace("▲", "-")))
        if rate != round(rate, 2):
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError(_("値引率は数字で、小数は2桁までで入れてください。")) from None
    return rate, 0


def off_text(line: Line, currency: str) -> str:
    if line.discount_rate is not None:
        return f"{line.discount_rate.normalize():f}%"
    return amount_text(line.discount, currency) if line.discount else ""


def amount_text(amount: int, currency: str) -> str:
    return f"{to_decimal(amount, currency):,.{decimals_of(currency)}f}"


def product_id(row: Row) -> int | None:
    """Return the product that a row's kind names: "item:12"."""
    text = row.values["kind"].partition(":")[2]
    return int(text) if text.isdecimal() and len(text) < 19 else None


def terms_of(offer: Offer) -> dict[str, Any]:
    """Return the first values of the form for an offer."""
    return offer.terms | {"is_inclusive": "1" if offer.is_inclusive else ""}
