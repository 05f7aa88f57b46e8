"""Flights of a campaign: booking one, changing it, moving it on the calendar, typing what it cost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.media.actions import change_flight, delete_flight, move_flight, plan_flight, type_figures
from ryorin.marketing.media.models import Flight, Source
from ryorin.marketing.media.rules import months_between
from ryorin.web.answers import done, member_of, version_in
from ryorin.web.context import company
from ryorin.web.customers.undo import deleted_from
from ryorin.web.inputs import MoneyField
from ryorin.web.insight.asking import day_in
from ryorin.web.lists.state import whole
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.media_inputs import FiguresForm, FlightForm
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
def flight_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a flight of a campaign."""
    require(member_of(request), "campaigns.change")
    campaign = get_object_or_404(visible(request), pk=pk)
    initial = {
        "channel": campaign.channel,
        "starts_on": campaign.starts_on or clock.today(company().time_zone),
        "ends_on": campaign.ends_on,
    }
    form = FlightForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: plan_flight(campaign, by=member_of(request), **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("出稿を追加しました。"))
            return redirect("campaign_media", pk)
    return _form(request, form, campaign, title=_("出稿を追加"))


@require_http_methods(["GET", "HEAD", "POST"])
def flight(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a flight with its months and figures, or change it."""
    member = member_of(request)
    found = seen(request, pk)
    is_sent = request.method == "POST"
    form = FlightForm(request.POST if is_sent else None, initial=FlightForm.initial_of(found))
    version, status = request.POST.get("version", str(found.version)), 200
    faults: dict[str, str] = {}
    if is_sent:
        require(member, "campaigns.change")
        amounts, faults = months_typed(request, found)
        if form.is_valid() and not faults:
            values = dict(form.cleaned_data)
            if amounts is not None:
                values.pop("budget")
            try:
                change_flight(found, by=member, version=whole(version), months=amounts, **values)
            except StaleRecord as refusal:
                found.refresh_from_db()
                form.add_error(None, str(refusal))
                version, status = str(found.version), 409
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("保存しました。"))
                return redirect("campaign_media", found.campaign_id)
    extra = {"flight": found, "months": month_rows(request, found, faults), "figures": found.figures.all()[:SHOWN]}
    extra |= {"figures_form": FiguresForm(initial={"day": clock.today(company().time_zone)})}
    more: dict[str, Any] = extra | {"is_typed": found.source in ("", Source.TYPED)}
    status = 422 if faults and status == 200 else status
    return _form(request, form, found.campaign, title=found.vehicle, status=status, version=version, **more)


@require_POST
def flight_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the days to which a flight was drawn on the calendar."""
    found = seen(request, pk)
    starts, ends = (day_in(request.POST.get(name, "")) for name in ("from", "to"))
    if starts is None or ends is None:
        return JsonResponse({"text": _("日付を読み取れません。")}, status=422)
    moved = move_flight(found, starts_on=starts, ends_on=ends, by=member_of(request), version=version_in(request))
    text = _("「%(name)s」の日程を変えました。") % {"name": moved.vehicle}
    return JsonResponse({"text": text, "version": moved.version})


@require_POST
def flight_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    entry = delete_flight(found, by=member_of(request))
    return deleted_from(request, found.vehicle, entry, reverse("campaign_media", args=[found.campaign_id]))


@require_POST
def flight_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what a flight cost and brought on a day."""
    found = seen(request, pk)
    require(member_of(request), "campaigns.change")
    form = FiguresForm(request.POST)
    to = reverse("flight", args=[pk])
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(to)
    type_figures(found, form.cleaned_data["day"], by=member_of(request), **form.values())
    return done(request, _("実績を記録しました。"), to=to)


def months_typed(request: HttpRequest, found: Flight) -> tuple[Any, dict[str, str]]:
    """Return the budget by month as typed, None where it is to be spread, and what cannot be read."""
    if request.POST.get("spread", "auto") != "months":
        return None, {}
    field, amounts, faults = MoneyField(required=False), {}, {}
    for name, text in request.POST.items():
        month = day_in(f"{name.removeprefix('month-')}-01") if name.startswith("month-") else None
        if month is None:
            continue
        try:
            amounts[month] = field.clean(text[:40])
        except ValidationError as error:
            faults[name] = error.messages[0]
    return amounts, faults


def month_rows(request: HttpRequest, found: Flight, faults: dict[str, str]) -> list[dict[str, Any]]:
    """Return the months of a flight with their amounts, as kept or as typed."""
    field, held = MoneyField(required=False), {row.month: row.amount for row in found.months.all()}
    rows = []
    for month in months_between(found.starts_on, found.ends_on):
        name = f"month-{month:%Y-%m}"
        text = request.POST.get(name) or field.prepare_value(held.get(month, 0))
        rows.append({"month": month, "name": name, "text": text, "fault": faults.get(name, "")})
    return rows


def seen(request: HttpRequest, pk: int) -> Flight:
    """Return the flight when the member may see it."""
    rows = Flight.objects.visible_to(member_of(request)).select_related("campaign")
    found: Flight = get_object_or_404(rows, pk=pk)
    return found


def _form(
    request: HttpRequest, form: FlightForm, campaign: Campaign, *, title: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "campaign": campaign,
        "title": title,
        "back": reverse("campaign_media", args=[campaign.pk]),
        "once": request.POST.get("once") or new_token(),
        "may_change": may(member_of(request), "campaigns.change"),
        **more,
    }
    status = 422 if form.errors and status == 200 else status
    return render(request, "marketing/media/flight.html", context, status=status)
