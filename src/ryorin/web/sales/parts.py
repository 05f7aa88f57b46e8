"""What belongs to a deal: its people with their part, its products with quantity and price."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.actions import add_person, remove_person, set_products
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.models import Attitude, Deal
from ryorin.web.answers import done, member_of, picked, version_in
from ryorin.web.inputs import MoneyField, PickedField, QuantityField
from ryorin.web.sales.deals import seen
from ryorin.workspace.members.rules import require

PARTS = (
    gettext_lazy("決裁"),
    gettext_lazy("推進"),
    gettext_lazy("利用"),
    gettext_lazy("窓口"),
    gettext_lazy("技術"),
    gettext_lazy("反対"),
)
MOST_LINES = 200


class PersonForm(forms.Form):
    person = PickedField(Person.objects.none(), label=gettext_lazy("人"))
    part = forms.CharField(label=gettext_lazy("立場"), max_length=40, required=False)
    attitude = forms.ChoiceField(label=gettext_lazy("姿勢"), choices=[("", ""), *Attitude.choices], required=False)
    note = forms.CharField(label=gettext_lazy("関心・懸念"), max_length=200, required=False)


class LineForm(forms.Form):
    product = PickedField(Product.objects.none(), label=gettext_lazy("商品"))
    quantity = QuantityField(label=gettext_lazy("数量"))
    unit_price = MoneyField(label=gettext_lazy("単価"), required=False)


@dataclass
class Typed:
    """One line of the product form as somebody typed it, with the product it names."""

    form: LineForm
    product: Product | None


@require_http_methods(["GET", "POST"])
def deal_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who takes part in a deal, or let one more person take part."""
    member, found = member_of(request), seen(request, pk)
    require(member, "deals.change")
    form = PersonForm(request.POST or None)
    form.fields["person"].queryset = Person.objects.visible_to(member)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            given = {name: form.cleaned_data[name] for name in ("part", "attitude", "note") if name in request.POST}
            add_person(found, form.cleaned_data["person"], by=member, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            form = PersonForm()
    answer = render(request, "sales/deal_people.html", _choices(found, form))
    if request.method == "POST":
        answer["HX-Trigger"] = "deal-changed"
    return answer


@require_POST
def deal_person_remove(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take a person out of a deal."""
    member, found = member_of(request), seen(request, pk)
    remove_person(found, get_object_or_404(Person.objects.visible_to(member), pk=person), by=member)
    answer = render(request, "sales/deal_people.html", _choices(found, PersonForm()))
    answer["HX-Trigger"] = "deal-changed"
    return answer


@require_http_methods(["GET", "POST"])
def deal_products(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the products of a deal to be changed, or replace them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "deals.change")
    context: dict[str, Any] = {"deal": found, "version": found.version, "problem": ""}
    if request.method == "GET":
        return render(request, "sales/deal_products.html", context | {"lines": _kept(found)})
    lines = _typed(request, found)
    if all(line.form.is_valid() for line in lines):
        wanted = [Line(**line.form.cleaned_data) for line in lines if line.form.cleaned_data["quantity"]]
        try:
            set_products(found, wanted, by=member, version=version_in(request))
        except Refusal as refusal:
            context["problem"] = str(refusal)
        else:
            return done(request, _("商品を保存しました。"), to="", events=["deal-changed"])
    return render(request, "sales/deal_products.html", context | {"lines": lines})


@require_GET
def deal_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more line for the product named by `id`, at its list price."""
    found = seen(request, pk)
    product = picked(Product.objects.on_sale(), request.GET.get("id") or "x")
    return render(request, "sales/deal_products.html#line", {"line": _line(found, product), "deal": found})


@require_GET
def deal_find_product(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the products whose name or code holds what was typed."""
    found, text = seen(request, pk), request.GET.get("q", "").strip()[:100]
    on_sale = Product.objects.on_sale()
    rows = (on_sale.filter(name__icontains=text) | on_sale.filter(code__icontains=text))[:8] if text else on_sale[:8]
    return render(request, "sales/deal_products.html#found", {"deal": found, "found": rows})


def _choices(found: Deal, form: PersonForm) -> dict[str, Any]:
    """Return what the form of the deal's people shows."""
    people = _people(found)
    return {"deal": found, "form": form, "parts": PARTS, "attitudes": Attitude.choices, "people": people}


def _people(found: Deal) -> Any:
    return found.people.select_related("person", "person__company").order_by("pk")


def _kept(found: Deal) -> list[Typed]:
    rows = found.products.select_related("product").order_by("pk")
    return [_line(found, row.product, quantity=row.quantity, unit_price=row.unit_price) for row in rows]


def _line(found: Deal, product: Product, *, quantity: Decimal = Decimal(1), unit_price: int | None = None) -> Typed:
    price = (product.price or 0) if unit_price is None else unit_price
    values = {"product": product.pk, "quantity": f"{quantity.normalize():f}", "unit_price": price}
    return Typed(_bound(found, None, values), product)


def _typed(request: HttpRequest, found: Deal) -> list[Typed]:
    """Return the lines of the form as they were sent; columns of unequal length are cut to the shortest."""
    columns = [request.POST.getlist(name)[:MOST_LINES] for name in ("product", "quantity", "unit_price")]
    products = {str(product.pk): product for product in Product.objects.filter(pk__in=_numbers(columns[0]))}
    return [
        Typed(
            _bound(found, dict(zip(("product", "quantity", "unit_price"), values, strict=True)), {}),
            products.get(values[0]),
        )
        for values in zip(*columns, strict=False)
    ]


def _bound(found: Deal, data: dict[str, str] | None, initial: dict[str, Any]) -> LineForm:
    form = LineForm(data, initial=initial, auto_id=False)
    form.fields["product"].queryset = Product.objects.all()  # type: ignore[attr-defined]
    form.fields["unit_price"].currency = found.currency  # type: ignore[attr-defined]
    form.fields["unit_price"].widget.attrs["aria-label"] = form.fields["unit_price"].label
    return form


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]
