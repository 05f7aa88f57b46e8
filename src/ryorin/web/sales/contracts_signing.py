"""A contract goes out, is signed, taken back, cancelled: what members do."""

from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.contracts import actions
from ryorin.sales.contracts.actions.signing import Signed
from ryorin.sales.contracts.models import Contract
from ryorin.web.answers import is_fragment, member_of, moved_on, version_in
from ryorin.web.context import company
from ryorin.web.sales.contracts import seen
from ryorin.web.sales.contracts_forms import CancelForm, PaperForm, SignForm
from ryorin.web.sales.offers import address_of
from ryorin.workspace.members.rules import require


@require_POST
def contract_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the wording and let both sides sign."""
    found = seen(request, pk)
    actions.send_contract(found, by=member_of(request), version=version_in(request))
    return moved_on(request, _("署名できるようになりました。お客様用のリンクをつくってください。"), to=page_at(pk))


@require_POST
def contract_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval of the draft as it stands."""
    found = seen(request, pk)
    note = request.POST.get("note", "")
    asked = actions.request_approval(found, by=member_of(request), version=None, note=note)
    text = _("承認を申請しました。") if asked else _("この内容は、承認なしで進められます。")
    return moved_on(request, text, to=page_at(pk))


@require_http_methods(["GET", "POST"])
def contract_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how the link shall be, then show it, once."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.change")
    context: dict[str, Any] = {"contract": found}
    if request.method == "POST":
        made = actions.make_link(found, by=member, with_code="with_code" in request.POST)
        url = request.build_absolute_uri(reverse("sign", args=[made.token]))
        context |= {"url": url, "code": made.code, "link": made.link, "mailto": _mail(found, url)}
    return render(request, "sales/contracts/link.html", context)


@require_http_methods(["GET", "POST"])
def contract_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show our side's signing form, or take the signature."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.sign")
    initial = {"name": member.name, "version": found.version}
    form = SignForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        signed = Signed(**signed_in(request, form))
        try:
            actions.sign_for_us(found, signed, by=member, version=version_in(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("署名しました。"), to=page_at(pk))
    return render(request, "sales/contracts/sign.html", {"contract": found, "form": form})


@require_http_methods(["GET", "POST"])
def contract_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a contract signed on paper, or take its scan."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.sign")
    today = clock.today(company().time_zone)
    initial = {"name": found.person.name if found.person else "", "on": today, "version": found.version}
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("scan", "name", "title", "on")}
        try:
            actions.sign_on_paper(found, by=member, version=version_in(request), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("書面の契約を登録しました。"), to=page_at(pk))
    return render(
        request, "sales/contracts/paper.html", {"contract": found, "form": form}, status=_status(request, form)
    )


@require_POST
def contract_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the contract back before both have signed."""
    found = seen(request, pk)
    actions.withdraw_contract(found, by=member_of(request), version=version_in(request))
    return moved_on(request, _("契約を取り下げました。"), to=page_at(pk))


@require_POST
def contract_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version of the contract."""
    found = seen(request, pk)
    row = actions.new_version(found, by=member_of(request), version=version_in(request))
    text = _("第%(revision)s版の下書きをつくりました。") % {"revision": row.revision}
    return moved_on(request, text, to=page_at(pk))


@require_http_methods(["GET", "POST"])
def contract_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask when notice was given, then take it down."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.change")
    today = clock.today(company().time_zone)
    form = CancelForm(request.POST or None, initial={"on": today, "version": found.version})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("on", "note")}
        try:
            actions.cancel_contract(found, by=member, version=version_in(request), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("解約の申し出を記録しました。"), to=page_at(pk))
    return render(request, "sales/contracts/cancel.html", {"contract": found, "form": form})


def signed_in(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """Return what a signer gave, with where it came from."""
    values = {name: form.cleaned_data[name] for name in ("name", "title", "drawing", "agrees")}
    agent = request.headers.get("User-Agent", "")[:300]
    return values | {"address": address_of(request), "user_agent": agent}


def page_at(pk: int) -> str:
    return reverse("contract", args=[pk])


def _mail(found: Contract, url: str) -> str:
    """Return the address that opens a mail to the customer with the link in it."""
    names = {"title": found.title, "url": url}
    subject = _("契約書のご確認と署名のお願い：%(title)s") % names
    body = _(
        "お世話になっております。\n契約書をご用意しました。下のリンクから内容をご確認のうえ、ご署名ください。\n\n%(url)s\n"
    )
    to = quote(found.person.email) if found.person and found.person.email else ""
    return f"mailto:{to}?{urlencode({'subject': subject, 'body': body % names}, quote_via=quote)}"


def _status(request: HttpRequest, form: forms.Form) -> int:
    return 422 if form.errors and not is_fragment(request) else 200
