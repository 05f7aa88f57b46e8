"""What people type about campaigns, their costs and their links."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from ryorin.marketing.campaigns.models import Campaign, CampaignState, Channel
from ryorin.web.inputs import DayField, MoneyField
from ryorin.workspace.members.models import Member

COST_KINDS = {
    "media": lazy("媒体費"),
    "production": lazy("制作費"),
    "agency": lazy("代理店手数料"),
    "venue": lazy("会場・運営費"),
    "other": lazy("その他"),
}


class CampaignForm(forms.Form):
    name = forms.CharField(label=lazy("施策名"), max_length=120)
    channel = forms.ChoiceField(label=lazy("チャネル"), choices=Channel.choices)
    starts_on = DayField(label=lazy("開始日"), required=False)
    ends_on = DayField(label=lazy("終了日"), required=False)
    state = forms.ChoiceField(
        label=lazy("状態"),
        choices=CampaignState.choices,
        required=False,
        help_text=lazy("開始日がなければ、ここで決めます。"),
    )
    budget = MoneyField(label=lazy("予算"), required=False)
    code = forms.SlugField(
        label=lazy("コード"),
        max_length=60,
        required=False,
        help_text=lazy("リンクの utm_campaign に入ります。空欄なら施策名から作ります。"),
    )
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True), label=lazy("担当"), required=False, empty_label=lazy("未定")
    )
    purpose = forms.CharField(
        label=lazy("ねらい"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    @staticmethod
    def initial_of(campaign: Campaign) -> dict[str, Any]:
        """Return what the form shows of a campaign."""
        return {name: getattr(campaign, name) for name in CampaignForm.base_fields}

    def values(self) -> dict[str, Any]:
        """Return what the verbs take; a state or a code that was left empty is left to them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("state", "code") or value}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            self.add_error("ends_on", lazy("終了日は開始日より後にしてください。"))
        return values


class LinkForm(forms.Form):
    label = forms.CharField(label=lazy("名前"), max_length=80, required=False)
    target = forms.CharField(label=lazy("リンク先"), max_length=500)
    utm_source = forms.CharField(label=lazy("参照元（utm_source）"), max_length=60, required=False)
    utm_medium = forms.CharField(label=lazy("メディア（utm_medium）"), max_length=60, required=False)
    utm_content = forms.CharField(label=lazy("内容（utm_content）"), max_length=60, required=False)
    utm_term = forms.CharField(label=lazy("キーワード（utm_term）"), max_length=60, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].widget.attrs |= {"placeholder": "https://", "inputmode": "url"}
