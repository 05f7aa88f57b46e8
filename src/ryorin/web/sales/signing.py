"""The customer's page of a contract: no account, phone first; read, sign by finger or keyboard, decline."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.contracts import actions
from ryorin.sales.contracts.actions.signing import Signed
from ryorin.sales.contracts.models import ContractState, Side, SigningLink
from ryorin.sales.contracts.queries import facts_of, opened, our_address, signatures_of, totals
from ryorin.sales.contracts.rules.wording import clauses_in, filled
from ryorin.sales.documents.queries import content
from ryorin.web.context import company
from ryorin.web.sales.contracts_forms import SignForm
from ryorin.web.sales.contracts_signing import signed_in
from ryorin.web.sales.documents import as_pdf
from ryorin.web.sales.offers import Page, for_customers, is_person


def for_signers(page: Page) -> Page:
    """Return the customer's page, throttled and kept out of search engines, its refusals told on a page of ours."""

    @wraps(page)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return page(request, token)
        except Refusal as refusal:
            return render(request, "sales/signing/message.html", {"message": str(refusal)}, status=refusal.status)

    return for_customers(shown)


@for_signers
@require_safe
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show the contract to the customer, and keep when a person first opened it."""
    link = opened(token)
    if is_person(request):
        actions.note_opening(link)
    return page(request, token, link)


@for_signers
@require_safe
def sign_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """Return the exact PDF that is signed; once concluded, the final one."""
    version = opened(token).version
    contract = version.contract
    if contract.document is not None:
        return as_pdf(content(contract.document), contract.document.file_name)
    return as_pdf(bytes(version.pdf or b""), f"{contract.number}.pdf")


@for_signers
@require_POST
def sign_take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the customer's signature."""
    link = opened(token)
    form = SignForm(request.POST)
    with translation.override(link.version.contract.language):
        if not form.is_valid():
            return page(request, token, link, form=form, fault=_("入力内容を確かめてください。"), status=422)
        try:
            actions.sign_by_link(token, Signed(**signed_in(request, form)), code=request.POST.get("code", "")[:20])
        except Refusal as refusal:
            return page(request, token, link, form=form, fault=str(refusal), status=refusal.status)
        return page(request, token, link, told=_("署名を受け付けました。ありがとうございます。"))


@for_signers
@require_POST
def sign_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Take the customer's no."""
    link = opened(token)
    name, note = (request.POST.get(name, "").replace("\0", "")[:300] for name in ("name", "note"))
    with translation.override(link.version.contract.language):
        try:
            actions.decline_by_link(token, name=name, note=note)
        except Refusal as refusal:
            return page(request, token, link, fault=str(refusal), declining=True, status=refusal.status)
        return page(request, token, link, told=_("ご連絡ありがとうございます。担当者よりご連絡いたします。"))


def page(request: HttpRequest, token: str, link: SigningLink, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page in the contract's language, with what may still be done."""
    version = link.version
    contract = version.contract
    contract.refresh_from_db()
    with translation.override(contract.language):
        facts, signatures = version.terms or facts_of(contract), signatures_of(version)
        today = clock.today(company().time_zone)
        is_late = contract.sign_by is not None and contract.sign_by < today
        person = contract.person
        initial = {"name": person.name if person else "", "title": person.job_title if person else ""}
        context = {
            "token": token,
            "contract": contract,
            "version": version,
            "us": company(),
            "our_address": our_address(company()),
            "clauses": [(filled(one.heading, facts), filled(one.body, facts)) for one in clauses_in(version.clauses)],
            "lines": contract.lines.all(),
            "totals": totals(contract),
            "mine": signatures.get(Side.CUSTOMER.value),
            "is_late": is_late,
            "asks_code": bool(link.code_hash),
            "may_sign": contract.state == ContractState.SENT and Side.CUSTOMER.value not in signatures and not is_late,
            "form": SignForm(initial=initial),
        } | more
        return render(request, "sales/signing/sign.html", context, status=status)
