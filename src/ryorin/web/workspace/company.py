"""The company's own page of settings, and the tag for its website."""

from typing import Any

from django.conf import settings as installation
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.lib.postal import lookup
from ryorin.web.answers import member_of, version_in
from ryorin.web.workspace.files import attachment
from ryorin.web.workspace.forms import CompanyForm, attempt, company_values, latest_version, particulars
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import may, require
from ryorin.workspace.organisation.actions import LARGEST_IMAGE, Place, change_organisation, set_image
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import current

IMAGES: dict[str, Place] = {"logo": "logo", "seal": "seal"}


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    require(member, "audit.read" if request.method != "POST" else "organisation.change")
    form = CompanyForm(request.POST) if request.method == "POST" else CompanyForm(initial=company_values(current()))
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: change_organisation(by=member, version=version, **particulars(form))):
            messages.success(request, _("会社の設定を保存しました。"))
            return redirect("settings")
        latest_version(form, current())
    if not may(member, "organisation.change"):
        for field in form.fields.values():
            field.disabled = True
    context = {"form": form, "tabs": tabs(request), "organisation": current(), "images": images_of(current())}
    return render(request, "workspace/company.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def image(request: HttpRequest, place: str) -> HttpResponse:
    """Hand out the logo or the seal; a POST puts another one in its place, or takes it away."""
    member = member_of(request)
    if place not in IMAGES:
        raise Http404
    if request.method != "POST":
        require(member, "audit.read")
        file = getattr(current(), place)
        if file is None:
            raise Http404
        return attachment(file)
    require(member, "organisation.change")
    given = request.FILES.get("file")
    if given is None and not request.POST.get("remove"):
        raise Refusal(_("画像のファイルを選んでください。"))
    content = given.read(LARGEST_IMAGE + 1) if given else None
    name = given.name or "" if given else ""
    set_image(IMAGES[place], content=content, name=name, by=member, version=version_in(request))
    messages.success(request, _("書類の画像を保存しました。"))
    return redirect(f"{reverse('settings')}#images")


def images_of(organisation: Organisation) -> list[dict[str, Any]]:
    """Return the two images that documents show, as the page lists them."""
    labels = {"logo": _("ロゴ"), "seal": _("角印")}
    return [{"name": name, "label": label, "file": getattr(organisation, name)} for name, label in labels.items()]


@require_GET
def place(request: HttpRequest) -> HttpResponse:
    """Prefecture and address of the postal code typed so far; what was typed stays where there is no such code."""
    require(member_of(request), "organisation.change")
    found = lookup(request.GET.get("postal_code", "")[:20])
    values = {name: request.GET.get(name, "")[:200] for name in ("prefecture", "address")}
    if found:
        values["prefecture"] = found.prefecture_code
        if not values["address"].startswith(found.city):
            values["address"] = f"{found.city}{found.town}"
    return render(request, "workspace/company.html#place", {"form": CompanyForm(initial=values)})


@require_GET
def website(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "forms.change")
    context = {"tabs": tabs(request), "organisation": current(), "sites": installation.SITES}
    return render(request, "workspace/website.html", context)
