"""Beginning and changing a regular meeting, and putting one more meeting beside it."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.alignment.meetings import actions
from ryorin.alignment.meetings.models import LooksAt, Nth, Rhythm, Series, Weekday
from ryorin.alignment.meetings.queries.agenda import day_said, time_said
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.web.alignment.meetings.seen import seen_series
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.context import company
from ryorin.web.inputs import DayField
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

DAYS_BEFORE = [
    (0, lazy("当日の2時間前")),
    (1, lazy("1営業日前")),
    (2, lazy("2営業日前")),
    (3, lazy("3営業日前")),
    (5, lazy("5営業日前")),
]
SHOWN = 12


class SeriesForm(forms.Form):
    name = forms.CharField(
        label=lazy("会議名"), max_length=80, widget=forms.TextInput(attrs={"placeholder": lazy("例：営業・マーケ定例")})
    )
    purpose = forms.CharField(label=lazy("目的"), max_length=200, required=False)
    rhythm = forms.ChoiceField(label=lazy("開催の頻度"), choices=Rhythm.choices)
    nth = forms.TypedChoiceField(label=lazy("第何週（毎月のとき）"), choices=Nth.choices, coerce=int)
    weekday = forms.TypedChoiceField(label=lazy("曜日"), choices=Weekday.choices, coerce=int)
    starts_on = DayField(label=lazy("開始日"))
    begins_at = forms.TimeField(label=lazy("開始時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=lazy("時間（分）"), min_value=5, max_value=720)
    place = forms.CharField(label=lazy("場所"), max_length=160, required=False)
    link = forms.URLField(label=lazy("オンライン会議のURL"), max_length=500, required=False, assume_scheme="https")
    organiser = forms.ModelChoiceField(
        label=lazy("主催者"),
        queryset=Member.objects.none(),
        help_text=lazy("議題は、主催者が見られる範囲のデータから作ります。"),
    )
    members = forms.ModelMultipleChoiceField(
        label=lazy("参加者"), queryset=Member.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    emails = forms.CharField(
        label=lazy("社外の参加者（メールアドレス）"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("1行に1件。議題と議事録がメールで届きます。"),
    )
    looks_at = forms.ChoiceField(label=lazy("振り返る期間"), choices=LooksAt.choices)
    mails_before = forms.TypedChoiceField(label=lazy("議題を送る日"), choices=DAYS_BEFORE, coerce=int)
    attaches_pdf = forms.BooleanField(label=lazy("メールに資料（PDF）を添付する"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        here = Member.objects.filter(is_active=True)
        for name in ("organiser", "members"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = here

    def values(self) -> dict[str, Any]:
        """Return what the verbs take."""
        return self.cleaned_data | {"emails": re.split(r"[\s,、;]+", self.cleaned_data["emails"])}


@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: HttpRequest) -> HttpResponse:
    """Ask who meets when, then begin the regular meeting."""
    member = member_of(request)
    require(member, "meetings.change")
    start = {
        "rhythm": Rhythm.MONTHLY, "nth": 1, "weekday": Weekday.TUESDAY, "starts_on": clock.today(company().time_zone),
        "begins_at": "10:00", "minutes": 60, "organiser": member.pk, "members": [member.pk],
        "looks_at": LooksAt.LAST_MONTH, "mails_before": 1, "attaches_pdf": True,
    }  # fmt: skip
    form = SeriesForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: actions.create_series(by=member, **form.values()))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("定例会議を作成しました。次の会議が予定に入りました。"))
            return redirect("meeting_series", pk) if pk else redirect("meetings")
    context = {"form": form, "once": request.POST.get("once") or new_token()}
    return render(request, "alignment/meetings/series.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a regular meeting with its meetings, and change it."""
    member, found = member_of(request), seen_series(request, pk)
    if request.method == "POST":
        require(member, "meetings.change")
    form = SeriesForm(request.POST or None, initial=initial_of(found))
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_series(found, by=member, version=version_in(request), **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, StaleRecord) else 422
        else:
            messages.success(request, _("保存しました。"))
            return redirect("meeting_series", found.pk)
    meetings = found.meetings.order_by("-starts_at")[:SHOWN]
    context = {
        "form": form,
        "series": found,
        "meetings": [(one, day_said(one), time_said(one)) for one in meetings],
        "may_change": may(member, "meetings.change"),
        "gone": [
            one.member.name
            for one in found.participants.select_related("member")
            if one.member and not one.member.is_active
        ],
    }
    return render(request, "alignment/meetings/series.html", context, status=status if form.errors else 200)


@require_POST
def series_running(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the series, or let it go on."""
    found, member = seen_series(request, pk), member_of(request)
    if request.POST.get("running"):
        actions.resume_series(found, by=member)
        text = _("定例会議を再開しました。")
    else:
        actions.stop_series(found, by=member)
        text = _("定例会議を終了しました。これまでの記録は残ります。")
    return moved_on(request, text, to=reverse("meeting_series", args=[pk]))


@require_http_methods(["GET", "POST"])
def series_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask when, then put one more meeting beside those of the rhythm."""
    found, member = seen_series(request, pk), member_of(request)
    require(member, "meetings.change")
    if request.method == "GET":
        return render(request, "alignment/meetings/when.html", {"series": found, "url": request.path})
    made = actions.add_meeting(found, moment_in(request), by=member)
    return moved_on(request, _("会議を追加しました。"), to=reverse("meeting", args=[made.pk]))


def moment_in(request: HttpRequest) -> datetime:
    """Return the day and time that were typed; refuses what is none."""
    try:
        found = datetime.fromisoformat(request.POST.get("starts_at", "")[:16])
    except ValueError:
        raise Refusal(_("日時を入力してください。")) from None
    if not 2000 <= found.year <= 2100:
        raise Refusal(_("日時を入力してください。"))
    return found.replace(tzinfo=ZoneInfo(company().time_zone))


def initial_of(found: Series) -> dict[str, Any]:
    people = list(found.participants.all())
    names = (
        "name", "purpose", "rhythm", "nth", "weekday", "starts_on", "begins_at", "minutes", "place", "link", "looks_at",
        "mails_before", "attaches_pdf",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "organiser": found.organiser_id,
        "members": [one.member_id for one in people if one.member_id],
        "emails": "\n".join(one.email for one in people if one.email),
    }
