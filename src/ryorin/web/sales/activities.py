"""Activities: noted within seconds, read by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.activities import actions, queries
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.sales.activities.rules import OUTCOMES, USUAL_MINUTES
from ryorin.sales.deals.models import Deal
from ryorin.sales.sequences.actions import start_sequence
from ryorin.sales.sequences.models import Sequence
from ryorin.web.answers import done, is_fragment, member_of, picked, way_back
from ryorin.web.context import company
from ryorin.web.inputs import DayField, PickedField, picked_in
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import closed_days

SOON: dict[str, tuple[str | Promise, int]] = {
    "1": (gettext_lazy("翌営業日"), 1),
    "3": (gettext_lazy("3営業日後"), 3),
    "5": (gettext_lazy("1週間後"), 5),
    "20": (gettext_lazy("1か月後"), 20),
}
PERIODS: dict[str, tuple[str | Promise, int]] = {
    "today": (gettext_lazy("今日"), 0),
    "week": (gettext_lazy("7日間"), 6),
    "month": (gettext_lazy("30日間"), 29),
    "all": (gettext_lazy("すべて"), 36_500),
}


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=ActivityKind.choices, widget=forms.RadioSelect)
    person = PickedField(Person.objects.none(), label=gettext_lazy("相手"), required=False)
    company = PickedField(Company.objects.none(), label=gettext_lazy("会社"), required=False)
    deal = PickedField(Deal.objects.none(), label=gettext_lazy("商談"), required=False)
    outcome = forms.CharField(label=gettext_lazy("結果"), max_length=40, required=False)
    subject = forms.CharField(label=gettext_lazy("件名"), max_length=160, required=False)
    body = forms.CharField(
        label=gettext_lazy("内容"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    at = forms.DateTimeField(
        label=gettext_lazy("日時"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(label=gettext_lazy("時間（分）"), min_value=0, max_value=1440, required=False)
    next_action = forms.CharField(label=gettext_lazy("次のアクション"), max_length=160, required=False)
    next_action_on = DayField(label=gettext_lazy("いつ"), required=False)
    sequence = forms.ModelChoiceField(
        Sequence.objects.filter(is_active=True),
        label=gettext_lazy("続けて始めるシーケンス"),
        required=False,
        empty_label=gettext_lazy("なし"),
    )
    soon = forms.ChoiceField(
        required=False, choices=[("", ""), *((key, label) for key, (label, _days) in SOON.items())]
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["next_action_on"].widget.attrs["aria-label"] = _("次のアクションの日")
        for name, model in (("person", Person), ("company", Company), ("deal", Deal)):
            self.fields[name].queryset = model.objects.visible_to(member)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        soon = data.pop("soon", "")
        if soon and not data.get("next_action_on"):
            today = clock.today(company().time_zone)
            data["next_action_on"] = add_business_days(today, SOON[soon][1], closed=closed_days())
        return data

    def keep_only(self, *names: str) -> None:
        """This function will reduce the form to some of its fields."""
        for name in set(self.fields) - {*names, "soon"}:
            del self.fields[name]


@dataclass(frozen=True)
class Shown:
    """What the list is narrowed to, read from the address."""

    whose: str
    period: str
    kind: str


@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """Show what was done, by day."""
    member = member_of(request)
    shown = _shown(request)
    rows = _narrowed(Activity.objects.visible_to(member), shown, member)
    counts = dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))
    if shown.kind:
        rows = rows.filter(kind=shown.kind)
    context = {
        "shown": shown,
        "page": queries.page(rows, tz=company().time_zone, before=request.GET.get("before", "")),
        "kinds": [(kind.value, kind.label, counts.get(kind.value, 0)) for kind in ActivityKind],
        "total": sum(counts.values()),
        "periods": PERIODS,
        "owners": Member.objects.filter(is_active=True),
        "today": clock.today(company().time_zone),
    }
    part = "#days" if is_fragment(request) and "before" in request.GET else ""
    return render(request, f"sales/activities.html{part}", context)


@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    """Show the quick form, for a person, company or deal where given, or keep what was done."""
    member = member_of(request)
    require(member, "activities.change")
    form = ActivityForm(request.POST, member=member) if request.method == "POST" else _empty_form(request, member)
    if request.method == "POST" and form.is_valid():
        try:
            activity = _log(form, member)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("%(kind)sを記録しました。") % {"kind": activity.get_kind_display()}
            return done(request, text, to=_after(request, activity), events=["activity-logged", "board-changed"])
    return _form_page(request, form, {"next": request.GET.get("next") or request.POST.get("next", "")})


@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one activity to be corrected, or correct it."""
    member = member_of(request)
    found = get_object_or_404(Activity.objects.visible_to(member), pk=pk)
    require(member, "activities.change")
    fields = ("outcome", "subject", "body", "at", "minutes")
    initial = {name: getattr(found, name) for name in fields}
    form = ActivityForm(request.POST if request.method == "POST" else None, member=member, initial=initial)
    form.keep_only(*fields)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in fields}
        try:
            actions.change_activity(found, by=member, **values | {"at": values["at"] or found.at})
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("活動を直しました。"), to=_after(request, found), events=["activity-logged"])
    return _form_page(request, form, {"activity": found})


