"""The calling screen: one person after the next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.customers.companies.actions import allow_calls, forbid_calls
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import change_person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.approach import actions
from ryorin.sales.approach.errors import TargetGone
from ryorin.sales.approach.models import ApproachList, Target, TargetState
from ryorin.sales.approach.queries import listing
from ryorin.sales.approach.queries.screen import screen_of
from ryorin.web.answers import member_of, way_back
from ryorin.web.sales.approach.forms import AttemptForm, HoursForm
from ryorin.web.sales.approach.lists import seen
from ryorin.workspace.members.rules import may, require


@require_POST
def approach_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the next person of the list."""
    return to_next(request, seen(request, pk))


@require_POST
def approach_take(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Go to one person of the list, who is the member's from now on."""
    row = seen(request, pk)
    actions.take(target_of(request, row, target), by=member_of(request))
    return redirect("approach_call", row.pk, target)


@require_http_methods(["GET", "HEAD", "POST"])
def approach_call(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Show one person with all that is needed to call; keep what came of it and go on to the next."""
    member, row = member_of(request), seen(request, pk)
    found = target_of(request, row, target)
    if request.method != "POST":
        return _screen(request, found, AttemptForm(target=found, initial={"number": found.attempts + 1}))
    require(member, "approach.work")
    form, status = AttemptForm(request.POST, target=found), 422
    if form.is_valid():
        try:
            actions.record_attempt(found, by=member, **form.values())
        except Refusal as refusal:
            status = refusal.status if refusal.status == 409 else 422
            form.add_error(None, str(refusal))
        else:
            if request.POST.get("go") == "stop":
                messages.success(request, _("記録しました。"))
                return redirect("approach_list", row.pk)
            return to_next(request, row)
    return _screen(request, found, form, status=status)


@require_POST
def approach_skip(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Put the person off and go on to the next; or, with `stop`, give the person back and leave."""
    row = seen(request, pk)
    found = target_of(request, row, target)
    if request.POST.get("go") == "stop":
        actions.release(found, by=member_of(request))
        return redirect("approach_list", row.pk)
    actions.skip(found, by=member_of(request))
    return to_next(request, row)


@require_POST
def approach_hours(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Keep when the person likes to be called."""
    row = seen(request, pk)
    found = target_of(request, row, target)
    form = HoursForm(request.POST)
    if found.person is None or not form.is_valid():
        raise TargetGone()
    change_person(found.person, by=member_of(request), version=None, call_hours=form.cleaned_data["call_hours"])
    messages.success(request, _("希望時間帯を保存しました。"))
    return redirect("approach_call", row.pk, found.pk)


@require_POST
def company_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a company must not be called any more, or that it may be again."""
    member = member_of(request)
    found = get_object_or_404(Company.objects.visible_to(member), pk=pk)
    if request.POST.get("allow") == "1":
        allow_calls(found, by=member)
        messages.success(request, _("架電禁止を解除しました。"))
    else:
        forbid_calls(found, reason=request.POST.get("reason", ""), by=member)
        messages.success(request, _("架電禁止にしました。"))
    return redirect(way_back(request, "company", pk=found.pk))


def to_next(request: HttpRequest, row: ApproachList) -> HttpResponse:
    """Return the way to the next person; to the list where nobody is left for now."""
    target = actions.take_next(row, by=member_of(request))
    if target is not None:
        return redirect("approach_call", row.pk, target.pk)
    messages.success(request, _("いま電話できる相手はいません。再アプローチの時刻になると、また表示されます。"))
    return redirect("approach_list", row.pk)


def target_of(request: HttpRequest, row: ApproachList, pk: int) -> Target:
    """Return somebody on the list whom the member may see, with all that a page shows; 404 otherwise."""
    rows = listing.with_records(listing.visible_targets(row, member_of(request))).select_related("list", "task")
    found: Target = get_object_or_404(rows, pk=pk)
    found.list = row
    return found


def _screen(request: HttpRequest, found: Target, form: AttemptForm, *, status: int = 200) -> HttpResponse:
    member = member_of(request)
    person = found.person
    is_held = found.held_until is not None and found.held_until > clock.now()
    context: dict[str, Any] = {
        "screen": screen_of(found, member),
        "target": found,
        "row": found.list,
        "person": person,
        "company": person.company if person else found.company,
        "form": form,
        "chosen": str(form["outcome"].value() or ""),
        "hours": HoursForm(initial={"call_hours": person.call_hours}) if person else None,
        "is_open": found.state in (TargetState.WAITING, TargetState.LATER) and found.list.is_open,
        "held_by": found.holder if is_held and found.holder_id != member.pk else None,
        "forbidden": person if person and person.do_not_call else found.company if _is_silent(found) else None,
        "may_work": may(member, "approach.work"),
        "may_open": may(member, "deals.change"),
    }
    return render(request, "sales/approach/call.html", context, status=status)


def _is_silent(found: Target) -> bool:
    return bool(found.company and found.company.do_not_call)
