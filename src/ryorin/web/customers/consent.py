"""Stating consent on a person's page, with its evidence and its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import Basis
from ryorin.customers.consent.queries import standing
from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of
from ryorin.web.customers.forms import ConsentForm
from ryorin.web.customers.people import visible
from ryorin.workspace.members.rules import may, require


@require_http_methods(["GET", "HEAD", "POST"])
def person_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show in the drawer what the person allowed and refused, and take a new statement."""
    found = get_object_or_404(visible(request), pk=pk)
    if request.method == "POST":
        require(member_of(request), "people.change")
    form = ConsentForm(request.POST or None, initial={"medium": "mail", "basis": Basis.OPT_IN})
    if request.method == "POST" and form.is_valid():
        basis = form.cleaned_data["basis"]
        try:
            state_consent(
                found,
                medium=form.cleaned_data["medium"],
                allowed=basis != Basis.REFUSED,
                basis=basis,
                evidence=form.cleaned_data["evidence"],
                source="page",
                by=member_of(request),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {
        "person": found,
        "form": form,
        "standing": standing(found),
        "consents": found.consents.select_related("by"),
        "may_change": may(member_of(request), "people.change"),
    }
    return render(request, "customers/consent.html", context, status=422 if form.errors else 200)
