"""One appointment: planned, shown, changed, moved by hand, kept, called off; who is taken at that time."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.dates import parse_datetime
from ryorin.lib.errors import Refusal
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.activities.rules import OUTCOMES
from ryorin.sales.calendar import actions, queries
from ryorin.sales.calendar.models import Appointment, AppointmentKind
from ryorin.sales.calendar.rules import USUAL_MINUTES, end_of
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import done, is_fragment, member_of, picked, version_in, way_back
from ryorin.web.context import company
from ryorin.web.inputs import DayField, PickedField, picked_in
from ryorin.web.once import new_token, once
from ryorin.web.sales.activities import SOON, ActivityForm
from ryorin.web.sales.calendar import day_in
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 480)
CHANGED = ["calendar-changed", "planned", "deal-changed", "board-changed"]
MOST_COLLEAGUES = 30


class AppointmentForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=AppointmentKind.choices, widget=forms.RadioSelect)
    person = PickedField(Person.objects.none(), label=gettext_lazy("相手"), required=False)
    company = PickedField(Company.objects.none(), label=gettext_lazy("会社"), required=False)
    deal = PickedField(Deal.objects.none(), label=gettext_lazy("商談"), required=False)
    day = DayField(label=gettext_lazy("日付"))
    start = forms.TimeField(label=gettext_lazy("開始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(label=gettext_lazy("所要時間"), coerce=int)
    title = forms.CharField(label=gettext_lazy("件名"), max_length=160, required=False)
    place = forms.CharField(label=gettext_lazy("場所"), max_length=200, required=False)
    online_link = forms.CharField(
        label=gettext_lazy("オンライン会議のURL"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    owner = forms.ModelChoiceField(Member.objects.filter(is_active=True), label=gettext_lazy("担当"), empty_label=None)
    members = forms.ModelMultipleChoiceField(
        Member.objects.filter(is_active=True),
        label=gettext_lazy("社内の参加者"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=gettext_lazy("先方の参加者"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("メモ"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, model in (("person", Person), ("company", Company), ("deal", Deal)):
            self.fields[name].queryset = model.objects.visible_to(member)  # type: ignore[attr-defined]
        self.fields["people"].queryset = Person.objects.visible_to(member)  # type: ignore[attr-defined]
        present = self.initial.get("minutes")
        lengths = sorted({*LENGTHS, present} if present else LENGTHS)
        self.fields["minutes"].choices = [(number, length_said(number)) for number in lengths]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the fields as the verb takes them."""
        data = dict(self.cleaned_data)
        starts_at = datetime.combine(data.pop("day"), data.pop("start"), ZoneInfo(company().time_zone))
        return data | {"starts_at": starts_at, "ends_at": end_of(starts_at, timedelta(minutes=data.pop("minutes")))}

    def span(self) -> tuple[datetime, datetime] | None:
        """Return the time as far as it was typed, None where it cannot be read."""
        try:
            day, start = (
                self.fields["day"].clean(self["day"].value()),
                self.fields["start"].clean(self["start"].value()),
            )
            minutes = int(self["minutes"].value())
        except (ValidationError, ValueError, TypeError):
            return None
        if not (2000 <= day.year <= 2199 and 0 < minutes <= 1440):
            return None
        starts_at = datetime.combine(day, start, ZoneInfo(company().time_zone))
        return starts_at, starts_at + timedelta(minutes=minutes)


def length_said(minutes: int) -> str:
    """Return a length as people say it: 30分, 1時間, 1時間30分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s分") % {"minutes": rest}
    if not rest:
        return _("%(hours)s時間") % {"hours": hours}
    return _("%(hours)s時間%(minutes)s分") % {"hours": hours, "minutes": rest}


@require_http_methods(["GET", "POST"])
def appointment_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new appointment, at a time and with a customer where given, or plan it."""
    member = member_of(request)
    require(member, "calendar.change")
    form = AppointmentForm(request.POST, member=member) if request.method == "POST" else _empty_form(request, member)
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: actions.plan_appointment(by=member, **form.values()))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            to = way_back(request, "appointment", pk=pk)
            return done(request, _("予定を入れました。"), to=to, events=CHANGED)
    return _form_page(request, form, {"next": request.GET.get("next") or request.POST.get("next", "")})


