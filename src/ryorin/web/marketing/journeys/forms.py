"""The forms of starts and cards: what is typed becomes the card's content; its sense is judged as findings."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.checking import DATED, SETTABLE, Known
from ryorin.marketing.journeys.rules.describing import STARTS, WEEKDAYS, url_in

UNITS = (
    ("minutes", pgettext_lazy("unit", "分")),
    ("hours", pgettext_lazy("unit", "時間")),
    ("days", pgettext_lazy("unit", "日")),
    ("business_days", pgettext_lazy("unit", "営業日")),
)
KIND_CHOICES = [(kind.name, kind.label) for kind in KINDS.values()]
URL_HELP = lazy("空欄なら、すべて。ページのアドレスの一部を入れると、それを含むものだけです。")


class CardForm(forms.Form):
    """A form of one kind of card: what stands in the card, what is typed as what stands there then."""

    def __init__(self, data: Any = None, *, config: Mapping[str, Any], known: Known, labels: Mapping[str, str]) -> None:
        self.known, self.labels = known, labels
        super().__init__(data, initial=self.first(config))
        self.prepare()

    def first(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content of the card as the form shows it."""
        return dict(config)

    def prepare(self) -> None:
        """This function will fill the choices that depend on what is there."""

    def config(self) -> dict[str, Any]:
        """Return what was typed as the card's content."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class StartForm(CardForm):
    kind = forms.ChoiceField(label=lazy("始まり方"), choices=list(STARTS.items()), widget=forms.RadioSelect)
    kind_of = forms.ChoiceField(label=lazy("行動"), choices=KIND_CHOICES, required=False)
    url = forms.CharField(label=lazy("ページのアドレス"), max_length=200, required=False, help_text=URL_HELP)
    segment = forms.TypedChoiceField(label=lazy("セグメント"), coerce=int, required=False, empty_value=None)
    field = forms.ChoiceField(
        label=lazy("日付の項目"), choices=lambda: [(one.name, one.label) for one in DATED], required=False
    )
    offset = forms.IntegerField(
        label=lazy("何日後"),
        min_value=-730,
        max_value=730,
        required=False,
        help_text=lazy("その日なら0、前なら-30のように入れます。"),
    )
    hour = forms.IntegerField(label=lazy("時刻（時）"), min_value=0, max_value=23, required=False)
    yearly = forms.BooleanField(label=lazy("毎年くり返す（月日だけを見る）"), required=False)

    def first(self, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"offset": 0, "hour": 9, **config, "url": url_in(config.get("where"))}

    def prepare(self) -> None:
        self.choose("segment", [("", _("選んでください")), *self.known.segments.items()])

    def config(self) -> dict[str, Any]:
        values = self.cleaned_data
        kind = values["kind"]
        if kind == "touchpoint":
            return {"kind": kind, "kind_of": values["kind_of"], **where_of(values["url"])}
        if kind == "segment":
            return {"kind": kind, "segment": values["segment"]}
        if kind == "date":
            names = ("field", "offset", "hour", "yearly")
            return {"kind": kind, **{name: values[name] for name in names}}
        return {"kind": kind}


class WaitForm(CardForm):
    mode = forms.ChoiceField(
        label=lazy("待ち方"),
        choices=[("for", lazy("時間の長さで待つ")), ("until", lazy("決まった時刻・曜日まで待つ"))],
        widget=forms.RadioSelect,
    )
    amount = forms.IntegerField(label=lazy("長さ"), min_value=1, max_value=20_000, required=False)
    unit = forms.ChoiceField(label=lazy("単位"), choices=UNITS, required=False)
    time = forms.TimeField(
        label=lazy("時刻"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=lazy("曜日"),
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("選ばなければ毎日です。"),
    )
    business = forms.BooleanField(label=lazy("営業日だけ"), required=False)

    def first(self, config: Mapping[str, Any]) -> dict[str, Any]:
        clock = f"{int(config.get('hour') or 9):02d}:{int(config.get('minute') or 0):02d}"
        return {"amount": 3, "unit": "days", "mode": "for", **config, "time": clock}

    def config(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values["mode"] == "for":
            return {"mode": "for", "amount": values["amount"], "unit": values["unit"]}
        at = values["time"]
        return {
            "mode": "until",
            "hour": at.hour if at else None,
            "minute": at.minute if at else 0,
            "weekdays": values["weekdays"],
            "business": values["business"],
        }


class WaitForForm(CardForm):
    what = forms.ChoiceField(
        label=lazy("待つもの"),
        choices=[("touchpoint", lazy("行動")), ("condition", lazy("条件にあてはまること"))],
        widget=forms.RadioSelect,
    )
    kind_of = forms.ChoiceField(label=lazy("行動"), choices=KIND_CHOICES, required=False)
    url = forms.CharField(label=lazy("ページのアドレス"), max_length=200, required=False, help_text=URL_HELP)
    amount = forms.IntegerField(label=lazy("最大でどれだけ待つか"), min_value=1, max_value=20_000)
    unit = forms.ChoiceField(label=lazy("単位"), choices=UNITS)

    def first(self, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"what": "touchpoint", **config, "url": url_in(config.get("where"))}

    def config(self) -> dict[str, Any]:
        values = self.cleaned_data
        length = {"amount": values["amount"], "unit": values["unit"]}
        if values["what"] == "condition":
            return {"what": "condition", **length}
        return {"what": "touchpoint", "kind_of": values["kind_of"], **where_of(values["url"]), **length}


class MailForm(CardForm):
    message = forms.TypedChoiceField(label=lazy("メッセージ"), coerce=int, required=False, empty_value=None)

    def prepare(self) -> None:
        self.choose("message", [("", _("選んでください")), *self.known.messages.items()])


class MemberForm(CardForm):
    """A card that turns to a member: the person's owner, the journey's, or a chosen one."""

    member_field = "owner"

    def prepare(self) -> None:
        choices = [("person", _("顧客の担当")), ("journey", _("ジャーニーの担当")), *self.known.members.items()]
        self.choose(self.member_field, choices)

    def config(self) -> dict[str, Any]:
        values = super().config()
        chosen = values[self.member_field]
        return {**values, self.member_field: int(chosen) if chosen.isdecimal() else chosen}


class TaskForm(MemberForm):
    title = forms.CharField(label=lazy("すること"), max_length=200)
    note = forms.CharField(
        label=lazy("メモ"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ChoiceField(label=lazy("担当"))
    days = forms.IntegerField(label=lazy("期限（営業日後）"), min_value=0, max_value=365)


class NotifyForm(MemberForm):
    member_field = "to"
    to = forms.ChoiceField(label=lazy("知らせる相手"))
    text = forms.CharField(label=lazy("知らせる文"), max_length=200)


class ScoreForm(CardForm):
    points = forms.IntegerField(
        label=lazy("点"), min_value=-1_000, max_value=1_000, help_text=lazy("引くときは -5 のように入れます。")
    )


class FieldForm(CardForm):
    field = forms.ChoiceField(
        label=lazy("変える項目"), choices=lambda: [(one.name, one.label) for one in SETTABLE], required=False
    )
    value = forms.CharField(label=lazy("新しい値"), max_length=200, required=False)

    def prepare(self) -> None:
        chosen = self.data.get("field") if self.is_bound else self.initial.get("field")
        field = next((one for one in SETTABLE if one.name == chosen), SETTABLE[0])
        self.fields["field"].widget.attrs["data-refresh"] = "1"
        if options := field.options():
            choices = [(str(value), label) for value, label in options]
            self.fields["value"] = forms.ChoiceField(label=_("新しい値"), choices=choices, required=False)

    def config(self) -> dict[str, Any]:
        values = super().config()
        value = values.get("value", "")
        is_number = values.get("field") == "owner" and str(value).isdecimal()
        return {**values, "value": int(value) if is_number else value}


class SegmentForm(CardForm):
    segment = forms.TypedChoiceField(
        label=lazy("セグメント（固定）"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=lazy("自動更新のセグメントには、条件にあてはまる人が自動で入るため、選べません。"),
    )

    def prepare(self) -> None:
        self.choose("segment", [("", _("選んでください")), *self.known.lists.items()])


class WebhookForm(CardForm):
    webhook = forms.TypedChoiceField(label=lazy("Webhook"), coerce=int, required=False, empty_value=None)

    def prepare(self) -> None:
        self.choose("webhook", [("", _("選んでください")), *self.known.webhooks.items()])


class GoalForm(CardForm):
    name = forms.CharField(label=lazy("目標の名前"), max_length=80)
    leaves = forms.BooleanField(label=lazy("達したらジャーニーを終える"), required=False)


class GotoForm(CardForm):
    to = forms.ChoiceField(label=lazy("進む先のカード"), required=False)

    def prepare(self) -> None:
        self.choose("to", [("", _("選んでください")), *self.labels.items()])


class ExitForm(CardForm):
    reason = forms.CharField(label=lazy("終わる理由（任意）"), max_length=160, required=False)


FORMS: dict[str, type[CardForm]] = {
    NodeKind.START: StartForm,
    NodeKind.WAIT: WaitForm,
    NodeKind.WAIT_FOR: WaitForForm,
    NodeKind.MAIL: MailForm,
    NodeKind.TASK: TaskForm,
    NodeKind.NOTIFY: NotifyForm,
    NodeKind.SCORE: ScoreForm,
    NodeKind.SET_FIELD: FieldForm,
    NodeKind.SEGMENT: SegmentForm,
    NodeKind.WEBHOOK: WebhookForm,
    NodeKind.GOAL: GoalForm,
    NodeKind.GOTO: GotoForm,
    NodeKind.EXIT: ExitForm,
}


def where_of(url: str) -> dict[str, Any]:
    """Return the filter of touchpoints for a piece of address, nothing for none."""
    url = url.replace("\0", "").strip()
    return {"where": {"field": "url", "op": "contains", "value": url}} if url else {}
