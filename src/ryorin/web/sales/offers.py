"""The customer's page of a quotation: no account, phone first; read, download, accept, decline, ask."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ryorin.customers.timeline.rules import verdict_of
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.errors import ValueTooLong
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.errors import LinkUnknown
from ryorin.sales.quotations.models import QuotationState, QuotationVersion
from ryorin.sales.quotations.queries import last_sent_revision, opened, paper_of
from ryorin.web.context import company
from ryorin.web.sales.quotations import as_pdf

MOST_ANSWERS, MOST_LOOKS, HOUR = 60, 600, 3600
LONGEST = 1000
Page = Callable[[HttpRequest, str], HttpResponse]


def for_customers(page: Page) -> Page:
    """Return the page kept out of search engines and shared caches, throttled, its refusals told on a page of ours."""

    @wraps(page)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        if too_many(request):
            answer = HttpResponse(status=429, headers={"Retry-After": str(HOUR)})
        else:
            try:
                answer = page(request, token)
            except Refusal as refusal:
                answer = render(request, "sales/offers/message.html", {"message": str(refusal)}, status=refusal.status)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return never_cache(shown)


@for_customers
@require_safe
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the quotation to the customer, and note the first time a person does."""
    version = opened(token).version
    if is_person(request):
        actions.note_opening(token)
    return offer_page(request, token, version)


@for_customers
@require_safe
def offer_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """Return the PDF that was issued."""
    version = opened(token).version
    document = IssuedDocument.objects.filter(pk=version.document_id or 0).first()
    if document is None:
        raise LinkUnknown()
    return as_pdf(content(document), document.file_name)


@for_customers
@require_POST
def offer_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the customer's acceptance."""

    def accept() -> QuotationVersion:
        agreed = request.POST.get("agreed") == "on"
        values = typed(request, "name", "note")
        return actions.accept_quotation(token, agreed=agreed, address=address_of(request), **values)

    return answered(request, token, accept, form="accept")


@for_customers
@require_POST
def offer_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Keep that the customer declined, and why."""

    def decline() -> QuotationVersion:
        return actions.decline_quotation(token, address=address_of(request), **typed(request, "name", "reason"))

    return answered(request, token, decline, form="decline")


@for_customers
@require_POST
def offer_ask(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the customer's question."""

    def ask() -> QuotationVersion:
        return actions.ask_about_quotation(token, **typed(request, "name", "question"))

    return answered(request, token, ask, form="ask")


def answered(request: HttpRequest, token: str, verb: Callable[[], QuotationVersion], *, form: str) -> HttpResponse:
    """Return the thanks; where the verb refuses, the page again with what was typed and what to do."""
    version = opened(token).version
    with translation.override(version.language):
        try:
            version = verb()
        except Refusal as refusal:
            return offer_page(request, token, version, fault=str(refusal), form=form, status=refusal.status)
        told = {
            "accept": _("ご回答ありがとうございます。お見積りを受諾いただきました。"),
            "decline": _("ご回答ありがとうございます。"),
            "ask": _("ご質問を承りました。担当者よりご連絡いたします。"),
        }
        return offer_page(request, token, version, told=told[form])


def offer_page(
    request: HttpRequest, token: str, version: QuotationVersion, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Return the page in the customer's language, with what may still be done."""
    version.refresh_from_db()
    quotation = version.quotation
    quotation.refresh_from_db()
    with translation.override(version.language):
        today = clock.today(company().time_zone)
        sheet, _files = paper_of(version, with_seal=False)
        accepted = quotation.versions.filter(outcome=QuotationState.ACCEPTED).first()
        context = {
            "token": token,
            "version": version,
            "quotation": quotation,
            "sheet": sheet,
            "accepted": accepted,
            "is_superseded": version.revision < last_sent_revision(quotation),
            "is_expired": version.valid_until is not None and version.valid_until < today,
            "typed": {name: request.POST.get(name, "")[:LONGEST] for name in ("name", "note", "reason", "question")},
            **more,
        }
        context["may_answer"] = not (accepted or version.outcome or context["is_superseded"] or context["is_expired"])
        return render(request, "sales/offers/offer.html", context, status=status)


def typed(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return what was typed, in letters every database takes; refuses what is far too long."""
    values = {name: request.POST.get(name, "").encode("utf-8", "replace").decode().replace("\0", "") for name in names}
    for text in values.values():
        if len(text) > 10 * LONGEST:
            raise ValueTooLong(field=_("入力内容"), limit=LONGEST)
    return values


def is_person(request: HttpRequest) -> bool:
    """Return whether a person of the customer's looks at the page, as far as can be told: no member, no machine."""
    is_member = request.user.is_authenticated
    return request.method == "GET" and not is_member and verdict_of(request.headers.get("User-Agent", "")) == "human"


def address_of(request: HttpRequest) -> str | None:
    found = get_adapter().get_client_ip(request)
    return str(found) if found else None


def too_many(request: HttpRequest) -> bool:
    """Return whether too many requests came from this address within the hour; the address itself is not kept."""
    most = MOST_ANSWERS if request.method == "POST" else MOST_LOOKS
    address = hashlib.sha256(f"ryorin.offer:{address_of(request)}".encode()).hexdigest()[:32]
    key = f"offer:{'post' if request.method == 'POST' else 'get'}:{address}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return int(cache.incr(key)) > most
    except ValueError:
        return False
