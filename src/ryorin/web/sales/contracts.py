"""Contracts: the list, a new one, one contract with all that belongs to it, its versions side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import TaxClass
from ryorin.products.prices.queries import tax_rate_of
from ryorin.sales.billing.models import BillKind
from ryorin.sales.billing.queries import bills_of_contract, orders_of_contract
from ryorin.sales.contracts import actions
from ryorin.sales.contracts.fields import CONTRACT
from ryorin.sales.contracts.models import Contract, ContractKind, ContractState, ContractVersion, Side
from ryorin.sales.contracts.queries import (
    checks,
    facts_of,
    latest_version,
    notice_day,
    signatures_of,
    templates,
    totals,
)
from ryorin.sales.contracts.queries.approving import KIND, approval_facts, digest_of
from ryorin.sales.contracts.queries.paper import contract_pdf
from ryorin.sales.contracts.rules.checks import BAD
from ryorin.sales.contracts.rules.money import Line
from ryorin.sales.contracts.rules.wording import clauses_in, compared, filled
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.queries import accepted_version
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.web.context import company
from ryorin.web.inputs import picked_in
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import named_by
from ryorin.web.sales.contracts_forms import NewContractForm
from ryorin.web.sales.documents import as_pdf
from ryorin.web.workspace.approvals import panel, readable
from ryorin.web.workspace.deeds import DEEDS
from ryorin.workspace.audit.queries import history
from ryorin.workspace.members.rules import may, require

RELATED = ("company", "person", "deal", "quotation__quotation", "owner", "document", "template")
CONTRACTS = Listing(
    title=gettext_lazy("契約"),
    url="contracts",
    record_url="contract",
    lead=named_by("title", gettext_lazy("件名")),
    new_url="contract_new",
    new_label=gettext_lazy("契約を作成"),
    change_verb="contracts.change",
    empty_title=gettext_lazy("まだ契約がありません"),
    empty_text=gettext_lazy("お客様が見積を受諾すると、商談のページから契約をつくれます。手入力でもつくれます。"),
    empty_url="contract_new",
    empty_label=gettext_lazy("契約を作成"),
    icon="file-certificate",
    template="sales/contracts/contracts.html",
)


def contracts(request: HttpRequest) -> HttpResponse:
    """Show the contracts as a list."""
    member = member_of(request)
    rows = Contract.objects.visible_to(member)
    return record_list(request, record_type=CONTRACT, rows=rows, member=member, listing=CONTRACTS)


@require_http_methods(["GET", "POST"])
def contract_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a contract written by hand, or write it."""
    member = member_of(request)
    require(member, "contracts.change")
    firm = picked(Company.objects.visible_to(member), request.GET.get("company"))
    person = picked(Person.objects.visible_to(member), request.GET.get("person"))
    initial = {"kind": ContractKind.SALE, "language": "ja", "company": firm, "person": person}
    form = NewContractForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_contract(by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("契約の下書きをつくりました。"), to=reverse("contract", args=[made.pk]))
    chosen = {f"chosen_{name}": picked_in(form, name) for name in ("company", "person")}
    return render(request, "sales/contracts/new.html", {"form": form} | chosen, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def deal_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which kind of contract a deal gets, then write it from the accepted quotation or the deal's products."""
    member = member_of(request)
    require(member, "contracts.change")
    deal: Deal = get_object_or_404(Deal.objects.visible_to(member).select_related("company", "person"), pk=pk)
    version = accepted_version(deal)
    if request.method == "GET":
        context = {"deal": deal, "quotation": version, "kinds": ContractKind.choices}
        return render(request, "sales/contracts/from_deal.html", context)
    kind = request.POST.get("kind", "")
    kind = kind if kind in ContractKind.values else ContractKind.SALE.value
    lines = [] if version else [_line_of(row) for row in deal.products.select_related("product")]
    made = actions.draft_contract(by=member, kind=kind, deal=deal, quotation=version, lines=lines)
    return moved_on(request, _("契約の下書きをつくりました。"), to=reverse("contract", args=[made.pk]))


@require_GET
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one contract: what it says, what is left to do, who signed; to who only approves it, the paper."""
    found, sees_page = readable(Contract.objects.select_related(*RELATED), pk, kind=KIND, member=member_of(request))
    if not sees_page:
        return redirect("contract_pdf", pk, latest_version(found).revision)
    return render(request, "sales/contracts/contract.html", page_of(request, found))


@require_GET
def contract_pdf_file(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """Return a version as PDF: what was sent as it was sent, a draft as it would look."""
    found, _sees_page = readable(Contract.objects.select_related(*RELATED), pk, kind=KIND, member=member_of(request))
    version = version_of(found, revision)
    pdf = bytes(version.pdf) if version.pdf else contract_pdf(found, version)
    return as_pdf(pdf, f"{found.number or found.title}-{version.revision}.pdf")


@require_GET
def contract_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two versions side by side with what differs marked."""
    found = seen(request, pk)
    versions = list(found.versions.all())
    before = version_of(found, _asked(request, "a", max(1, versions[-1].revision - 1)))
    after = version_of(found, _asked(request, "b", versions[-1].revision))
    names = sorted(set(before.terms) | set(after.terms or facts_of(found)))
    new_terms = after.terms or facts_of(found)
    context = {
        "contract": found,
        "versions": versions,
        "before": before,
        "after": after,
        "clauses": compared(clauses_in(before.clauses), clauses_in(after.clauses)),
        "terms": [
            (name, before.terms.get(name, ""), new_terms.get(name, ""))
            for name in names
            if before.terms.get(name, "") != new_terms.get(name, "")
        ],
    }
    return render(request, "sales/contracts/compare.html", context)


def seen(request: HttpRequest, pk: int) -> Contract:
    """Return the contract when the member may see it; 404 otherwise."""
    rows = Contract.objects.visible_to(member_of(request)).select_related(*RELATED)
    found: Contract = get_object_or_404(rows, pk=pk)
    return found


def version_of(found: Contract, revision: int) -> ContractVersion:
    """Return a version by its number; 404 where there is none."""
    version = found.versions.filter(revision=revision).first()
    if version is None:
        raise Http404
    version.contract = found
    return version


def page_of(request: HttpRequest, found: Contract) -> dict[str, Any]:
    """Return what the page of a contract shows."""
    member, version, facts = member_of(request), latest_version(found), facts_of(found)
    is_draft = found.state == ContractState.DRAFT
    found_checks = checks(found) if is_draft else []
    signatures = signatures_of(version)
    here = reverse("contract", args=[found.pk])
    asked = found.owner or member
    return {
        "contract": found,
        "version": version,
        "is_draft": is_draft,
        "clauses": [(filled(one.heading, facts), filled(one.body, facts)) for one in clauses_in(version.clauses)],
        "lines": found.lines.select_related("product"),
        "totals": totals(found),
        "checks": found_checks,
        "is_red": any(check.state == BAD for check in found_checks),
        "signatures": [(side, signatures.get(side.value)) for side in Side],
        "we_signed": Side.US.value in signatures,
        "links": list(version.links.all()[:5]),
        "versions": list(found.versions.all()),
        "terms": list(found.terms.all()),
        "notice_day": notice_day(found) if found.is_recurring else None,
        "orders": orders_of_contract(found),
        "credit_notes": [bill for bill in bills_of_contract(found) if bill.kind == BillKind.CREDIT_NOTE],
        "history": [(entry, DEEDS.get(entry.action, "")) for entry in history("contract", found.pk, limit=30)],
        "templates": templates(language=found.language) if is_draft else [],
        "panel": panel(
            KIND,
            found.pk,
            member=member,
            facts=approval_facts(found),
            digest=digest_of(found, version),
            back=here,
            request_url=reverse("contract_approval", args=[found.pk]) if may(member, "contracts.change") else "",
            owner=asked,
        )
        if is_draft
        else None,
    }


def _line_of(row: Any) -> Line:
    return Line(
        description=row.product.name,
        quantity=row.quantity,
        unit=row.product.unit,
        unit_price=row.unit_price,
        amount=row.amount,
        tax_rate=tax_rate_of(row.product, on=clock.today(company().time_zone)),
        is_reduced=row.product.tax_class == TaxClass.REDUCED,
        product_id=row.product_id,
    )


def _asked(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else default