@require_GET
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one appointment and what can be done with it."""
    found = seen(request, pk)
    member = member_of(request)
    guests = list(found.guests.select_related("member", "person"))
    clashes = _clashes(member, queries.takers(found), (found.starts_at, found.ends_at), besides=found.pk)
    context = {
        "appointment": found,
        "guests": guests,
        "clashes": clashes if found.is_planned else [],
        "has_begun": found.starts_at <= clock.now() + timedelta(minutes=5),
        "address": found.place or queries.address_of(found.company, found.person),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"sales/appointment.html{part}", context)


@require_http_methods(["GET", "POST"])
def appointment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appointment to be changed, or change it; where somebody was faster, say so and keep what was typed."""
    member, found = member_of(request), seen(request, pk)
    require(member, "calendar.change")
    local = found.starts_at.astimezone(ZoneInfo(company().time_zone))
    names = ("kind", "person", "company", "deal", "title", "place", "online_link", "owner", "note")
    initial = {name: getattr(found, name) for name in names} | {
        "day": local.date(),
        "start": local.time(),
        "minutes": found.minutes,
        "members": [guest.member_id for guest in found.guests.all() if guest.member_id],
        "people": [guest.person_id for guest in found.guests.all() if guest.person_id],
    }
    form = AppointmentForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_appointment(found, by=member, version=version_in(request), **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            to = way_back(request, "appointment", pk=pk)
            return done(request, _("予定を変更しました。"), to=to, events=CHANGED)
    return _form_page(request, form, {"appointment": found})


@require_POST
def appointment_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an appointment begin at the time to which it was dragged."""
    found = seen(request, pk)
    try:
        starts_at = parse_datetime(request.POST.get("start", "")[:40], company().time_zone)
    except ValueError:
        return HttpResponse(_("日時を読み取れません。"), status=422, content_type="text/plain; charset=utf-8")
    actions.move_appointment(found, starts_at, by=member_of(request), version=version_in(request))
    return done(request, _("予定を動かしました。"), to=reverse("calendar"), events=["calendar-changed"])


@require_http_methods(["GET", "POST"])
def appointment_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what came of an appointment, then make an activity of it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "calendar.change")
    fields = ("outcome", "body", "minutes", "next_action", "next_action_on")
    form = ActivityForm(request.POST or None, member=member, initial={"minutes": found.minutes})
    form.keep_only(*fields)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in fields}
        try:
            actions.finish_appointment(found, by=member, version=version_in(request), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            to = way_back(request, "calendar")
            return done(
                request, _("活動として記録しました。"), to=to, events=[*CHANGED, "activity-logged", "task-changed"]
            )
    outcomes = OUTCOMES.get(ActivityKind(found.kind), ()) if found.kind in ActivityKind.values else ()
    context = {"appointment": found, "form": form, "soon": SOON.items(), "outcomes": [str(one) for one in outcomes]}
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"sales/appointment_finish.html{part}", context)


@require_POST
def appointment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an appointment off; it can be put back."""
    version = version_in(request) if "version" in request.POST else None
    found = actions.cancel_appointment(
        seen(request, pk), by=member_of(request), version=version, reason=request.POST.get("reason", "")
    )
    undo = reverse("appointment_replan", args=[found.pk])
    return done(request, _("予定を中止にしました。"), to=reverse("calendar"), undo=undo, events=CHANGED)


@require_POST
def appointment_replan(request: HttpRequest, pk: int) -> HttpResponse:
    actions.replan_appointment(seen(request, pk), by=member_of(request))
    return done(request, _("予定を元に戻しました。"), to=reverse("calendar"), events=CHANGED)


@require_GET
def appointment_clashes(request: HttpRequest) -> HttpResponse:
    """Return who is taken at the time that stands in the form."""
    member = member_of(request)
    form = AppointmentForm(request.GET, member=member)
    span = form.span()
    numbers = [text for text in [request.GET.get("owner", ""), *request.GET.getlist("members")] if _is_id(text)]
    besides = request.GET.get("besides", "")
    clashes = (
        _clashes(member, {int(text) for text in numbers}, span, besides=int(besides) if _is_id(besides) else None)
        if span and numbers
        else []
    )
    return render(request, "sales/appointment_form.html#clashes", {"clashes": clashes})


def seen(request: HttpRequest, pk: int) -> Appointment:
    """Return the appointment when the member may see it; 404 otherwise."""
    rows = Appointment.objects.visible_to(member_of(request)).select_related(*queries.RELATED, "activity")
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


def _clashes(
    member: Member, takers: set[int], span: tuple[datetime, datetime], *, besides: int | None
) -> list[dict[str, Any]]:
    """Return the appointments at the same time and who is wanted twice; what the member may not see has no name."""
    rows = queries.conflicts(takers, *span, besides=besides)
    shown = set(
        Appointment.objects.visible_to(member).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    names = {one.pk: one.name for one in Member.objects.filter(pk__in=takers)}
    return [
        {
            "who": "、".join(names[pk] for pk in sorted(queries.takers(row) & takers) if pk in names),
            "title": row.title if row.pk in shown else _("ほかの予定"),
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
        }
        for row in rows
    ]


def _empty_form(request: HttpRequest, member: Member) -> AppointmentForm:
    kind = request.GET.get("kind", "")
    kind = kind if kind in AppointmentKind.values else AppointmentKind.VISIT.value
    deal = picked(Deal.objects.visible_to(member).select_related("company"), request.GET.get("deal"))
    person = picked(Person.objects.visible_to(member).select_related("company"), request.GET.get("person"))
    if person is None and deal is not None and deal.person_id:
        person = Person.objects.visible_to(member).select_related("company").filter(pk=deal.person_id).first()
    firm = picked(Company.objects.visible_to(member), request.GET.get("company"))
    home = firm or (deal.company if deal else None) or (person.company if person else None)
    day, start = _time_in(request)
    initial = {
        "kind": kind,
        "person": person,
        "company": firm,
        "deal": deal,
        "owner": member,
        "day": day,
        "start": start,
        "minutes": USUAL_MINUTES[AppointmentKind(kind)],
        "place": queries.address_of(home, person) if kind == AppointmentKind.VISIT else "",
    }
    return AppointmentForm(initial=initial, member=member)


def _time_in(request: HttpRequest) -> tuple[date, time]:
    """Return the day and time the address names, else the next full hour."""
    zone = ZoneInfo(company().time_zone)
    text = request.GET.get("start", "")
    try:
        moment = parse_datetime(text[:40], company().time_zone).astimezone(zone) if text else None
    except ValueError:
        moment = None
    if moment is None:
        now = clock.now().astimezone(zone)
        day, place = day_in(request.GET.get("day", "")), company()
        is_soon = day == now.date() and place.opens_hour <= now.hour + 1 < place.closes_hour
        return day, time(now.hour + 1 if is_soon else 10)
    return moment.date(), moment.time()


def _form_page(request: HttpRequest, form: AppointmentForm, extra: dict[str, Any]) -> HttpResponse:
    """Return the form for the drawer, or as a page of its own."""
    records = {f"chosen_{name}": picked_in(form, name) for name in ("person", "company", "deal")}
    _offer_colleagues(form, records)
    chosen = form["members"].value() or []
    context = {
        "form": form,
        **records,
        "once": request.POST.get("once") or new_token(),
        "has_members": bool(chosen),
        **extra,
    }
    if is_fragment(request):
        return render(request, "sales/appointment_form.html#form", context)
    return render(request, "sales/appointment_form.html", context, status=422 if form.errors else 200)


def _offer_colleagues(form: AppointmentForm, records: dict[str, Any]) -> None:
    """This function will offer the other people of the customer's company, and those who are invited already."""
    deal, person = records["chosen_deal"], records["chosen_person"]
    firm = records["chosen_company"] or (deal.company if deal else None) or (person.company if person else None)
    field: Any = form.fields["people"]
    invited = [text for text in map(str, form["people"].value() or []) if _is_id(text)]
    offered = field.queryset.filter(company=firm) if firm else field.queryset.none()
    rows = offered.exclude(pk=person.pk) if person else offered
    ids = [*rows.order_by("family_kana", "pk").values_list("pk", flat=True)[:MOST_COLLEAGUES], *map(int, invited)]
    field.queryset = field.queryset.filter(pk__in=ids)


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
