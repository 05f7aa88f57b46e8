"""What a bundle holds, edited in the drawer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.actions import set_parts
from ryorin.products.catalogue.models import Product
from ryorin.products.catalogue.rules import MOST_PARTS
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.inputs import QuantityField
from ryorin.workspace.members.rules import require

FOUND = 8


class PartForm(forms.Form):
    quantity = QuantityField(label=lazy("数量"))


@dataclass
class Typed:
    """One part as somebody typed it, with the product it names."""

    product: Product | None
    form: PartForm


@require_http_methods(["GET", "HEAD", "POST"])
def product_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the parts of a product in the drawer to be changed, or take them."""
    member, found = member_of(request), bundle_of(request, pk)
    require(member, "products.change")
    context: dict[str, Any] = {"product": found, "version": found.version, "problem": ""}
    if request.method != "POST":
        parts = found.parts.select_related("product")
        return render(
            request, "products/parts.html", context | {"lines": [line(one.product, one.quantity) for one in parts]}
        )
    typed = typed_in(request)
    if all(one.product is not None and one.form.is_valid() for one in typed):
        parts_now = [(one.product, one.form.cleaned_data["quantity"]) for one in typed if one.product is not None]
        try:
            set_parts(found, parts_now, by=member, version=version_in(request))
        except Refusal as refusal:
            context["problem"] = str(refusal)
        else:
            return moved_on(request, _("セットの構成を保存しました。"), to=reverse("product", args=[found.pk]))
    return render(request, "products/parts.html", context | {"lines": typed})


@require_GET
def product_parts_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more line, for the product named by `id`."""
    found = bundle_of(request, pk)
    product = picked(Product.objects.visible_to(member_of(request)).on_sale(), request.GET.get("id") or "x")
    return render(request, "products/parts.html#line", {"line": line(product, Decimal(1)), "product": found})


@require_GET
def product_parts_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the products that may be parts and whose name or code holds what was typed."""
    found = bundle_of(request, pk)
    rows = Product.objects.visible_to(member_of(request)).on_sale().filter(is_bundle=False).exclude(pk=found.pk)
    text = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    rows = rows.filter(name__icontains=text) | rows.filter(code__icontains=text) if text else rows
    return render(request, "products/parts.html#found", {"product": found, "found": rows[:FOUND]})


def bundle_of(request: HttpRequest, pk: int) -> Product:
    product: Product = get_object_or_404(Product.objects.visible_to(member_of(request)), pk=pk)
    return product


def line(product: Product, quantity: Decimal) -> Typed:
    return Typed(product, PartForm(initial={"quantity": f"{quantity.normalize():f}"}, auto_id=False))


def typed_in(request: HttpRequest) -> list[Typed]:
    """Return the lines as they were sent; a product that is none makes a line that does not pass."""
    products, quantities = (request.POST.getlist(name)[: MOST_PARTS + 1] for name in ("product", "quantity"))
    ids = [int(text) for text in products if text.isdecimal() and len(text) < 19]
    known = {str(product.pk): product for product in Product.objects.filter(pk__in=ids)}
    return [
        Typed(known.get(product), PartForm({"quantity": quantity}, auto_id=False))
        for product, quantity in zip(products, quantities, strict=False)
    ]
