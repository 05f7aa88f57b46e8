"""What people type about flights, creatives and the figures of media."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from ryorin.marketing.campaigns.models import Campaign, Channel
from ryorin.marketing.media.models import Creative, CreativeKind, Flight, FlightState, Source
from ryorin.web.inputs import DayField, MoneyField

EXPECTED = ("reach", "impressions", "clicks", "leads")


class CountField(forms.IntegerField):
    """A whole number with or without separators."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=10**14, localize=True, widget=forms.TextInput, **options)
        self.widget.attrs |= {"inputmode": "numeric", "class": "r", "autocomplete": "off", "maxlength": "20"}

    def to_python(self, value: Any) -> int | None:
        text = str(value).replace(",", "").strip() if value not in (None, "") else ""
        return super().to_python(text)


class FlightForm(forms.Form):
    vehicle = forms.CharField(label=lazy("媒体名"), max_length=120, help_text=lazy("例：Google 検索広告、日刊工業新聞"))
    channel = forms.ChoiceField(label=lazy("チャネル"), choices=Channel.choices)
    starts_on = DayField(label=lazy("開始日"))
    ends_on = DayField(label=lazy("終了日"))
    budget = MoneyField(label=lazy("予算"), required=False, help_text=lazy("月ごとの日数に応じて自動で配分します。"))
    state = forms.ChoiceField(label=lazy("状態"), choices=FlightState.choices)
    supplier = forms.CharField(label=lazy("発注先"), max_length=120, required=False)
    source = forms.ChoiceField(
        label=lazy("実績の取り込み元"),
        choices=[("", lazy("手入力")), *(one for one in Source.choices if one[0] != Source.TYPED)],
        required=False,
        help_text=lazy("広告レポートを取り込むと、この出稿の実績になります。"),
    )
    external_key = forms.CharField(label=lazy("媒体側のキャンペーンID"), max_length=120, required=False)
    reach = CountField(label=lazy("想定リーチ"), required=False)
    impressions = CountField(label=lazy("想定表示回数"), required=False)
    clicks = CountField(label=lazy("想定クリック"), required=False)
    leads = CountField(label=lazy("想定リード"), required=False)
    note = forms.CharField(label=lazy("メモ"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            self.add_error("ends_on", lazy("終了日は開始日より後にしてください。"))
        return values

    @staticmethod
    def initial_of(flight: Flight) -> dict[str, Any]:
        return {name: getattr(flight, name) for name in FlightForm.base_fields}


class CreativeForm(forms.Form):
    name = forms.CharField(label=lazy("クリエイティブ名"), max_length=120)
    kind = forms.ChoiceField(label=lazy("種類"), choices=CreativeKind.choices)
    landing = forms.CharField(
        label=lazy("リンク先"),
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    headline = forms.CharField(label=lazy("見出し"), max_length=200, required=False)
    body = forms.CharField(
        label=lazy("本文"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    external_key = forms.CharField(label=lazy("媒体側の広告ID"), max_length=120, required=False)

    @staticmethod
    def initial_of(creative: Creative) -> dict[str, Any]:
        return {name: getattr(creative, name) for name in CreativeForm.base_fields}


class VersionForm(forms.Form):
    file = forms.FileField(
        label=lazy("ファイル"), help_text=lazy("画像（PNG・JPEG・GIF・WebP）、動画（MP4）、PDF、Office。20MBまで。")
    )
    note = forms.CharField(label=lazy("変えたところ"), max_length=200, required=False)


class FiguresForm(forms.Form):
    day = DayField(label=lazy("日付"))
    cost = MoneyField(label=lazy("費用"), required=False)
    impressions = CountField(label=lazy("表示回数"), required=False)
    clicks = CountField(label=lazy("クリック"), required=False)
    leads = CountField(label=lazy("反響"), required=False)

    def values(self) -> dict[str, int]:
        return {name: self.cleaned_data.get(name) or 0 for name in ("cost", "impressions", "clicks", "leads")}


class PlaceForm(forms.Form):
    """Which flight of its campaign a creative is placed on."""

    flight = forms.ModelChoiceField(Flight.objects.none(), label=lazy("出稿"), empty_label=None)

    def __init__(self, campaign: Campaign, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: Any = self.fields["flight"]
        chosen.queryset = Flight.objects.filter(campaign=campaign)
