"""The prices of a book as a sheet, as a file, and the question what a product costs whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from ryorin.customers.companies.models import Company
from ryorin.lib.errors import Refusal
from ryorin.lib.money import to_decimal
from ryorin.lib.tables import csv_chunks, write_xlsx
from ryorin.products.catalogue.models import Product
from ryorin.products.prices.actions import Line, change_prices
from ryorin.products.prices.models import PriceBook, PriceEntry
from ryorin.products.prices.queries import parts_of, price_of, tax_rate_of
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.connectors.exports import named
from ryorin.web.context import company
from ryorin.web.inputs import DayField, MoneyField, PickedField, QuantityField
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.rules import may, require

PAGE = 100
FOUND = 8
MOST_LINES = 500


class PriceForm(forms.Form):
    from_quantity = QuantityField(label=lazy("数量（以上）"))
    unit_price = MoneyField(label=lazy("単価（税抜）"))


class PriceQuestion(forms.Form):
    product = PickedField(Product.objects.none(), label=lazy("商品"))
    company = PickedField(Company.objects.none(), label=lazy("会社"), required=False)
    on = DayField(label=lazy("日付"))
    quantity = QuantityField(label=lazy("数量"))


@dataclass
class Row:
    """One line of the sheet: the entry it stands for (0: none yet), its product, and what was typed."""

    product: Product
    form: PriceForm
    entry: int = 0
    problems: list[str] = field(default_factory=list)


@require_GET
def price_try(request: HttpRequest) -> HttpResponse:
    """Return what a product costs this company on this day in this quantity, and why."""
    member = member_of(request)
    form = PriceQuestion(request.GET, auto_id=False)
    form.fields["product"].queryset = Product.objects.visible_to(member)  # type: ignore[attr-defined]
    form.fields["company"].queryset = Company.objects.visible_to(member)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form, "asked": form.is_valid()}
    if form.is_valid():
        asked = form.cleaned_data
        product, buyer = asked["product"], asked["company"]
        prefecture, group = (buyer.prefecture, buyer.customer_group) if buyer else ("", "")
        try:
            price = price_of(
                product, quantity=asked["quantity"], on=asked["on"], prefecture=prefecture, customer_group=group
            )
        except Refusal as refusal:
            form.add_error("quantity", str(refusal))
        else:
            context |= {"price": price, "product": product, "rate": tax_rate_of(product, on=asked["on"]).normalize()}
            context |= {"parts": parts_of(product), "sees_cost": may(member, "products.cost")}
            context["total"] = None if price.unit_price is None else int(price.unit_price * asked["quantity"])
    return render(request, "products/price_answer.html", context)


def sheet_of(request: HttpRequest, book: PriceBook, *, typed: list[Row] | None = None) -> dict[str, Any]:
    """Return a page of the book's prices for the sheet; what was typed stands in its place."""
    text = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    rows = entries_of(book)
    if text:
        rows = rows.filter(product__name__icontains=text) | rows.filter(product__code__icontains=text)
    count = rows.count()
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
    shown = rows[(page - 1) * PAGE : page * PAGE] if typed is None else []
    lines = [row_of(entry.product, entry=entry) for entry in shown] if typed is None else typed
    return {
        "lines": lines,
        "shown": [line.entry for line in lines],
        "count": count,
        "q": text,
        "page": page,
        "pages": -(-count // PAGE),
        "version": book.version,
        "may_change": may(member_of(request), "prices.change"),
    }


@require_POST
def price_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the lines of the sheet: changed, new, or left out."""
    book, member = book_of(request, pk), member_of(request)
    require(member, "prices.change")
    rows = typed_rows(request)
    if all(row.form.is_valid() for row in rows):
        lines = [Line(row.product, row.form.cleaned_data["from_quantity"], price_in(row)) for row in rows]
        shown = [int(text) for text in request.POST.getlist("shown")[:MOST_LINES] if is_id(text)]
        try:
            change_prices(book, lines, by=member, version=version_in(request), instead_of=shown)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return moved_on(request, _("単価を保存しました。"), to=reverse("price_book", args=[pk]))
    else:
        problem = _("入力内容を確かめてください。")
    context = {"book": book, "problem": problem} | sheet_of(request, book, typed=rows)
    context |= {"version": request.POST.get("version", ""), "shown": request.POST.getlist("shown")[:MOST_LINES]}
    return render(
        request, "products/book.html#sheet", context, status=200 if request.headers.get("HX-Request") else 422
    )


@require_GET
def price_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more line of the sheet for the product named by `id`, at its standard price."""
    book, member = book_of(request, pk), member_of(request)
    require(member, "prices.change")
    product = picked(Product.objects.visible_to(member), request.GET.get("id") or "x")
    return render(request, "products/book.html#line", {"book": book, "line": row_of(product), "may_change": True})


@require_GET
def price_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the products whose name or code holds what was typed."""
    book = book_of(request, pk)
    rows = Product.objects.visible_to(member_of(request)).on_sale()
    text = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    rows = rows.filter(name__icontains=text) | rows.filter(code__icontains=text) if text else rows
    return render(request, "products/book.html#found", {"book": book, "found": rows[:FOUND]})


@require_GET
def price_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the book's prices as a file that can be changed and imported again."""
    book, member = book_of(request, pk), member_of(request)
    require(member, "records.export")
    record("records_exported", "price_book", book.pk, by=member, format=request.GET.get("format", "csv")[:8])
    headers = [_("価格表"), _("商品コード"), _("商品名"), _("数量（以上）"), _("単価（税抜）")]
    if request.GET.get("format") == "xlsx":
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the answer closes it
        write_xlsx(file, headers, cells_of(book))
        file.seek(0)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return named(FileResponse(file, content_type=kind), f"{book.name}.xlsx")
    chunks = csv_chunks(headers, cells_of(book))
    return named(StreamingHttpResponse(chunks, content_type="text/csv"), f"{book.name}.csv")


def cells_of(book: PriceBook) -> Iterator[list[Any]]:
    currency = company().currency
    for entry in entries_of(book).iterator(chunk_size=2000):
        price = to_decimal(entry.unit_price, currency)
        yield [book.name, entry.product.code, entry.product.name, entry.from_quantity.normalize(), price]


def entries_of(book: PriceBook) -> QuerySet[PriceEntry]:
    return PriceEntry.objects.filter(book=book).select_related("product").order_by("product__code", "from_quantity")


def book_of(request: HttpRequest, pk: int) -> PriceBook:
    book: PriceBook = get_object_or_404(PriceBook.objects.visible_to(member_of(request)), pk=pk)
    return book


def row_of(product: Product, *, entry: PriceEntry | None = None) -> Row:
    quantity, price = (entry.from_quantity, entry.unit_price) if entry else (Decimal(1), product.price or 0)
    values = {"from_quantity": f"{quantity.normalize():f}", "unit_price": price}
    return Row(product, PriceForm(initial=values, auto_id=False), entry.pk if entry else 0)


def typed_rows(request: HttpRequest) -> list[Row]:
    """Return the lines as they were sent; lines whose product is none are left out."""
    names = ("product", "entry", "from_quantity", "unit_price")
    columns = [request.POST.getlist(name)[:MOST_LINES] for name in names]
    known = {str(one.pk): one for one in Product.objects.filter(pk__in=[int(t) for t in columns[0] if is_id(t)])}
    return [
        Row(
            known[product],
            PriceForm({"from_quantity": quantity, "unit_price": price}, auto_id=False),
            int(entry) if is_id(entry) else 0,
        )
        for product, entry, quantity, price in zip(*columns, strict=False)
        if product in known
    ]


def price_in(row: Row) -> int:
    price: int = row.form.cleaned_data["unit_price"]
    return price


def is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
