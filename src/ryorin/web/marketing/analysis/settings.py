"""How values are computed: the day, the horizon, borders; and the computations so far."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.value.actions import ask_for_values, change_settings
from ryorin.marketing.value.models import ModelFit, ValueSettings
from ryorin.marketing.value.queries import settings_now
from ryorin.web.answers import member_of, version_in, way_back
from ryorin.web.inputs import DayField, MoneyField
from ryorin.web.marketing.analysis.shared import asked_in, frame
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

FITS = 12
SCORES = (2, 3, 4, 5)


class SettingsForm(forms.Form):
    as_of = DayField(
        label=lazy("基準日"),
        required=False,
        help_text=lazy(
            "空欄なら毎日、その日の時点で計算します。過去の注文だけを取り込んだときは、その最後の日を入れます。"
        ),
    )
    horizon_months = forms.IntegerField(label=lazy("見込む期間（か月）"), min_value=1, max_value=60)
    discount = forms.DecimalField(
        label=lazy("割引率（年・％）"),
        min_value=0,
        max_value=50,
        decimal_places=1,
        help_text=lazy("1年先の100円をいまの何円とみるか。10％なら91円です。"),
    )
    window_months = forms.IntegerField(
        label=lazy("FとMに数える期間（か月）"),
        min_value=0,
        max_value=120,
        help_text=lazy("0なら全期間の注文を数えます。"),
    )
    own_borders = forms.BooleanField(label=lazy("RFMの区切りを自分で決める"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for score in SCORES:
            days = lazy("R%(score)s：最終購入から何日以内")
            self.fields[f"recency_{score}"] = forms.IntegerField(min_value=0, max_value=36500, required=False)
            self.fields[f"frequency_{score}"] = forms.IntegerField(min_value=0, max_value=10**6, required=False)
            self.fields[f"monetary_{score}"] = MoneyField(required=False)
            self.fields[f"recency_{score}"].label = str(days) % {"score": score}
            self.fields[f"frequency_{score}"].label = _("F%(score)s：何回以上") % {"score": score}
            self.fields[f"monetary_{score}"].label = _("M%(score)s：いくら以上") % {"score": score}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("own_borders"):
            for name in ("recency", "frequency", "monetary"):
                if any(cleaned.get(f"{name}_{score}") in (None, "") for score in SCORES):
                    self.add_error(f"{name}_2", _("4つの区切りをすべて入力してください。"))
        day = cleaned.get("as_of")
        if day and day > clock.today():
            self.add_error("as_of", _("今日までの日付を入力してください。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the verb takes."""
        cleaned = self.cleaned_data
        borders = {
            name: [cleaned[f"{name}_{score}"] for score in SCORES] for name in ("recency", "frequency", "monetary")
        }
        known = ("as_of", "horizon_months", "discount", "window_months")
        return {name: cleaned[name] for name in known} | {"borders": borders if cleaned["own_borders"] else {}}

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the borders, a line for each score."""
        return [[self[f"{name}_{score}"] for name in ("recency", "frequency", "monetary")] for score in SCORES]

    @classmethod
    def initial_of(cls, row: ValueSettings) -> dict[str, Any]:
        """Return what the form shows of the settings."""
        values: dict[str, Any] = {
            name: getattr(row, name) for name in ("as_of", "horizon_months", "discount", "window_months")
        }
        for name, ends in row.borders.items():
            values |= {f"{name}_{score}": end for score, end in zip(SCORES, ends or (), strict=False)}
        return values | {"own_borders": any(row.borders.values())}


@require_http_methods(["GET", "HEAD", "POST"])
def analysis_settings(request: HttpRequest) -> HttpResponse:
    """Show and change how values are computed."""
    asked, row = asked_in(request), settings_now()
    form = SettingsForm(request.POST or None, initial=SettingsForm.initial_of(row))
    status, version = 200, row.version
    if request.method == "POST":
        require(member_of(request), "analysis.change")
        status = 422
        if form.is_valid():
            try:
                change_settings(by=member_of(request), version=version_in(request), **form.values())
            except (Refusal, StaleRecord) as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("保存しました。まもなく計算し直します。"))
                return redirect("analysis_settings")
    fits = ModelFit.objects.filter(subject=asked.subject)[:FITS]
    context = {**frame(asked, "analysis_settings"), "form": form, "version": version, "fits": fits}
    return render(request, "marketing/analysis/settings.html", context, status=status)


@require_POST
def analysis_compute(request: HttpRequest) -> HttpResponse:
    """Have the values computed anew."""
    ask_for_values(by=member_of(request))
    messages.success(request, _("計算を始めます。1分ほどで新しい値になります。"))
    return redirect(way_back(request, "analysis"))
