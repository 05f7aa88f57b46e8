"""How often and when the company writes to anybody: one page of settings."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys.actions import change_limits
from ryorin.marketing.journeys.queries import current_limits
from ryorin.web.answers import member_of, version_in
from ryorin.workspace.members.rules import may, require

HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class LimitsForm(forms.Form):
    is_capped = forms.BooleanField(label=lazy("一人に送る通数を制限する"), required=False)
    most_mails = forms.IntegerField(label=lazy("上限の通数"), min_value=1, max_value=100)
    within_days = forms.IntegerField(label=lazy("数える日数"), min_value=1, max_value=90)
    is_quiet = forms.BooleanField(label=lazy("夜間は送らない"), required=False)
    quiet_from = forms.TypedChoiceField(label=lazy("送らない時間（開始）"), choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(label=lazy("送らない時間（終了）"), choices=HOURS, coerce=int)
    only_business_days = forms.BooleanField(label=lazy("営業日だけに送る"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_limits(request: HttpRequest) -> HttpResponse:
    """Show the limits, or change them."""
    member, limits = member_of(request), current_limits()
    if request.method == "POST":
        require(member, "journeys.limits")
    initial = {name: getattr(limits, name) for name in LimitsForm.base_fields}
    form = LimitsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_limits(by=member, version=version_in(request) if limits.pk else None, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("contact_limits")
    context = {"form": form, "limits": limits, "may_change": may(member, "journeys.limits")}
    return render(request, "marketing/journeys/limits.html", context, status=422 if form.errors else 200)
