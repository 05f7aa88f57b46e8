"""Search boxes in forms that choose one record: typed, found, picked; without scripts of their own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import picked
from ryorin.workspace.search.queries import find_ids

KINDS = {
    "person": Person.objects.select_related("company"),
    "company": Company.objects.all(),
    "deal": Deal.objects.select_related("company"),
    "product": Product.objects.on_sale(),
}
SHOWN = 8


@require_GET
def pick(request: HttpRequest, kind: str) -> HttpResponse:
    """Return what the search box found, or the box with the record chosen by `id`, or the empty box again."""
    if kind not in KINDS:
        raise Http404
    rows = KINDS[kind].visible_to(request.user)  # type: ignore[attr-defined]
    context = {"kind": kind, "name": request.GET.get("name", kind)[:40]}
    if "q" in request.GET:
        text = request.GET["q"].strip()[:100]
        ids = find_ids(text, kind, limit=200) if text else []
        return render(
            request, "sales/picker.html#results", context | {"found": rows.filter(pk__in=ids)[:SHOWN], "q": text}
        )
    return render(request, "sales/picker.html#box", context | {"record": picked(rows, request.GET.get("id"))})
