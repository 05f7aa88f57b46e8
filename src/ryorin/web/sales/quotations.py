"""Quotations: the list, one quotation with all that belongs to it, its PDF, its versions side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.fields import QUOTATION
from ryorin.sales.quotations.models import Quotation, QuotationState, QuotationVersion
from ryorin.sales.quotations.queries import (
    approval_facts,
    differences,
    newest_version,
    offer_of,
    pdf_of,
    sent_version,
    standing_of,
    totals_in,
)
from ryorin.sales.quotations.rules import digest_of
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import named_by
from ryorin.web.workspace.approvals import Panel, panel, readable
from ryorin.workspace.approvals.rules import Standing
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

RELATED = ("deal", "company", "person", "owner")
QUOTATIONS = Listing(
    title=gettext_lazy("見積"),
    url="quotations",
    record_url="quotation",
    lead=named_by("title", gettext_lazy("件名")),
    search="quotation",
    empty_title=gettext_lazy("まだ見積がありません"),
    empty_text=gettext_lazy("商談のページで「見積を作成」を押すと、商談の商品が入った下書きができます。"),
    empty_url="deals",
    empty_label=gettext_lazy("商談を開く"),
    icon="file-text",
)


def quotations(request: HttpRequest) -> HttpResponse:
    """Show the quotations as a list."""
    member = member_of(request)
    rows = Quotation.objects.visible_to(member)
    return record_list(request, record_type=QUOTATION, rows=rows, member=member, listing=QUOTATIONS)


@require_POST
def quotation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a quotation for a deal and go on to write it."""
    member = member_of(request)
    deal = get_object_or_404(Deal.objects.visible_to(member), pk=pk)
    made = actions.draft_quotation(deal, by=member)
    return moved_on(request, _("見積の下書きを作成しました。"), to=reverse("quotation_edit", args=[made.pk]))


@require_GET
def quotation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one quotation: its last version, where it stands, who asked for what; to who only approves it, the paper."""
    found, sees_page = readable(
        Quotation.objects.select_related(*RELATED), pk, kind="quotation", member=member_of(request)
    )
    if not sees_page:
        return redirect("quotation_pdf", pk, newest_version(found).revision)
    return render(request, "sales/quotations/quotation.html", page_of(found, member_of(request)))


@require_GET
def quotation_pdf(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """Return a version as PDF: what was sent as it was sent, a draft as it would look."""
    found, _sees_page = readable(
        Quotation.objects.select_related(*RELATED), pk, kind="quotation", member=member_of(request)
    )
    version = version_of(found, revision)
    document = IssuedDocument.objects.filter(pk=version.document_id or 0).first()
    pdf = content(document) if document else pdf_of(version)
    name = document.file_name if document else f"{found.title}-{version.revision}.pdf"
    return as_pdf(pdf, name)


@require_GET
def quotation_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two versions side by side with what differs."""
    found = seen(request, pk)
    versions = list(found.versions.all())
    last = versions[-1].revision
    before, after = _asked(request, "a", max(1, last - 1)), _asked(request, "b", last)
    left, right = version_of(found, before), version_of(found, after)
    context = {
        "quotation": found,
        "versions": versions,
        "left": left,
        "right": right,
        "lines": differences(offer_of(left), offer_of(right), currency=found.currency),
        "sums": _sums_side_by_side(left, right, sees_cost=may(member_of(request), "products.cost")),
    }
    return render(request, "sales/quotations/compare.html", context)


@require_POST
def quotation_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the last version into a new draft and go on to write it."""
    found = actions.new_version(seen(request, pk), by=member_of(request), version=version_in(request))
    text = _("第%(revision)s版の下書きを作成しました。") % {"revision": found.revision}
    return moved_on(request, text, to=reverse("quotation_edit", args=[found.pk]))


@require_POST
def quotation_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    found = seen(request, pk)
    deal = found.deal_id
    left = actions.discard_draft(found, by=member_of(request), version=version_in(request))
    to = reverse("quotation", args=[left.pk]) if left else reverse("deal", args=[deal])
    return moved_on(request, _("下書きを破棄しました。"), to=to)


def seen(request: HttpRequest, pk: int) -> Quotation:
    """Return the quotation when the member may see it; 404 otherwise."""
    rows = Quotation.objects.visible_to(member_of(request)).select_related(*RELATED)
    found: Quotation = get_object_or_404(rows, pk=pk)
    return found


def version_of(found: Quotation, revision: int) -> QuotationVersion:
    """Return a version by its number; 404 where there is none."""
    version = found.versions.filter(revision=revision).first()
    if version is None:
        raise Http404
    version.quotation = found
    return version


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    """Return a PDF to be kept, never shown inside a page of ours."""
    header = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": header})


def page_of(found: Quotation, member: Member) -> dict[str, Any]:
    """Return all that the page of a quotation shows."""
    shown = newest_version(found)
    is_draft = shown.sent_at is None
    standing = standing_of(shown, by=found.owner or member) if is_draft else None
    sent = sent_version(found)
    approval = approval_panel(found, shown, member)
    return {
        "quotation": found,
        "shown": shown,
        "totals": totals_in(shown),
        "is_draft": is_draft,
        "is_waiting": found.state == QuotationState.WAITING and standing is Standing.WAITING,
        "panel": approval,
        "may_send": standing is not None and standing.allows,
        "sent": sent,
        "links": sent.links.filter(withdrawn_at__isnull=True) if sent else [],
        "versions": list(found.versions.select_related("sent_by").order_by("-revision")),
        "negotiations": list(found.negotiations.select_related("about", "led_to", "answered_by", "recorded_by")),
        "sees_cost": may(member, "products.cost"),
    }


def approval_panel(found: Quotation, shown: QuotationVersion, member: Member) -> Panel | None:
    """Return where the version stands with its approval; None where nobody was or has to be asked."""
    is_draft = shown.sent_at is None
    made = panel(
        "quotation",
        found.pk,
        member=member,
        facts=approval_facts(shown),
        digest=digest_of(offer_of(shown)),
        back=reverse("quotation", args=[found.pk]),
        request_url=reverse("quotation_approval", args=[found.pk]) if is_draft and may_change(member) else "",
        owner=found.owner,
    )
    is_silent = made.standing is Standing.NOT_NEEDED or (made.standing is Standing.NEEDED and not is_draft)
    return None if is_silent and not made.earlier else made


def may_change(member: Member) -> bool:
    return may(member, "quotations.change")


def _asked(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else default


def _sums_side_by_side(left: QuotationVersion, right: QuotationVersion, *, sees_cost: bool) -> list[dict[str, Any]]:
    names: list[tuple[Any, str]] = [
        (_("値引前の金額"), "list_amount"),
        (_("値引の合計"), "discount"),
        (_("税抜金額"), "net"),
        (_("消費税"), "tax"),
        (_("税込金額"), "gross"),
    ]
    if sees_cost:
        names.append((_("原価"), "cost"))
    return [{"label": label, "left": getattr(left, name), "right": getattr(right, name)} for label, name in names]
