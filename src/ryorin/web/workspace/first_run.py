"""The first page of a new installation: the company and its first administrator, once."""

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ryorin.alignment.handoffs.actions import prepare_defaults
from ryorin.web.workspace.forms import FirstRunForm, attempt
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.actions import set_up_company
from ryorin.workspace.organisation.queries import is_set_up

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if is_set_up():
        return redirect("/")
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        administrator = attempt(form, lambda: begin(form))
        if administrator is not None:
            login(request, administrator, backend=BACKEND)
            return redirect("/")
    return render(request, "workspace/first_run.html", {"form": form}, status=400 if form.errors else 200)


@transaction.atomic
def begin(form: FirstRunForm) -> Member:
    """This function will set the company up with everything both wheels and the axle need on the first day."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "again"}
    administrator = set_up_company(**values)
    prepare_defaults()
    return administrator
