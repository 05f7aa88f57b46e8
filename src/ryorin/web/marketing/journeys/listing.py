"""Journeys: the list, one with its cards and what passed them, a new one, its settings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.segments.models import Segment
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Journey, JourneyState, Reentry, Version
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import known
from ryorin.marketing.journeys.rules.drawing import read
from ryorin.marketing.journeys.rules.samples import SAMPLES, drawing_of
from ryorin.web.answers import done, is_fragment, member_of, moved_on, version_in
from ryorin.web.once import new_token, once
from ryorin.workspace.members.rules import may, require

DAYS = 30


class NewForm(forms.Form):
    name = forms.CharField(label=lazy("ジャーニー名"), max_length=80)
    goal = forms.CharField(label=lazy("ねらい"), max_length=200, required=False)
    sample = forms.ChoiceField(label=lazy("ひな形"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["sample"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("白紙から")), *((one.name, one.label) for one in SAMPLES)]


class SettingsForm(forms.Form):
    name = forms.CharField(label=lazy("ジャーニー名"), max_length=80)
    goal = forms.CharField(label=lazy("ねらい"), max_length=200, required=False)
    reentry = forms.ChoiceField(label=lazy("同じ人が再び入る"), choices=Reentry.choices, widget=forms.RadioSelect)
    reentry_days = forms.IntegerField(label=lazy("空ける日数"), min_value=1, max_value=3650)
    excluded = forms.MultipleChoiceField(
        label=lazy("除くセグメント"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("このセグメントにいる人は、新しく入りません。"),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["excluded"]
        assert isinstance(field, forms.MultipleChoiceField)
        segments = Segment.objects.in_use().order_by("name")[:500]
        field.choices = [(str(one.pk), one.name) for one in segments]


@require_GET
def journeys(request: HttpRequest) -> HttpResponse:
    """Show every journey with what became of the people in it."""
    member = member_of(request)
    rows = list(Journey.objects.visible_to(member).select_related("owner", "live").order_by("name")[:500])
    order = {JourneyState.RUNNING: 0, JourneyState.PAUSED: 1, JourneyState.CLOSING: 2, JourneyState.DRAFT: 3}
    rows.sort(key=lambda one: (order.get(JourneyState(one.state), 4), one.name))
    totals = pages.totals(rows)
    names = known()
    lines = [
        {
            "journey": one,
            "totals": totals.get(one.pk, pages.Totals()),
            "start": pages.shown(read(one.draft), names)[0].said,
        }
        for one in rows
    ]
    context = {"lines": lines, "samples": SAMPLES, "may_change": may(member, "journeys.change")}
    return render(request, "marketing/journeys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def journey_new(request: HttpRequest) -> HttpResponse:
    """Ask for a name and what to begin from, then make the journey."""
    member = member_of(request)
    require(member, "journeys.change")
    chosen = request.GET.get("sample", "")
    sample = next((one for one in SAMPLES if one.name == chosen), None)
    initial = {"sample": sample.name if sample else "", "name": str(sample.label) if sample else ""}
    form = NewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            drawing = drawing_of(values["sample"]) if values["sample"] else None
            pk = once(
                request,
                lambda: actions.create_journey(name=values["name"], goal=values["goal"], drawing=drawing, by=member),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            to = reverse("journey_draw", args=[pk]) if pk else reverse("journeys")
            return moved_on(request, _("ジャーニーを作成しました。カードを確かめて、稼働させてください。"), to=to)
    context = {"form": form, "samples": SAMPLES, "once": request.POST.get("once") or new_token()}
    return render(request, "marketing/journeys/new.html", context, status=422 if form.errors else 200)


@require_GET
def journey(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one journey: its figures, the cards with who is where, the versions."""
    member, found = member_of(request), seen(request, pk)
    versions = list(found.versions.order_by("-number")[:50])
    wanted = request.GET.get("version", "")
    chosen = next((one for one in versions if str(one.number) == wanted), found.live)
    drawing = read(chosen.drawing if chosen else found.draft)
    figures = pages.figures_of(chosen) if chosen else None
    start, cards = pages.shown(drawing, known(), figures=figures)
    context = {
        "journey": found,
        "versions": versions,
        "chosen": chosen,
        "start": start,
        "cards": cards,
        "totals": pages.totals([found]).get(found.pk, pages.Totals()),
        "old": pages.old_versions(found) if found.live_id else [],
        "has_changes": found.live is not None and found.live.drawing != found.draft,
        "chart": _chart(chosen) if chosen else None,
        "may_change": may(member, "journeys.change"),
        "may_switch": may(member, "journeys.switch"),
        "shows_figures": chosen is not None,
    }
    return render(request, "marketing/journeys/journey.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def journey_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show name, aim, re-entry and exclusions, or change them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    initial = {
        "name": found.name,
        "goal": found.goal,
        "reentry": found.reentry,
        "reentry_days": found.reentry_days,
        "excluded": [str(one) for one in found.excluded],
    }
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "excluded": [int(one) for one in form.cleaned_data["excluded"]]}
        try:
            actions.change_settings(found, by=member, version=version_in(request), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("設定を保存しました。"), to=reverse("journey", args=[pk]))
    context = {"journey": found, "form": form}
    part = "#drawer" if is_fragment(request) else ""
    return render(
        request, f"marketing/journeys/settings.html{part}", context, status=422 if form.errors and not part else 200
    )


@require_POST
def journey_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another journey from the draft of this one."""
    made = actions.copy_journey(seen(request, pk), by=member_of(request))
    return moved_on(request, _("複製しました。"), to=reverse("journey_draw", args=[made.pk]))


@require_POST
def journey_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a journey that nobody went through."""
    found = seen(request, pk)
    try:
        actions.delete_journey(found, by=member_of(request))
    except Refusal as refusal:
        if is_fragment(request) or refusal.status == 403:
            raise
        return done(request, str(refusal), to=reverse("journey", args=[pk]))
    return moved_on(request, _("「%(name)s」を削除しました。") % {"name": found.name}, to=reverse("journeys"))


def seen(request: HttpRequest, pk: int) -> Journey:
    """Return the journey if the member may see it; 404 otherwise."""
    rows = Journey.objects.visible_to(member_of(request)).select_related("owner", "live")
    found: Journey = get_object_or_404(rows, pk=pk)
    return found


def _chart(version: Version) -> dict[str, Any] | None:
    """Return entries and goals by day; None while there is but one day of it."""
    today = clock.today()
    since = today - timedelta(days=DAYS - 1)
    rows = {row["day"]: row for row in pages.day_rows(version, since=since)}
    if not rows:
        return None
    days = [since + timedelta(days=number) for number in range(DAYS)]
    empty = {"entered": 0, "goals": 0}
    return {
        "title": _("入った人と目標に達した人（30日間）"),
        "kind": "bar",
        "axis": _("日付"),
        "unit": _("人"),
        "labels": [date_format(day, "n/j") for day in days],
        "series": [
            {"name": _("入った人"), "values": [rows.get(day, empty)["entered"] for day in days], "wheel": "sow"},
            {"name": _("目標"), "values": [rows.get(day, empty)["goals"] for day in days], "wheel": "axle"},
        ],
    }
