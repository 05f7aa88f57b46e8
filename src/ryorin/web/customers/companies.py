"""Pages of companies: the list, one company with its people, deals and orders, adding and changing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.actions import change_company, create_company, delete_company
from ryorin.customers.companies.errors import FieldsRefused
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company, CompanyQuerySet
from ryorin.customers.companies.queries import possible_duplicates
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.customers.voice.queries import needs_of
from ryorin.insight.lake.queries import history_of_company
from ryorin.lib.japanese import company_key
from ryorin.sales.contracts.queries import of_company as contracts_of
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.customers import timeline
from ryorin.web.customers.facts import facts_of
from ryorin.web.customers.forms import CompanyForm
from ryorin.web.customers.listings import COMPANIES
from ryorin.web.customers.undo import deleted
from ryorin.web.lists import record_list
from ryorin.web.lists.state import whole
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require
from ryorin.workspace.search.queries import find_ids
from ryorin.workspace.tasks.queries import about as tasks_about

FACTS = (
    "corporate_number", "name_kana", "name_en", "industry", "employees", "annual_revenue", "established_year", "phone",
    "fax", "website", "postal_code", "prefecture", "city", "street", "building", "payment_terms", "closing_day",
    "payment_site", "tax_rounding", "customer_group", "parent",
    "owner", "memo",
)  # fmt: skip
ALWAYS_SHOWN = {"corporate_number", "industry", "phone", "owner"}
SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def companies(request: HttpRequest) -> HttpResponse:
    return record_list(
        request, record_type=COMPANY, rows=visible(request), member=member_of(request), listing=COMPANIES
    )


@require_GET
def company(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request).select_related("parent", "owner"), pk=pk)
    member: Member = member_of(request)
    people = Person.objects.visible_to(member).filter(company=found)
    deals = Deal.objects.visible_to(member).filter(company=found)
    orders = Order.objects.visible_to(member).filter(company=found)
    context = {
        "company": found,
        "listing": COMPANIES,
        "facts": facts_of(found, FACTS, record_type=COMPANY, listing=COMPANIES, member=member, always=ALWAYS_SHOWN),
        "people": people.order_by("-score", "pk")[:SHOWN],
        "people_count": people.count(),
        "deals": deals.select_related("stage", "owner").order_by("-pk")[:SHOWN],
        "deal_count": deals.count(),
        "needs": needs_of(member, company_id=found.pk),
        "contracts": contracts_of(found, member),
        "orders": orders[:SHOWN],
        "order_count": orders.count(),
        "subsidiaries": visible(request).filter(parent=found).order_by("name_kana")[:SHOWN],
        "tasks": tasks_about("company", found.pk, member, limit=10),
        "may_change": may(member, "companies.change"),
        "may_delete": may(member, "companies.delete"),
        **history(found, request),
    }
    return render(request, "customers/company.html", context)


@require_GET
def company_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    part = "lines" if request.GET.get("before") else "timeline"
    return render(request, f"customers/timeline.html#{part}", {"company": found, **history(found, request)})


@require_http_methods(["GET", "HEAD", "POST"])
def company_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "companies.change")
    mine = {"owner": request.user.pk} if member_of(request).role == "sales" else {}
    form = CompanyForm(request.POST or None, initial=mine)
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: create_company(by=member_of(request), **form.values(by=member_of(request))))
        except FieldsRefused as refusal:
            form.refuse(refusal.errors)
        else:
            return redirect("company", pk) if pk else redirect("companies")
    return _form(request, form, title=_("会社を登録"), back=reverse("companies"))


@require_http_methods(["GET", "HEAD", "POST"])
def company_edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "companies.change")
    found = get_object_or_404(visible(request).select_related("parent"), pk=pk)
    form = CompanyForm(request.POST or None, initial=CompanyForm.initial_of(found))
    version, more, status = request.POST.get("version", str(found.version)), dict[str, Any](), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_company(found, by=member_of(request), version=whole(version), **form.values(by=member_of(request)))
        except FieldsRefused as refusal:
            form.refuse(refusal.errors)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            more, version, status = (
                {"differing": form.differing(CompanyForm.initial_of(found))},
                str(found.version),
                409,
            )
        else:
            messages.success(request, _("保存しました。"))
            return redirect("company", pk)
    back = reverse("company", args=[pk])
    return _form(request, form, title=found.name, back=back, status=status, company=found, version=version, **more)


@require_POST
def company_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    return deleted(request, found.name, delete_company(found, by=member_of(request)), "companies")


@require_POST
def company_likely(request: HttpRequest) -> HttpResponse:
    """Show which company may be meant already, while a new one is typed in."""
    likely = possible_duplicates(
        name=request.POST.get("name", "")[:160],
        corporate_number=request.POST.get("corporate_number", "")[:20],
        exclude=whole(request.POST.get("exclude")),
    )
    seen = set(visible(request).filter(pk__in=[one.company.pk for one in likely]).values_list("pk", flat=True))
    return render(request, "customers/likely_companies.html", {"likely": likely, "seen": seen})


@require_POST
def company_options(request: HttpRequest) -> HttpResponse:
    """Offer the companies that fit what is typed, for a field's list of suggestions."""
    text = (request.POST.get("company_name") or request.POST.get("parent_name") or "")[:160]
    found = visible(request).filter(pk__in=find_ids(text, "company", limit=12)).order_by("name_kana", "pk")
    key = company_key(text) if text else ""
    is_new = bool(key) and not Company.objects.filter(match_key=key).exists()
    return render(request, "customers/company_options.html", {"companies": found, "is_new": is_new, "text": text})


def visible(request: HttpRequest) -> CompanyQuerySet:
    """Return the companies the member may see."""
    found: CompanyQuerySet = Company.objects.visible_to(member_of(request))
    return found


def history(found: Company, request: HttpRequest) -> dict[str, Any]:
    """Return one stretch of what happened with the company and with its people whom the member may see."""
    tab = request.GET.get("tab", "all")
    before = timeline.place_from(request.GET.get("before", ""))
    people = Person.objects.visible_to(member_of(request)).filter(company=found)
    entries = history_of_company(
        found.pk,
        people=list(people.values_list("pk", flat=True)[:500]),
        before=before,
        limit=timeline.SHOWN + 1,
        kinds=timeline.kinds_of(tab),
    )
    shown, has_more = entries[: timeline.SHOWN], len(entries) > timeline.SHOWN
    address = reverse("company_timeline", args=[found.pk])
    return {
        "lines": timeline.lines_of(shown, with_people=True),
        "timeline_url": address,
        "more_query": {"tab": tab, "before": timeline.place_of(shown[-1])} if has_more else None,
        "tabs": timeline.tabs(address, tab),
    }


def _form(
    request: HttpRequest, form: CompanyForm, *, title: str, back: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "once": request.POST.get("once") or new_token(), **more}
    status = 422 if form.errors and status == 200 else status
    return render(request, "customers/company_form.html", context, status=status)
