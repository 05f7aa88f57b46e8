"""What people type about lists of approaches, checked before a verb is called."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.customers.people.models import CallHours
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.approach.actions import Appointing
from ryorin.sales.approach.models import ApproachList, Method, Outcome, Target, Then
from ryorin.sales.approach.rules import WORDS, first_script
from ryorin.sales.calendar.models import AppointmentKind
from ryorin.web.context import company
from ryorin.web.inputs import DayField, MoneyField
from ryorin.workspace.members.models import Member, Team

WHEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
OF_METHOD = {
    Method.CALL: ("retry_hours", "retry_limit", "is_consumer", "goods", "purpose", "script"),
    Method.VISIT: ("retry_hours", "retry_limit", "script"),
    Method.LETTER: ("campaign_id", "piece_cost"),
}
ANY = {name for names in OF_METHOD.values() for name in names}


class MomentField(forms.DateTimeField):
    """A day and time in the company's time zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(input_formats=WHEN, required=False, widget=widget, **options)

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        zone = ZoneInfo(company().time_zone)
        return found.replace(tzinfo=zone) if found else None


class ListForm(forms.Form):
    name = forms.CharField(label=lazy("リスト名"), max_length=120)
    method = forms.ChoiceField(
        label=lazy("方法"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.CALL
    )
    callers = forms.ModelMultipleChoiceField(
        Member.objects.filter(is_active=True).exclude(role="read_only"),
        label=lazy("担当"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.ModelChoiceField(Team.objects.all(), label=lazy("チーム"), required=False, empty_label="–")
    starts_on = DayField(label=lazy("開始日"), required=False)
    ends_on = DayField(label=lazy("終了日"), required=False)
    goal = forms.IntegerField(
        label=lazy("アポイントの目標（件）"), min_value=0, max_value=100_000, required=False, initial=0
    )
    quiet_days = forms.IntegerField(
        label=lazy("最近接触した人を除く（日）"),
        min_value=0,
        max_value=3650,
        required=False,
        initial=14,
        help_text=lazy("この日数のうちに電話・訪問・メール・DMをした人は、リストから除きます。0なら除きません。"),
    )
    skips_open_deals = forms.BooleanField(label=lazy("商談が進行中の人を除く"), required=False, initial=True)
    retry_hours = forms.IntegerField(
        label=lazy("不在のとき、かけ直すまで（営業時間）"), min_value=0, max_value=1000, required=False, initial=4
    )
    retry_limit = forms.IntegerField(
        label=lazy("かける回数の上限"), min_value=1, max_value=20, required=False, initial=3
    )
    goods = forms.CharField(label=lazy("商品・サービス"), max_length=120, required=False)
    purpose = forms.CharField(label=lazy("電話の目的"), max_length=200, required=False)
    is_consumer = forms.BooleanField(
        label=lazy("消費者への電話勧誘"),
        required=False,
        help_text=lazy("特定商取引法16条により、最初に伝える事項をスクリプトの先頭に表示します。"),
    )
    script = forms.CharField(
        label=lazy("トークスクリプト"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    campaign_id = forms.ModelChoiceField(
        Campaign.objects.none(), label=lazy("費用を付ける施策"), required=False, empty_label=lazy("付けない")
    )
    piece_cost = MoneyField(label=lazy("1通あたりの費用"), required=False)

    def __init__(self, *args: Any, member: Member, row: ApproachList | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["campaign_id"].queryset = Campaign.objects.visible_to(member)  # type: ignore[attr-defined]
        words = WORDS if (get_language() or "ja").startswith("ja") else WORDS.values()
        said = " ".join(f"{{{word}}}" for word in words)
        self.fields["script"].help_text = _("使える言葉：%(words)s") % {"words": said}
        if row is None:
            self.fields["script"].initial = first_script()
            return
        del self.fields["method"]
        for name in ANY - set(OF_METHOD[Method(row.method)]):
            del self.fields[name]

    @staticmethod
    def initial_of(row: ApproachList) -> dict[str, Any]:
        names = ("name", "team", "starts_on", "ends_on", "goal", "quiet_days", "skips_open_deals", *ANY)
        return {name: getattr(row, name) for name in names} | {"callers": row.callers.all()}

    def values(self) -> dict[str, Any]:
        """Return the list's fields; numbers left empty are what a new list begins with."""
        data = dict(self.cleaned_data)
        for name, field in self.fields.items():
            if data[name] is None and isinstance(field, forms.IntegerField):
                data[name] = field.initial or 0
        if "campaign_id" in data:
            data["campaign_id"] = data["campaign_id"].pk if data["campaign_id"] else None
        return data


class AttemptForm(forms.Form):
    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    outcome = forms.ModelChoiceField(Outcome.objects.none(), label=lazy("結果"), empty_label=None)
    note = forms.CharField(
        label=lazy("メモ"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    again_at = MomentField(label=lazy("次にかける日時"))
    kind = forms.ChoiceField(
        label=lazy("アポイントの種類"),
        choices=[choice for choice in AppointmentKind.choices if choice[0] != AppointmentKind.INTERNAL],
        required=False,
        initial=AppointmentKind.VISIT,
    )
    starts_at = MomentField(label=lazy("アポイントの日時"))
    minutes = forms.IntegerField(label=lazy("時間（分）"), min_value=5, max_value=1440, required=False, initial=60)
    place = forms.CharField(label=lazy("場所"), max_length=200, required=False)
    deal_name = forms.CharField(
        label=lazy("商談を始める（商談名）"),
        max_length=160,
        required=False,
        help_text=lazy("入力すると、商談も同時に作成します。"),
    )
    reason = forms.CharField(label=lazy("架電禁止の理由"), max_length=120, required=False)
    next_action = forms.CharField(label=lazy("次にすること"), max_length=160, required=False)
    next_action_on = DayField(label=lazy("いつ"), required=False)

    def __init__(self, *args: Any, target: Target, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].queryset = Outcome.objects.filter(  # type: ignore[attr-defined]
            method=target.list.method, is_active=True
        )

    def values(self) -> dict[str, Any]:
        """Return what the verb is told; fields of other outcomes than the chosen one are left out."""
        data = dict(self.cleaned_data)
        appointing = Appointing(
            kind=data.pop("kind") or AppointmentKind.VISIT,
            starts_at=data.pop("starts_at"),
            minutes=data.pop("minutes") or 60,
            place=data.pop("place"),
        )
        then = data["outcome"].then
        if then != Then.APPOINTMENT:
            data["deal_name"] = ""
        if then not in (Then.RETRY, Then.CALLBACK):
            data["again_at"] = None
        return data | {"appointing": appointing if then == Then.APPOINTMENT else None}


class OutcomeForm(forms.Form):
    name = forms.CharField(label=lazy("結果"), max_length=40)
    then = forms.ChoiceField(label=lazy("その後"), choices=Then.choices)
    is_connected = forms.BooleanField(label=lazy("相手と話せた"), required=False)


class HoursForm(forms.Form):
    call_hours = forms.ChoiceField(
        label=lazy("電話の希望時間帯"), choices=[("", lazy("いつでも")), *CallHours.choices], required=False
    )
