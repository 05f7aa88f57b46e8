"""Lists of approaches: all of them, a new one, one with the people on it."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.conditions.errors import ConditionInvalid
from ryorin.lib.errors import Refusal
from ryorin.sales.approach import actions
from ryorin.sales.approach.models import About, ApproachList, Method, TargetState, WhyOut
from ryorin.sales.approach.queries import listing
from ryorin.sales.approach.queries.asking import asked, meant_by, said, visible_records
from ryorin.sales.approach.queries.knowing import candidates
from ryorin.web.alignment.builder import Builder, from_post
from ryorin.web.alignment.conditions import ABOUT, drawn
from ryorin.web.answers import member_of, version_in, way_back
from ryorin.web.lists.state import whole
from ryorin.web.once import new_token, once
from ryorin.web.sales.approach.forms import ListForm
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

BUILDERS = {About.PERSON: "routing", About.COMPANY: "approach_company"}
SHOWN = 50
JUDGED_AT_MOST = 20_000
MOST_CHOSEN = 2_000
EVERYBODY: dict[str, Any] = {"all": []}


@require_GET
def approach_lists(request: HttpRequest) -> HttpResponse:
    """Show the lists with how far each has come, and the calls the member has promised."""
    member = member_of(request)
    method, closed = request.GET.get("method", ""), request.GET.get("closed") == "1"
    rows = ApproachList.objects.visible_to(member).filter(is_open=not closed).select_related("owner", "team")
    rows = rows.filter(method=method) if method in Method.values else rows
    before = whole(request.GET.get("before"))
    rows = rows.order_by("-pk").filter(pk__lt=before) if before else rows.order_by("-pk")
    found = list(rows.prefetch_related("callers")[: SHOWN + 1])
    progress = listing.progress_of(found[:SHOWN])
    context = {
        "lines": [(row, progress[row.pk]) for row in found[:SHOWN]],
        "more": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "method": method,
        "methods": Method.choices,
        "closed": closed,
        "promised": listing.promised_to(member),
        "may_plan": may(member, "approach.plan"),
    }
    return render(request, "sales/approach/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approach_new(request: HttpRequest, about: str) -> HttpResponse:
    """Ask for a list and who belongs on it, by a condition or by rows chosen in a list; then make it."""
    member = member_of(request)
    require(member, "approach.plan")
    whom = _about(about)
    chosen = [pk for pk in map(whole, request.POST.getlist("ids")) if pk][:MOST_CHOSEN]
    if request.method != "POST" or "chosen" in request.POST:
        builder = drawn(request.GET.get("f") or EVERYBODY, BUILDERS[whom])
        return _form(request, ListForm(member=member), whom, builder=builder, chosen=chosen)
    form, builder = ListForm(request.POST, member=member), from_post(request.POST, ABOUT[BUILDERS[whom]])
    is_asked = bool(chosen) or _is_asked(builder, whom)
    if not form.is_valid() or not is_asked:
        return _form(request, form, whom, builder=builder, chosen=chosen, status=422)
    condition = None if chosen else builder.to_json()
    try:
        pk = once(request, lambda: _make(request, form, whom, condition, chosen))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, whom, builder=builder, chosen=chosen, status=422)
    return redirect("approach_list", pk) if pk else redirect("approach_lists")


@require_POST
def approach_preview(request: HttpRequest, about: str) -> HttpResponse:
    """Say what the condition means, how many that is, and who of them would be left out."""
    member, whom = member_of(request), _about(about)
    require(member, "approach.plan")
    form = ListForm(request.POST, member=member)
    form.is_valid()
    row = ApproachList(
        method=form.cleaned_data.get("method") or Method.CALL,
        about=whom,
        quiet_days=form.cleaned_data.get("quiet_days") or 0,
        skips_open_deals=form.cleaned_data.get("skips_open_deals") or False,
    )
    chosen = [pk for pk in map(whole, request.POST.getlist("ids")) if pk][:MOST_CHOSEN]
    builder = from_post(request.POST, ABOUT[BUILDERS[whom]])
    context: dict[str, Any] = {"is_person": whom is About.PERSON}
    try:
        condition = builder.to_json()
        if chosen:
            records = visible_records(whom, by=member).filter(pk__in=chosen)
        else:
            context["sentence"] = said(condition, about=whom)
            records = meant_by(condition, about=whom, by=member)
        context["count"] = count = records.count()
        if count <= JUDGED_AT_MOST:
            out = Counter(one.why_out for one in candidates(row, records) if one.why_out)
            context["out"] = [(why.label, out[why]) for why in WhyOut if out[why]]
            context["to_do"] = count - sum(out.values())
    except ConditionInvalid as problem:
        context["problem"] = str(problem)
    return render(request, "sales/approach/preview.html", context)


@require_GET
def approach_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list: how far it has come, and the people on it."""
    member, row = member_of(request), seen(request, pk)
    progress = listing.progress_of([row])[row.pk]
    state, why, text = (request.GET.get(name, "") for name in ("state", "why", "q"))
    targets = listing.visible_targets(row, member)
    if state in TargetState.values:
        targets = targets.filter(state=state)
    if why in WhyOut.values:
        targets = targets.filter(why_out=why)
    outcome = whole(request.GET.get("outcome"))
    targets = targets.filter(last_outcome=outcome) if outcome else targets
    targets = listing.found_on(targets, text, about=row.about)
    page = listing.lines_of(targets, after=whole(request.GET.get("after")))
    context = {
        "row": row,
        "progress": progress,
        "page": page,
        "state": state if state in TargetState.values else "",
        "why": why,
        "text": text[:60],
        "tabs": _tabs(request, progress, state),
        "sentence": _sentence(row),
        "callers": row.callers.all(),
        "may_plan": may(member, "approach.plan"),
        "may_work": may(member, "approach.work"),
    }
    return render(request, "sales/approach/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approach_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a list's settings to be changed, then change them."""
    member, row = member_of(request), seen(request, pk)
    require(member, "approach.plan")
    form = ListForm(request.POST or None, member=member, row=row, initial=ListForm.initial_of(row))
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_list(row, by=member, version=version_in(request), **form.values())
        except Refusal as refusal:
            status = 409 if isinstance(refusal, StaleRecord) else 422
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("approach_list", row.pk)
    context = {"form": form, "row": row, "about": row.about}
    return render(request, "sales/approach/form.html", context, status=status if form.errors else 200)


@require_POST
def approach_state(request: HttpRequest, pk: int) -> HttpResponse:
    """End the work on a list, or take it up again."""
    row = seen(request, pk)
    if request.POST.get("open") == "1":
        actions.reopen_list(row, by=member_of(request))
    else:
        actions.close_list(row, by=member_of(request))
    return redirect("approach_list", row.pk)


@require_POST
def approach_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Add whom the condition means now."""
    row = seen(request, pk)
    added = actions.add_matching(row, by=member_of(request))
    messages.success(request, _told(added))
    return redirect("approach_list", row.pk)


@require_POST
def approach_put(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Leave somebody out by hand, or take them in again."""
    row = seen(request, pk)
    found = get_object_or_404(listing.visible_targets(row, member_of(request)), pk=target)
    if request.POST.get("back") == "1":
        actions.put_back(found, by=member_of(request))
    else:
        actions.put_out(found, by=member_of(request))
    return redirect(way_back(request, "approach_list", pk=row.pk))


def seen(request: HttpRequest, pk: int) -> ApproachList:
    """Return the list if the member may see it; 404 otherwise."""
    found: ApproachList = get_object_or_404(
        ApproachList.objects.visible_to(member_of(request)).select_related("owner", "team"), pk=pk
    )
    return found


def _make(
    request: HttpRequest, form: ListForm, whom: About, condition: dict[str, Any] | None, chosen: list[int]
) -> ApproachList:
    """Make the list with everybody on it, whole or not at all."""
    member = member_of(request)
    with transaction.atomic():
        row = actions.create_list(by=member, about=whom, condition=condition, **form.values())
        added = actions.add_chosen(row, chosen, by=member) if chosen else actions.add_matching(row, by=member)
    messages.success(request, _told(added))
    return row


def _is_asked(builder: Builder, whom: About) -> bool:
    """Return whether the condition can be read; its problem is noted on the builder where not."""
    try:
        asked(builder.to_json(), about=whom)
    except ConditionInvalid as problem:
        builder.problem = str(problem)
        return False
    return True


def _form(
    request: HttpRequest, form: ListForm, whom: About, *, builder: Builder, chosen: list[int], status: int = 200
) -> HttpResponse:
    others = [
        {"label": label, "url": reverse("approach_new", args=[value]), "is_current": value == whom}
        for value, label in About.choices
    ]
    context = {
        "form": form,
        "builder": builder,
        "about": BUILDERS[whom],
        "whom": whom,
        "others": [] if chosen else others,
        "chosen": chosen,
        "once": request.POST.get("once") or new_token(),
    }
    return render(request, "sales/approach/form.html", context, status=status)


def _about(about: str) -> About:
    if about not in About.values:
        raise Http404
    return About(about)


def _sentence(row: ApproachList) -> str:
    """Return who belongs on the list, in words; "" where they were chosen by hand."""
    if row.condition is None:
        return ""
    try:
        return said(row.condition, about=About(row.about))
    except ConditionInvalid as problem:
        return str(problem)


def _tabs(request: HttpRequest, progress: listing.Progress, state: str) -> list[dict[str, Any]]:
    states = [("", _("すべて"), progress.size + progress.out)]
    states += [(one.value, str(one.label), progress.states.get(one, 0)) for one in TargetState]
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "is_current": state == value, "count": count}
        for value, label, count in states
    ]


def _told(added: actions.Added) -> str:
    """Return how many came onto the list and how many of them are left out."""
    text = ngettext("%(count)s件を追加しました。", "%(count)s件を追加しました。", added.new) % {
        "count": f"{added.new:,}"
    }
    out = sum(added.out.values())
    return text + (_("うち%(count)s件は除外しています。") % {"count": f"{out:,}"} if out else "")
