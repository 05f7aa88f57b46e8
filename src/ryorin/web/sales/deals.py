"""One deal: opened, shown, edited in place, won, lost, opened again, deleted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.campaigns.queries import names as campaign_names
from ryorin.sales.calendar.queries import appointments_of_deal
from ryorin.sales.contracts.queries import of_deal as contracts_of
from ryorin.sales.deals import actions
from ryorin.sales.deals.models import Deal, Pipeline
from ryorin.sales.deals.queries import first_stage, lost_reasons
from ryorin.sales.deals.rules import is_stale
from ryorin.sales.documents.queries import of_deal as documents_of
from ryorin.sales.next_actions.queries import is_without
from ryorin.sales.proposals.queries import of_deal as proposals_of
from ryorin.sales.quotations.queries import negotiations_of
from ryorin.sales.quotations.queries import of_deal as quotations_of
from ryorin.sales.sequences.queries import runs_of_deal
from ryorin.web.answers import done, is_fragment, member_of, moved_on, picked, version_in, way_back
from ryorin.web.context import company
from ryorin.web.customers.undo import deleted
from ryorin.web.inputs import picked_in
from ryorin.web.sales.case_section import case_of
from ryorin.web.sales.forms import DealForm, LoseForm, WinForm, first_values
from ryorin.web.sales.story import changes_of, story_of
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.tasks.queries import about

# What is edited in place, and the fields that are edited together.
TOGETHER = {
    "name": ("name",),
    "company": ("company",),
    "amount": ("amount",),
    "yomi": ("yomi",),
    "expected_close_on": ("expected_close_on",),
    "owner": ("owner",),
    "source_channel": ("source_channel",),
    "memo": ("memo",),
    "next_action": ("next_action", "next_action_on"),
}


@require_http_methods(["GET", "POST"])
def deal_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new deal, for a person or company where given, or open it."""
    member = member_of(request)
    require(member, "deals.change")
    form = DealForm(request.POST, member=member) if request.method == "POST" else _empty_form(request, member)
    if request.method == "POST" and form.is_valid():
        try:
            deal = actions.open_deal(by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("商談をつくりました。"), to=reverse("deal", args=[deal.pk]))
    context = {"form": form} | _chosen_records(form)
    return render(request, "sales/deal_new.html", context, status=422 if form.errors else 200)


@require_GET
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one deal with everything that belongs to it."""
    return render(request, "sales/deal.html", _page(member_of(request), seen(request, pk)))


@require_GET
def deal_peek(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what can be done with a deal from its card, for the drawer: move, next action, won, lost."""
    found = seen(request, pk)
    return render(request, "sales/deal_peek.html", {"deal": found, "stages": found.pipeline.stages.all()})


