"""Proposals: the list, one proposal to write and hand over, its PDF and its versions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content
from ryorin.sales.proposals import actions
from ryorin.sales.proposals.fields import PROPOSAL
from ryorin.sales.proposals.models import Proposal, ProposalTemplate, ProposalVersion, SectionKind
from ryorin.sales.proposals.queries import newest_version, pdf_of
from ryorin.sales.proposals.rules import MOST_SECTIONS
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.customers.undo import deleted
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import named_by
from ryorin.web.once import new_token, once
from ryorin.web.workspace.files import handed_out
from ryorin.workspace.members.rules import may, require

PDF = "application/pdf"
PROPOSALS = Listing(
    title=gettext_lazy("提案書"),
    url="proposals",
    record_url="proposal",
    lead=named_by("title", gettext_lazy("件名")),
    search="proposal",
    sort="-updated_at",
    empty_title=gettext_lazy("まだ提案書がありません"),
    empty_text=gettext_lazy("商談のページで「提案書をつくる」を押すと、課題や商品が入った下書きができます。"),
    empty_url="deals",
    empty_label=gettext_lazy("商談を開く"),
    icon="presentation",
)


@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the proposals as a list."""
    member = member_of(request)
    rows = Proposal.objects.visible_to(member)
    return record_list(request, record_type=PROPOSAL, rows=rows, member=member, listing=PROPOSALS)


@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with which template, then begin a proposal for a deal and go on to write it."""
    member = member_of(request)
    deal = get_object_or_404(Deal.objects.visible_to(member), pk=pk)
    require(member, "proposals.change")
    templates = actions.prepare_templates()
    if request.method == "POST":
        template = picked(ProposalTemplate.objects.filter(is_active=True), request.POST.get("template"))
        made = once(request, lambda: actions.start_proposal(deal, by=member, template=template or templates[0]))
        to = reverse("proposal", args=[made]) if made else reverse("proposals")
        return moved_on(request, _("提案書の下書きをつくりました。"), to=to)
    context = {"deal": deal, "templates": templates, "once": new_token()}
    return render(request, "sales/proposals/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal; while it is a draft, its sections to be written. A POST keeps what was written."""
    member, found = member_of(request), seen(request, pk)
    if request.method != "POST":
        return page(request, found)
    title, sections = request.POST.get("title", ""), sections_in(request)
    try:
        actions.change_proposal(found, by=member, version=version_in(request), title=title, sections=sections)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        found.refresh_from_db()
        return page(request, found, problem=str(refusal), typed={"title": title, "sections": sections})
    return moved_on(request, _("保存しました。"), to=reverse("proposal", args=[pk]))


@require_POST
def proposal_refill(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Keep what was written, then write one section anew from what is known of the deal."""
    member, found = member_of(request), seen(request, pk)
    sections, title = sections_in(request), request.POST.get("title", "")
    keys = request.POST.getlist("key")
    place = keys.index(str(place)) if str(place) in keys else place
    if sections:
        found = actions.change_proposal(found, by=member, version=version_in(request), title=title, sections=sections)
    actions.refill_section(found, place, by=member, version=found.version if sections else version_in(request))
    return moved_on(request, _("商談の内容で書き直しました。"), to=f"{reverse('proposal', args=[pk])}#section-{place}")


@require_GET
def proposal_section(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more section to be written."""
    found = seen(request, pk)
    section = {"kind": SectionKind.TEXT.value, "title": _("新しい項目"), "text": "", "is_on": True}
    context = {"proposal": found, "section": section, "key": "new", "may_write": True, "kinds": SectionKind.choices}
    return render(request, "sales/proposals/proposal.html#section", context)


@require_GET
def proposal_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the newest version as it looks now; a draft says that it is one."""
    found = seen(request, pk)
    return handed_out(
        pdf_of(newest_version(found), number=sent_number(found)), name=f"{found.title}.pdf", content_type=PDF
    )


@require_GET
def proposal_pdf(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """Return a version that was handed over, from the archive."""
    version = get_object_or_404(ProposalVersion, proposal=seen(request, pk), revision=revision)
    document = IssuedDocument.objects.filter(pk=version.document_id or 0).first()
    if document is None:
        raise Http404
    return handed_out(content(document), name=document.file_name, content_type=PDF)


@require_POST
def proposal_send(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    sent = actions.send_proposal(found, by=member_of(request), version=version_in(request))
    text = _("提案書 %(number)s を提出済みにしました。") % {"number": sent.number}
    return moved_on(request, text, to=reverse("proposal", args=[pk]))


@require_POST
def proposal_revise(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    revised = actions.revise_proposal(found, by=member_of(request))
    text = _("第%(revision)s版の下書きをつくりました。") % {"revision": revised.revision}
    return moved_on(request, text, to=reverse("proposal", args=[pk]))


@require_POST
def proposal_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    return deleted(request, found.title, actions.delete_proposal(found, by=member_of(request)), "proposals")


def seen(request: HttpRequest, pk: int) -> Proposal:
    """Return the proposal if the member may see it."""
    rows = Proposal.objects.visible_to(member_of(request)).select_related("deal", "company", "person", "owner")
    found: Proposal = get_object_or_404(rows, pk=pk)
    return found


def page(
    request: HttpRequest, found: Proposal, *, problem: str = "", typed: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the proposal's page, with what was typed where it was not kept."""
    shown, member = newest_version(found), member_of(request)
    context = {
        "proposal": found,
        "shown": shown,
        "title": typed["title"] if typed else shown.title,
        "sections": typed["sections"] if typed else shown.sections,
        "prices": shown.prices,
        "versions": found.versions.select_related("sent_by").order_by("-revision"),
        "is_draft": shown.sent_at is None,
        "may_write": shown.sent_at is None and may(member, "proposals.change"),
        "kinds": SectionKind.choices,
        "problem": problem,
    }
    return render(request, "sales/proposals/proposal.html", context, status=422 if problem else 200)


def sections_in(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sections as they were sent, in their order; those whose box is not ticked are off."""
    names = ("key", "kind", "section_title", "text")
    columns = [request.POST.getlist(name)[: MOST_SECTIONS + 1] for name in names]
    ticked = set(request.POST.getlist("on"))
    return [
        {"kind": kind, "title": title, "text": text, "is_on": key in ticked or key == "new"}
        for key, kind, title, text in zip(*columns, strict=False)
    ]


def sent_number(found: Proposal) -> str:
    """Return the number where the newest version was handed over, "" for a draft."""
    return found.number if newest_version(found).sent_at else ""
