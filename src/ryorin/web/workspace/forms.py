"""What people type on the settings pages; the verbs check it and say what is wrong with which field."""

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.lib.errors import Refusal
from ryorin.lib.postal import PREFECTURES
from ryorin.web.inputs import DayField
from ryorin.workspace.members.errors import ParticularsRefused, StaleRecord
from ryorin.workspace.members.models import LANGUAGES, Level, Member, Role, Scope, Team
from ryorin.workspace.organisation.models import Organisation, TaxRounding
from ryorin.workspace.organisation.rules import CURRENCIES

CURRENCY_NAMES = {
    "JPY": gettext_lazy("日本円"),
    "USD": gettext_lazy("米ドル"),
    "EUR": gettext_lazy("ユーロ"),
    "GBP": gettext_lazy("英ポンド"),
    "CNY": gettext_lazy("人民元"),
    "KRW": gettext_lazy("韓国ウォン"),
    "TWD": gettext_lazy("台湾ドル"),
    "SGD": gettext_lazy("シンガポールドル"),
    "AUD": gettext_lazy("豪ドル"),
    "BRL": gettext_lazy("ブラジルレアル"),
}
HOURS = [(hour, f"{hour}:00") for hour in range(25)]


def attempt(form: forms.Form, verb: Callable[[], Any]) -> Any:
    """Return what the verb returns; where it refuses, None, and the form says why beside the field it is about."""
    try:
        return verb()
    except StaleRecord:
        form.add_error(None, _("ほかの人が先に更新しました。このまま保存すると、あなたの入力内容で上書きします。"))
    except ParticularsRefused as refusal:
        for name, problem in refusal.errors.items():
            form.add_error(name if name in form.fields else None, problem)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return None


def of_row(form: type[forms.Form], row: Any) -> dict[str, Any]:
    """Return the row's values for the form's fields."""
    return {name: getattr(row, name) for name in form.base_fields if hasattr(row, name)}


class FirstRunForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("会社名"), max_length=120)
    fiscal_start_month = forms.TypedChoiceField(
        label=gettext_lazy("会計年度の始まる月"), coerce=int, initial=4, choices=MONTHS.items()
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("通貨"),
        choices=[(code, CURRENCY_NAMES[code]) for code in CURRENCIES],
        help_text=gettext_lazy("あとから変えられません。"),
    )
    family_name = forms.CharField(label=gettext_lazy("姓"), max_length=40)
    given_name = forms.CharField(label=gettext_lazy("名"), max_length=40, required=False)
    email = forms.EmailField(
        label=gettext_lazy("メールアドレス"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("パスワード"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("10文字以上で、推測されにくいもの。"),
    )
    again = forms.CharField(
        label=gettext_lazy("パスワード（確認）"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if {"password", "again"} <= values.keys() and values["password"] != values["again"]:
            self.add_error("again", _("2つのパスワードが一致しません。"))
        return values


class CompanyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("会社名"), max_length=120)
    name_kana = forms.CharField(label=gettext_lazy("会社名カナ"), max_length=160, required=False)
    corporate_number = forms.CharField(
        label=gettext_lazy("法人番号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("13桁の数字。検査数字を確かめます。"),
    )
    registration_number = forms.CharField(
        label=gettext_lazy("登録番号（インボイス）"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Tと13桁の数字。"),
    )
    phone = forms.CharField(label=gettext_lazy("電話番号"), max_length=30, required=False)
    website = forms.CharField(label=gettext_lazy("ウェブサイト"), max_length=200, required=False)
    postal_code = forms.CharField(label=gettext_lazy("郵便番号"), max_length=20, required=False)
    prefecture = forms.ChoiceField(
        label=gettext_lazy("都道府県"), choices=[("", "–"), *PREFECTURES.items()], required=False
    )
    address = forms.CharField(label=gettext_lazy("住所"), max_length=200, required=False)
    fiscal_start_month = forms.TypedChoiceField(
        label=gettext_lazy("会計年度の始まる月"), coerce=int, choices=MONTHS.items()
    )
    tax_rounding = forms.ChoiceField(
        label=gettext_lazy("消費税の端数"),
        choices=TaxRounding.choices,
        help_text=gettext_lazy("税率ごとに1回だけ端数を処理します。"),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("時間帯"), choices=[(name, name) for name in sorted(available_timezones())]
    )
    opens_hour = forms.TypedChoiceField(label=gettext_lazy("始業"), coerce=int, choices=HOURS[:24])
    closes_hour = forms.TypedChoiceField(label=gettext_lazy("終業"), coerce=int, choices=HOURS[1:])
    closed_days = forms.CharField(
        label=gettext_lazy("会社の休業日"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-29"}),
        help_text=gettext_lazy("1行に1日。土日と祝日は入力しなくてかまいません。"),
    )
    sender_name = forms.CharField(label=gettext_lazy("差出人名"), max_length=80, required=False)
    sender_email = forms.CharField(label=gettext_lazy("差出人メールアドレス"), max_length=254, required=False)
    complaints_contact = forms.CharField(
        label=gettext_lazy("苦情・問い合わせの受付先"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("電話番号、メールアドレス、ページのアドレスなど。広告メールに表示します。"),
    )
    bank_account = forms.CharField(
        label=gettext_lazy("振込先"),
        max_length=700,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("銀行・支店・口座の種類と番号・名義。請求書に載せます。"),
    )
    payment_note = forms.CharField(
        label=gettext_lazy("お支払いについて"),
        max_length=700,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例：振込手数料はご負担ください。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def company_values(organisation: Organisation) -> dict[str, Any]:
    """Return what the form of the company shows."""
    return of_row(CompanyForm, organisation) | {"closed_days": "\n".join(organisation.closed_days)}


class ProfileForm(forms.Form):
    family_name = forms.CharField(label=gettext_lazy("姓"), max_length=40)
    given_name = forms.CharField(label=gettext_lazy("名"), max_length=40, required=False)
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES)
    away_until = DayField(
        label=gettext_lazy("不在（この日まで）"),
        required=False,
        help_text=gettext_lazy("この日まで、新しい引き継ぎは届きません。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class InvitationForm(forms.Form):
    family_name = forms.CharField(label=gettext_lazy("姓"), max_length=40)
    given_name = forms.CharField(label=gettext_lazy("名"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("メールアドレス"))
    role = forms.ChoiceField(label=gettext_lazy("役割"), choices=Role.choices, initial=Role.SALES)
    team = forms.ModelChoiceField(Team.objects.all(), label=gettext_lazy("チーム"), required=False, empty_label="–")
    scope = forms.ChoiceField(
        label=gettext_lazy("見える範囲"),
        choices=Scope.choices,
        initial=Scope.ALL,
        help_text=gettext_lazy("顧客・会社・商談・注文・引き継ぎのうち、どこまで見えるか。"),
    )
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES, initial="ja")


class MemberForm(InvitationForm):
    level = forms.TypedChoiceField(
        label=gettext_lazy("役職"),
        coerce=int,
        choices=Level.choices,
        required=False,
        empty_value=Level.STAFF,  # type: ignore[arg-type]
        help_text=gettext_lazy("承認ルートで使います。"),
    )
    superior = forms.ModelChoiceField(
        label=gettext_lazy("上長"),
        queryset=Member.objects.filter(is_active=True),
        required=False,
        empty_label="–",
        help_text=gettext_lazy("空のときは、チームの責任者が上長です。"),
    )
    away_until = DayField(
        label=gettext_lazy("不在（この日まで）"),
        required=False,
        help_text=gettext_lazy("この日まで、新しい引き継ぎは届きません。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def particulars(form: forms.Form) -> dict[str, Any]:
    """Return the values to store, without the version they were made from."""
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def latest_version(form: forms.Form, row: Organisation | Member) -> None:
    """This function will let the form be sent again over the row as it is now."""
    form.data = {name: form.data[name] for name in form.data} | {"version": str(row.version)}
