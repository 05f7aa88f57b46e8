"""Addresses from postal codes, while they are typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ryorin.lib.postal import lookup
from ryorin.web.customers.forms import CompanyForm


@require_POST
def address_of_postal_code(request: HttpRequest) -> HttpResponse:
    """Return the fields of the address, filled from the postal code where they are empty or another code's."""
    typed = {
        name: request.POST.get(name, "")[:200] for name in ("postal_code", "prefecture", "city", "street", "building")
    }
    place = lookup(typed["postal_code"])
    if place is None:
        return HttpResponse(status=204)
    if typed["prefecture"] != place.prefecture_code or not typed["city"].startswith(place.city):
        typed |= {"prefecture": place.prefecture_code, "city": place.city, "street": place.town}
    return render(request, "customers/address.html", {"form": CompanyForm(initial=typed)})
