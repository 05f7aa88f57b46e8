"""Writing a quotation: lines and terms, with what it comes to worked out by the server while one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import Product
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.actions.drafting import drafted
from ryorin.sales.quotations.models import LineKind, Quotation
from ryorin.sales.quotations.queries import line_of, newest_version, offer_of, route_asked
from ryorin.sales.quotations.rules import Line
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.context import company
from ryorin.web.sales.quotations import seen
from ryorin.web.sales.quotations_typed import Row, TermsForm, Typed, quantity_in, row_of, terms_of, typed
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

NEW_LINES: dict[str, Line] = {
    "item": Line(unit="式"),
    "heading": Line(kind=LineKind.HEADING.value),
    "subtotal": Line(kind=LineKind.SUBTOTAL.value),
    "discount": Line(kind=LineKind.DISCOUNT.value),
}
ADD_KINDS = [
    ("item", gettext_lazy("自由入力の行")),
    ("heading", gettext_lazy("見出し")),
    ("subtotal", gettext_lazy("小計")),
    ("discount", gettext_lazy("出精値引")),
]
FOUND = 8


@require_http_methods(["GET", "POST"])
def quotation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft to be written, or keep what was written; where somebody was faster, say so and lose nothing."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    drafted(found)
    if request.method == "GET":
        return render(request, "sales/quotations/editor.html", _page(found, member))
    entry = _typed(request, found, member)
    context = {"is_stale": False, "problems": entry.problems}
    if entry.offer is not None:
        try:
            saved = actions.save_draft(found, entry.offer, by=member, version=version_in(request))
        except StaleRecord as refusal:
            context = {"is_stale": True, "problems": [str(refusal)]}
        except Refusal as refusal:
            context["problems"] = [str(refusal)]
        else:
            return moved_on(request, _("下書きを保存しました。"), to=reverse("quotation", args=[saved.pk]))
    page = _page(found, member) | context | {"form": entry.form, "rows": entry.rows}
    page["version"] = version_in(request)
    return render(request, "sales/quotations/editor.html", page, status=422)


@require_POST
def quotation_totals(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what the lines as typed come to, by the same rules as the PDF, and what is wrong with them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    return render(request, "sales/quotations/editor.html#totals", _sums(_typed(request, found, member), found, member))


@require_GET
def quotation_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more line: of a kind, or of the product named by `id` at the price this customer has."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    product = picked(Product.objects.on_sale(), request.GET.get("id"))
    if product is not None:
        row = _row_of_product(request, found, product)
    else:
        line = NEW_LINES.get(request.GET.get("kind", ""), NEW_LINES["item"])
        row = row_of(line, currency=found.currency)
    context = {"row": row, "quotation": found, "sees_cost": may(member, "products.cost")}
    return render(request, "sales/quotations/editor.html#line", context)


@require_GET
def quotation_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what the product of a line costs this customer at the quantity typed, and why, where that differs."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    product = picked(Product.objects.all(), request.GET.get("id") or "x")
    row = _row_of_product(request, found, product)
    typed_price = request.GET.get("unit_price", "").strip()
    context = {"row": row, "quotation": found, "differs": typed_price != row.values["unit_price"]}
    return render(request, "sales/quotations/editor.html#why", context)


@require_GET
def quotation_find_product(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the products whose name or code holds what was typed."""
    found = seen(request, pk)
    require(member_of(request), "quotations.change")
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    on_sale = Product.objects.on_sale()
    rows = (on_sale.filter(name__icontains=text) | on_sale.filter(code__icontains=text)) if text else on_sale
    return render(request, "sales/quotations/editor.html#found", {"quotation": found, "found": rows[:FOUND]})


def _row_of_product(request: HttpRequest, found: Quotation, product: Product) -> Row:
    try:
        quantity = quantity_in(request.GET.get("quantity", "1"))
    except ValueError:
        quantity = NEW_LINES["item"].quantity
    language = newest_version(found).language
    priced = line_of(
        product,
        quantity=quantity if quantity > 0 else NEW_LINES["item"].quantity,
        on=clock.today(company().time_zone),
        company=found.company,
        language=language,
    )
    return row_of(priced.line, currency=found.currency, product=product, why=priced.why)


def _page(found: Quotation, member: Member) -> dict[str, Any]:
    draft = newest_version(found)
    offer = offer_of(draft)
    products = Product.objects.in_bulk([line.product_id for line in offer.lines if line.product_id])
    rows = [row_of(line, currency=found.currency, product=products.get(line.product_id or 0)) for line in offer.lines]
    sums = _sums(Typed(TermsForm(), rows, [], offer, offer), found, member)
    return sums | {
        "quotation": found,
        "draft": draft,
        "add_kinds": ADD_KINDS,
        "version": found.version,
        "form": TermsForm(initial=terms_of(offer)),
        "rows": rows,
        "problems": [],
    }


def _sums(entry: Typed, found: Quotation, member: Member) -> dict[str, Any]:
    """Return what the typed lines come to, or why that cannot be said."""
    problems, totals, route = list(entry.problems), None, ""
    if entry.sums is not None:
        try:
            totals = entry.sums.totals
        except Refusal as refusal:
            problems.append(str(refusal))
        else:
            route = route_asked(found, entry.sums, totals, by=member)
    return {
        "quotation": found,
        "totals": totals,
        "route": route,
        "faults": problems,
        "sees_cost": may(member, "products.cost"),
        "amounts": [one.amount for one in totals.lines] if totals else [],
    }


def _typed(request: HttpRequest, found: Quotation, member: Member) -> Typed:
    kept = {line.product_id: line.cost for line in offer_of(newest_version(found)).lines if line.product_id}
    return typed(request, currency=found.currency, costs=kept, sees_cost=may(member, "products.cost"))
