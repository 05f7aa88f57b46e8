"""Settings of the company's web sites: host, look, menu, home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.sites.actions import archive_site, change_site, create_site
from ryorin.marketing.sites.models import LandingPage, Site
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.marketing.pages import chosen_pictures
from ryorin.web.marketing.sites_inputs import SiteForm, link_rows, links_in
from ryorin.web.once import new_token, once
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

PICTURES = ("logo", "favicon", "picture")


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    require(member, "pages.change")
    context = {
        "sites": Site.objects.visible_to(member).select_related("home").order_by("is_archived", "-is_default", "pk"),
        "tabs": tabs(request),
        "may_change": may(member, "sites.change"),
    }
    return render(request, "marketing/sites/sites.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "sites.change")
    form = SiteForm(request.POST or None, initial={"colour": "#1f5fbf", "tracking": "always"})
    if request.method == "POST" and form.is_valid():
        try:
            menus = {"menu": links_in(request.POST, "menu"), "footer_menu": links_in(request.POST, "footer")}
            values = form.cleaned_data | menus
            pk = once(request, lambda: create_site(by=member_of(request), **values))
            return redirect("site", pk) if pk else redirect("sites")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return shown(request, form, None, {"title": _("サイトを追加"), "once": request.POST.get("once") or new_token()})


@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, pk: int) -> HttpResponse:
    found: Site = get_object_or_404(Site.objects.visible_to(member_of(request)), pk=pk)
    require(member_of(request), "sites.change")
    form = SiteForm(request.POST or None, initial=SiteForm.initial_of(found))
    form.fields["home"].queryset = LandingPage.objects.originals().filter(site=found)  # type: ignore[attr-defined]
    version, status = str(found.version), 200
    if request.method == "POST":
        version, status = request.POST.get("version", ""), 422
        if form.is_valid():
            menus = {"menu": links_in(request.POST, "menu"), "footer_menu": links_in(request.POST, "footer")}
            try:
                change_site(found, by=member_of(request), version=version_in(request), **form.cleaned_data, **menus)
                return moved_on(request, _("サイトの設定を保存しました。"), to=reverse("site", args=[pk]))
            except StaleRecord as refusal:
                found.refresh_from_db()
                form.add_error(None, str(refusal))
                version, status = str(found.version), 409
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    return shown(request, form, found, {"title": found.name, "version": version}, status=status)


def shown(
    request: HttpRequest, form: SiteForm, found: Site | None, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    typed = request.method == "POST"
    menu = links_in(request.POST, "menu") if typed else (found.menu if found else [])
    footer = links_in(request.POST, "footer") if typed else (found.footer_menu if found else [])
    context = {
        "form": form,
        "found": found,
        "back": reverse("sites"),
        "tabs": tabs(request),
        "chosen": chosen_pictures(form, PICTURES),
        "menus": [
            {"name": "menu", "title": _("メニュー"), "rows": link_rows(menu)},
            {"name": "footer", "title": _("フッターのリンク"), "rows": link_rows(footer)},
        ],
        **more,
    }
    status = 422 if form.errors and status == 200 else status
    return render(request, "marketing/sites/site.html", context, status=status)


@require_POST
def site_archive(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Site.objects.visible_to(member_of(request)), pk=pk)
    archive_site(found, by=member_of(request))
    return moved_on(request, _("サイトを閉じました。"), to=reverse("sites"))