@require_POST
def activity_delete(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request)
    found = get_object_or_404(Activity.objects.visible_to(member), pk=pk)
    entry = actions.delete_activity(found, by=member)
    undo = reverse("activity_restore", args=[entry.pk])
    return done(request, _("活動を削除しました。"), to=reverse("activities"), undo=undo, events=["activity-logged"])


@require_POST
def activity_restore(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(AuditEntry, pk=pk, action="activity_deleted")
    actions.restore_activity(entry, by=member_of(request))
    return done(request, _("活動を元に戻しました。"), to=reverse("activities"), events=["activity-logged"])


@require_GET
def activity_outcomes(request: HttpRequest) -> HttpResponse:
    """Return the outcomes to choose from for a kind of activity."""
    kind = request.GET.get("kind", "")
    return render(request, "sales/activity_form.html#outcomes", _outcomes(kind, "", calls=kind == ActivityKind.CALL))


@transaction.atomic
def _log(form: ActivityForm, member: Member) -> Activity:
    """This function will keep what was done and let the person into the sequence that was chosen."""
    values = dict(form.cleaned_data)
    sequence = values.pop("sequence")
    activity = actions.log_activity(values.pop("kind"), by=member, **values)
    if sequence is not None and activity.person is not None:
        origin = "：".join(filter(None, (str(activity.get_kind_display()), activity.outcome)))
        start_sequence(sequence, [activity.person], by=member, deal=activity.deal, origin=origin)
    return activity


def _form_page(request: HttpRequest, form: ActivityForm, extra: dict[str, Any]) -> HttpResponse:
    """Return the form for the drawer, or as a page of its own."""
    records = {f"chosen_{name}": picked_in(form, name) for name in ("person", "company", "deal") if name in form.fields}
    person = records.get("chosen_person") or getattr(records.get("chosen_deal"), "person", None)
    kind = str(form["kind"].value() or "") if "kind" in form.fields else extra["activity"].kind
    outcome = str(form["outcome"].value() or "")
    context = {
        "form": form,
        "soon": SOON.items(),
        "do_not_call": person if person is not None and person.do_not_call else None,
        **records,
        **_outcomes(kind, outcome, calls=kind == ActivityKind.CALL),
        **extra,
    }
    if is_fragment(request):
        return render(request, "sales/activity_form.html#form", context)
    return render(request, "sales/activity_form.html", context, status=422 if form.errors else 200)


def _outcomes(kind: str, outcome: str, *, calls: bool) -> dict[str, Any]:
    known = kind if kind in ActivityKind.values else ActivityKind.CALL
    usual = [str(label) for label in OUTCOMES[ActivityKind(known)]]
    if outcome and outcome not in usual:
        usual.append(outcome)
    return {
        "outcomes": usual,
        "outcome": outcome,
        "usual_minutes": USUAL_MINUTES.get(ActivityKind(known)),
        "calls": calls,
    }


def _empty_form(request: HttpRequest, member: Member) -> ActivityForm:
    kind = request.GET.get("kind", "")
    deal = picked(Deal.objects.visible_to(member), request.GET.get("deal"))
    person = picked(Person.objects.visible_to(member), request.GET.get("person"))
    if person is None and deal is not None and deal.person_id:
        person = Person.objects.visible_to(member).filter(pk=deal.person_id).first()
    initial = {
        "kind": kind if kind in ActivityKind.values else ActivityKind.CALL.value,
        "person": person,
        "company": picked(Company.objects.visible_to(member), request.GET.get("company")),
        "deal": deal,
        "at": clock.now().astimezone(ZoneInfo(company().time_zone)).replace(second=0, microsecond=0, tzinfo=None),
    }
    return ActivityForm(initial=initial, member=member)


def _after(request: HttpRequest, activity: Activity) -> str:
    if activity.deal_id:
        return way_back(request, "deal", pk=activity.deal_id)
    if activity.person_id:
        return way_back(request, "person", pk=activity.person_id)
    return way_back(request, "activities")


def _shown(request: HttpRequest) -> Shown:
    whose, period, kind = (request.GET.get(name, "") for name in ("whose", "period", "kind"))
    return Shown(
        whose=whose if whose in ("me", "team") or (whose.isdecimal() and len(whose) < 19) else "",
        period=period if period in PERIODS else "month",
        kind=kind if kind in ActivityKind.values else "",
    )


def _narrowed(rows: QuerySet[Activity], shown: Shown, member: Member) -> QuerySet[Activity]:
    if shown.whose == "me":
        rows = rows.filter(owner=member)
    elif shown.whose == "team":
        rows = rows.filter(owner__team=member.team_id) if member.team_id else rows.filter(owner=member)
    elif shown.whose:
        rows = rows.filter(owner_id=int(shown.whose))
    if shown.period == "all":
        return rows
    today: date = clock.today(company().time_zone)
    first = today - timedelta(days=PERIODS[shown.period][1])
    return queries.in_days(rows, first, today, tz=company().time_zone)