@require_http_methods(["GET", "POST"])
def deal_field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Return one field of a deal to read or, with ?edit, to write; where somebody was faster, ask what to keep."""
    member, found = member_of(request), seen(request, pk)
    if name not in TOGETHER:
        raise Http404
    fields = TOGETHER[name]
    if request.method == "GET" and "edit" not in request.GET:
        return _field_shown(request, found, name)
    require(member, "deals.change")
    initial = {field: getattr(found, field) for field in fields}
    data = request.POST if request.method == "POST" else None
    form = DealForm(data, member=member, currency=found.currency, initial=initial)
    form.keep_only(*fields)
    context: dict[str, Any] = {"deal": found, "form": form, "field": name, "version": found.version}
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_deal(found, by=member, version=version_in(request), **form.cleaned_data)
        except StaleRecord as refusal:
            context |= {"theirs": initial, "refusal": str(refusal)}
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _field_shown(request, changed, name)
    return render(request, "sales/deal_field.html#form", context | _chosen_records(form))


@require_http_methods(["GET", "POST"])
def deal_win(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the amount, then close the deal as won."""
    found = seen(request, pk)
    require(member_of(request), "deals.change")
    form = WinForm(request.POST or None, deal=found, initial={"amount": found.amount, "version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.win_deal(found, by=member_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _closed(request, found, _("受注にしました。おめでとうございます。"))
    return render(request, "sales/deal_close.html", {"deal": found, "form": form, "outcome": "won"})


@require_http_methods(["GET", "POST"])
def deal_lose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then close the deal as lost."""
    found = seen(request, pk)
    require(member_of(request), "deals.change")
    lost_reasons()
    form = LoseForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.lose_deal(found, by=member_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _closed(request, found, _("失注にしました。"))
    return render(request, "sales/deal_close.html", {"deal": found, "form": form, "outcome": "lost"})


@require_POST
def deal_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    actions.reopen_deal(found, by=member_of(request), version=version_in(request))
    return _closed(request, found, _("商談を再開しました。"))


@require_POST
def deal_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    return deleted(request, found.name, actions.delete_deal(found, by=member_of(request)), "deals")


def seen(request: HttpRequest, pk: int) -> Deal:
    """Return the deal when the member may see it; 404 otherwise."""
    rows = Deal.objects.visible_to(member_of(request))
    related = ("company", "person", "owner", "stage", "pipeline", "lost_reason")
    found: Deal = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def _page(member: Member, found: Deal) -> dict[str, Any]:
    now, today = clock.now(), clock.today(company().time_zone)
    return {
        "deal": found,
        "stages": _steps(found),
        "case": case_of(found, member),
        "people": found.people.select_related("person", "person__company").order_by("pk"),
        "lines": found.products.select_related("product").order_by("pk"),
        "story": story_of(found, member),
        "quotations": quotations_of(found, member),
        "contracts": contracts_of(found, member),
        "documents": documents_of(found),
        "proposals": proposals_of(found, member),
        "negotiations": negotiations_of(found, member),
        "tasks": about("deal", found.pk, member),
        "changes": changes_of(found),
        "campaign": campaign_names([found.source_campaign_id]).get(found.source_campaign_id or 0, ""),
        "channel": dict(Channel.choices).get(found.source_channel, found.source_channel),
        "is_stale": found.state == "open" and is_stale(found.stage_since, found.stage.stale_days, now=now),
        "nothing_next": is_without(found),
        "appointments": appointments_of_deal(found.pk, member),
        "runs": runs_of_deal(found.pk, member),
        "is_late": found.next_action_on is not None and found.next_action_on < today,
    }


def _steps(found: Deal) -> list[dict[str, Any]]:
    """Return the stages of the deal's pipeline as a strip: those passed, the present one, those ahead."""
    entered = {move.stage_id: move.at for move in found.moves.all()}
    steps = []
    for stage in found.pipeline.stages.all():
        state = "done" if stage.position < found.stage.position else ""
        if stage.pk == found.stage_id:
            state = {"won": "done", "lost": "lost"}.get(found.state, "now")
        if found.state == "won":
            state = "done"
        steps.append({"stage": stage, "state": state, "at": entered.get(stage.pk)})
    return steps


def _field_shown(request: HttpRequest, found: Deal, name: str) -> HttpResponse:
    context = _page(member_of(request), found) | {"field": name, "is_changed": request.method == "POST"}
    answer = render(request, "sales/deal_field.html#shown", context)
    if request.method == "POST":
        answer["HX-Trigger"] = "deal-changed"
    return answer


def _closed(request: HttpRequest, found: Deal, text: str) -> HttpResponse:
    """Return to where the member came from: the board stays, the deal's page is loaded anew."""
    here = request.headers.get("HX-Current-URL", "")
    if is_fragment(request) and not here.split("?")[0].endswith(reverse("deal", args=[found.pk])):
        return done(request, text, to="", events=["board-changed"])
    return moved_on(request, text, to=way_back(request, "deal", pk=found.pk))


def _empty_form(request: HttpRequest, member: Member) -> DealForm:
    person = picked(Person.objects.visible_to(member).select_related("company"), request.GET.get("person"))
    firm = picked(Company.objects.visible_to(member), request.GET.get("company"))
    initial = first_values(member, person=person, firm=firm)
    pipeline = picked(Pipeline.objects.filter(is_active=True), request.GET.get("pipeline"))
    if pipeline is not None:
        initial["stage"] = first_stage(pipeline)
    return DealForm(initial=initial, member=member)


def _chosen_records(form: DealForm) -> dict[str, Any]:
    """Return the records that the form's search boxes show as chosen."""
    return {f"chosen_{name}": picked_in(form, name) for name in ("company", "person") if name in form.fields}
