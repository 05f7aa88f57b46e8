"""Pages of products: the list, and one product to look at and change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.products.catalogue.actions import change_product, create_product, delete_product
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.fields import PRODUCT
from ryorin.products.catalogue.models import Category, Product, TaxClass
from ryorin.products.prices.models import PriceEntry
from ryorin.products.prices.queries import parts_of
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.customers.undo import deleted
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.lists.state import whole
from ryorin.web.once import new_token, once
from ryorin.web.products.prices import PriceQuestion
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

LISTED = 60


def _lead(row: Row) -> str:
    return format_html('{}<span class="kana">{}</span>', row["name"], row["code"])


PRODUCTS = Listing(
    title=pgettext_lazy("menu", "商品"),
    url="products",
    record_url="product",
    lead=Lead(label=lazy("商品名"), paths=("name", "code"), show=_lead, sort="name"),
    new_url="product_new",
    new_label=lazy("商品を登録"),
    search="product",
    sort="code",
    change=change_product,
    change_verb="products.change",
    delete=delete_product,
    delete_verb="products.change",
    restores=True,
    empty_title=lazy("商品はまだ登録されていません"),
    empty_text=lazy("商品を登録しておくと、商談の金額や注文の集計に使えます。"),
    empty_url="product_new",
    empty_label=lazy("商品を登録"),
    icon="package",
)


class ProductForm(forms.Form):
    name = forms.CharField(label=lazy("商品名"), max_length=200)
    code = forms.CharField(label=lazy("商品コード"), max_length=80)
    name_en = forms.CharField(label=lazy("商品名（英語）"), max_length=200, required=False)
    description = forms.CharField(
        label=lazy("説明"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("提案書に載せる文章です。"),
    )
    description_en = forms.CharField(
        label=lazy("説明（英語）"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    category = forms.CharField(label=lazy("分類"), max_length=80, required=False)
    unit = forms.CharField(label=lazy("単位"), max_length=10, required=False, help_text=lazy("例：台、個、式"))
    price = forms.CharField(label=lazy("標準価格（税抜）"), max_length=24, required=False)
    cost = forms.CharField(label=lazy("原価"), max_length=24, required=False)
    tax_class = forms.ChoiceField(label=lazy("税区分"), choices=TaxClass.choices, initial=TaxClass.STANDARD)
    price_from_parts = forms.BooleanField(
        label=lazy("構成品の合計を価格にする"),
        required=False,
        help_text=lazy("外すと、上の標準価格で販売します。"),
    )
    needs_person = forms.BooleanField(label=lazy("人による提案が必要"), required=False)
    is_active = forms.BooleanField(label=lazy("販売中"), required=False, initial=True)

    def __init__(self, *args: Any, member: Member, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.attrs |= {"list": "category-options", "autocomplete": "off"}
        if not may(member, "products.cost"):
            del self.fields["cost"]
        if product is None or not product.is_bundle:
            del self.fields["price_from_parts"]

    @staticmethod
    def initial_of(product: Product) -> dict[str, Any]:
        """Return what the form shows of a product."""
        values = {name: getattr(product, name) for name in ProductForm.base_fields}
        amounts = {name: "" if values[name] is None else f"{values[name]:,}" for name in ("price", "cost")}
        return values | amounts


@require_http_methods(["GET", "HEAD", "POST"])
def products(request: HttpRequest) -> HttpResponse:
    rows = Product.objects.visible_to(member_of(request))
    return record_list(request, record_type=PRODUCT, rows=rows, member=member_of(request), listing=PRODUCTS)


@require_http_methods(["GET", "HEAD", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "products.change")
    form = ProductForm(request.POST or None, member=member_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: create_product(by=member_of(request), **form.cleaned_data))
        except ProductRefused as refusal:
            _refuse(form, refusal)
        else:
            return redirect("product", pk) if pk else redirect("products")
    return _page(request, form, title=_("商品を登録"))


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(member_of(request)), pk=pk)
    if request.method == "POST":
        require(member_of(request), "products.change")
    initial = ProductForm.initial_of(found)
    form = ProductForm(request.POST or None, initial=initial, member=member_of(request), product=found)
    version, status = request.POST.get("version", str(found.version)), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_product(found, by=member_of(request), version=whole(version), **form.cleaned_data)
        except ProductRefused as refusal:
            _refuse(form, refusal)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("product", pk)
    more = {"parts": parts_of(found), "entries": _entries(found), "question": _question()}
    return _page(request, form, title=found.name, product=found, version=version, status=status, **more)


@require_POST
def product_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(member_of(request)), pk=pk)
    return deleted(request, found.name, delete_product(found, by=member_of(request)), "products")


def _entries(found: Product) -> list[PriceEntry]:
    """Return what the product costs by the books that are in use, those of today first."""
    entries = PriceEntry.objects.filter(product=found, book__is_active=True).select_related("book")
    return list(entries.order_by("-book__valid_from", "book", "from_quantity")[:LISTED])


def _question() -> PriceQuestion:
    return PriceQuestion(initial={"quantity": "1", "on": clock.today(company().time_zone)})


def _refuse(form: ProductForm, refusal: ProductRefused) -> None:
    for name, problem in refusal.errors.items():
        form.add_error(name if name in form.fields else None, problem)


def _page(request: HttpRequest, form: ProductForm, *, title: str, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": reverse("products"),
        "categories": Category.objects.values_list("name", flat=True),
        "once": request.POST.get("once") or new_token(),
        "may_change": may(member_of(request), "products.change"),
        **more,
    }
    return render(request, "products/product.html", context, status=422 if form.errors and status == 200 else status)
