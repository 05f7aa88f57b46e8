"""Pages of people: the list, one person with everything known, adding and changing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.errors import FieldsRefused
from ryorin.customers.companies.models import Company
from ryorin.customers.consent.queries import current as current_consent
from ryorin.customers.people.actions import change_person, create_person, delete_person
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import LifecycleStage, Person, PersonQuerySet
from ryorin.customers.people.queries import possible_duplicates
from ryorin.customers.purchases.models import Order
from ryorin.customers.segments.queries import segments_of
from ryorin.customers.voice.queries import needs_of
from ryorin.insight.lake.queries import history_of_person
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.customers import timeline
from ryorin.web.customers.facts import facts_of
from ryorin.web.customers.forms import PersonForm
from ryorin.web.customers.listings import PEOPLE
from ryorin.web.customers.undo import deleted
from ryorin.web.lists import record_list
from ryorin.web.lists.cells import WHEEL_OF_STAGE
from ryorin.web.lists.state import whole
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require
from ryorin.workspace.tasks.queries import about as tasks_about

FACTS = (
    "email", "phone", "mobile", "department", "job_title", "owner", "source_channel", "source_campaign_id",
    "source_detail", "postal_code", "prefecture", "city", "street", "building", "memo",
)  # fmt: skip
ALWAYS_SHOWN = {"email", "phone", "owner", "job_title", "source_channel"}
COLLEAGUES = 8


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    return record_list(request, record_type=PERSON, rows=visible(request), member=member_of(request), listing=PEOPLE)


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request).select_related("company", "owner"), pk=pk)
    member: Member = member_of(request)
    context = {
        "person": found,
        "listing": PEOPLE,
        "facts": facts_of(found, FACTS, record_type=PERSON, listing=PEOPLE, member=member, always=ALWAYS_SHOWN),
        "consents": current_consent(found),
        "colleagues": colleagues_of(found, member=member),
        "segments": segments_of([found.pk]).get(found.pk, []),
        "employments": list(found.employments.select_related("company")[:10]),
        "deals": Deal.objects.visible_to(member).filter(person=found).select_related("stage").order_by("-pk")[:5],
        "needs": needs_of(member, person_id=found.pk),
        "orders": Order.objects.visible_to(member).filter(person=found)[:5],
        "tasks": tasks_about("person", found.pk, member, limit=10),
        "may_change": may(member, "people.change"),
        "may_delete": may(member, "people.delete"),
        **(told := history(found, request)),
        "steps": steps_of(found, seen_since=told["since"]),
    }
    return render(request, "customers/person.html", context)


@require_GET
def person_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    part = "lines" if request.GET.get("before") else "timeline"
    return render(request, f"customers/timeline.html#{part}", {"person": found, **history(found, request)})


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "people.change")
    form = PersonForm(request.POST or None, initial=_known_already(request))
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: _create(form, by=member_of(request)))
        except FieldsRefused as refusal:
            form.refuse(refusal.errors)
        else:
            return redirect("person", pk) if pk else redirect("people")
    return _form(request, form, title=_("顧客を登録"), back=reverse("people"))


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "people.change")
    found = get_object_or_404(visible(request).select_related("company"), pk=pk)
    form = PersonForm(request.POST or None, initial=PersonForm.initial_of(found))
    version, more, status = request.POST.get("version", str(found.version)), dict[str, Any](), 200
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = form.values(by=member_of(request))
                change_person(found, by=member_of(request), version=whole(version), **values)
        except FieldsRefused as refusal:
            form.refuse(refusal.errors)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            more, version, status = {"differing": form.differing(PersonForm.initial_of(found))}, str(found.version), 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("person", pk)
    back = reverse("person", args=[pk])
    return _form(request, form, title=found.name, back=back, status=status, person=found, version=version, **more)


@require_POST
def person_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    return deleted(request, found.name, delete_person(found, by=member_of(request)), "people")


@require_POST
def person_likely(request: HttpRequest) -> HttpResponse:
    """Show who may be meant already, while a new person is typed in."""
    asked = request.POST
    likely = possible_duplicates(
        family_name=asked.get("family_name", "")[:60],
        given_name=asked.get("given_name", "")[:60],
        family_kana=asked.get("family_kana", "")[:80],
        given_kana=asked.get("given_kana", "")[:80],
        email=asked.get("email", "")[:254],
        phone=asked.get("mobile", "")[:40] or asked.get("phone", "")[:40],
        company_name=asked.get("company_name", "")[:160],
        exclude=whole(asked.get("exclude")),
    )
    seen = set(visible(request).filter(pk__in=[one.person.pk for one in likely]).values_list("pk", flat=True))
    return render(request, "customers/likely_people.html", {"likely": likely, "seen": seen})


def visible(request: HttpRequest) -> PersonQuerySet:
    """Return the people the member may see."""
    found: PersonQuerySet = Person.objects.visible_to(member_of(request))
    return found


def history(found: Person, request: HttpRequest) -> dict[str, Any]:
    """Return one stretch of the person's timeline, as the address asks for it."""
    tab = request.GET.get("tab", "all")
    before = timeline.place_from(request.GET.get("before", ""))
    entries = history_of_person(found.pk, before=before, limit=timeline.SHOWN + 1, kinds=timeline.kinds_of(tab))
    shown, has_more = entries[: timeline.SHOWN], len(entries) > timeline.SHOWN
    address = reverse("person_timeline", args=[found.pk])
    return {
        "lines": timeline.lines_of(shown),
        "since": shown[-1].at if shown and not has_more else None,
        "more_query": {"tab": tab, "before": timeline.place_of(shown[-1])} if has_more else None,
        "timeline_url": address,
        "tabs": timeline.tabs(address, tab),
    }


def steps_of(found: Person, *, seen_since: datetime | None) -> list[dict[str, Any]]:
    """Return the stages from visitor to repeat customer with when the person first came to each.

    `seen_since` is the beginning of their history where it is known: before they were a lead they were a visitor.
    """
    reached = {change.stage: change.at for change in found.stage_changes.all()}
    first = min(filter(None, (seen_since, found.first_contact_at)), default=None)
    if first and first < reached.get("lead", first):
        reached.setdefault("visitor", first)
    now = LifecycleStage(found.stage)
    return [
        {
            "label": stage.label,
            "at": reached.get(stage),
            "state": "now" if stage is now else "done" if stage in reached else "",
            "wheel": WHEEL_OF_STAGE[stage],
        }
        for stage in LifecycleStage
    ]


def colleagues_of(found: Person, *, member: Member) -> list[Person]:
    """Return others at the same company, those who have come furthest first."""
    if not found.company_id:
        return []
    others = Person.objects.visible_to(member).filter(company=found.company_id).exclude(pk=found.pk)
    return list(others.order_by("-score", "pk")[:COLLEAGUES])


@transaction.atomic
def _create(form: PersonForm, *, by: Member) -> Person:
    return create_person(by=by, **form.values(by=by))


def _known_already(request: HttpRequest) -> dict[str, Any]:
    """Return what the address says about the new person: the company from whose page one comes."""
    pk = whole(request.GET.get("company"))
    company = Company.objects.visible_to(member_of(request)).filter(pk=pk).first() if pk else None
    mine = {"owner": request.user.pk} if member_of(request).role == "sales" else {}
    return mine | ({"company_name": company.name} if company else {})


def _form(
    request: HttpRequest, form: PersonForm, *, title: str, back: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "once": request.POST.get("once") or new_token(), **more}
    return render(
        request, "customers/person_form.html", context, status=422 if form.errors and status == 200 else status
    )
