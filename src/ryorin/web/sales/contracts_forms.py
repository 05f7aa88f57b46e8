"""What people type about contracts, checked before a verb is called."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.contracts.models import Billed, Contract, ContractKind, ContractTemplate
from ryorin.sales.contracts.rules.money import Line
from ryorin.sales.contracts.rules.signing import LARGEST_SCAN
from ryorin.sales.deals.rules import line_amount
from ryorin.web.inputs import DayField, MoneyField, PickedField, QuantityField
from ryorin.workspace.members.models import LANGUAGES, Member
from ryorin.workspace.members.queries import active_members

RATES = [("10", _("10%")), ("8r", _("8%（軽減）")), ("8", _("8%（旧税率）")), ("0", _("0%（非課税・不課税）"))]


class NewContractForm(forms.Form):
    kind = forms.ChoiceField(label=_("契約の種類"), choices=ContractKind.choices, widget=forms.RadioSelect)
    company = PickedField(Company.objects.none(), label=_("会社"), required=False)
    person = PickedField(Person.objects.none(), label=_("相手の方"), required=False)
    title = forms.CharField(label=_("件名"), max_length=160)
    language = forms.ChoiceField(label=_("言語"), choices=LANGUAGES)

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["company"].queryset = Company.objects.visible_to(member)  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.visible_to(member)  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    """The terms of a draft; those of a recurring contract only where it is one."""

    title = forms.CharField(label=_("件名"), max_length=160)
    kind = forms.ChoiceField(label=_("契約の種類"), choices=ContractKind.choices)
    language = forms.ChoiceField(label=_("言語"), choices=LANGUAGES)
    billed = forms.ChoiceField(label=_("請求の単位"), choices=Billed.choices)
    starts_on = DayField(label=_("開始日"), required=False)
    ends_on = DayField(label=_("満了日"), required=False)
    renews = forms.BooleanField(label=_("満了したら自動で更新する"), required=False)
    renewal_months = forms.IntegerField(label=_("更新の期間（か月）"), min_value=1, max_value=240)
    notice_days = forms.IntegerField(label=_("解約通知の期限（満了の何日前）"), min_value=0, max_value=1200)
    delivery = forms.CharField(label=_("納期"), max_length=120, required=False)
    delivery_place = forms.CharField(label=_("納入場所"), max_length=120, required=False)
    payment_terms = forms.CharField(label=_("支払条件"), max_length=120, required=False)
    sign_by = DayField(label=_("署名の期限"), required=False)
    owner = forms.ModelChoiceField(Member.objects.none(), label=_("担当"), required=False, empty_label=_("未定"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = active_members()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, contract: Contract) -> "TermsForm":
        return cls(initial={name: getattr(contract, name) for name in cls.base_fields})


class ContractLineForm(forms.Form):
    description = forms.CharField(label=_("品名"), max_length=300)
    quantity = QuantityField(label=_("数量"))
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    unit_price = MoneyField(label=_("単価"), required=False)
    rate = forms.ChoiceField(label=_("税率"), choices=RATES)

    def line(self) -> Line:
        """Return the line that was typed."""
        values, rate = self.cleaned_data, self.cleaned_data["rate"]
        return Line(
            description=values["description"],
            quantity=values["quantity"],
            unit=values["unit"],
            unit_price=values["unit_price"],
            amount=line_amount(values["quantity"], values["unit_price"]),
            tax_rate=Decimal(rate.removesuffix("r")),
            is_reduced=rate.endswith("r"),
        )


class SignForm(forms.Form):
    """A signature on screen; the drawing is a picture made by js/sign.js, typed letters do as well."""

    name = forms.CharField(label=_("お名前"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = forms.CharField(label=_("役職"), max_length=80, required=False)
    drawing = forms.CharField(required=False, max_length=300_000, widget=forms.HiddenInput)
    agrees = forms.BooleanField(label=_("契約の内容を確認し、同意します"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PaperForm(forms.Form):
    scan = forms.FileField(label=_("署名した書面（PDF・PNG・JPEG）"))
    name = forms.CharField(label=_("お客様の署名者"), max_length=120)
    title = forms.CharField(label=_("役職"), max_length=80, required=False)
    on = DayField(label=_("署名日"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_scan(self) -> bytes:
        uploaded = self.cleaned_data["scan"]
        if uploaded.size > LARGEST_SCAN:
            raise forms.ValidationError(_("ファイルが大きすぎます（15MBまで）。"))
        return bytes(uploaded.read())


class CancelForm(forms.Form):
    on = DayField(label=_("解約の申し出日"))
    note = forms.CharField(label=_("理由"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TemplateForm(forms.ModelForm):
    class Meta:
        model = ContractTemplate
        fields = ("name", "kind", "language", "title")


class KeyForm(forms.Form):
    file = forms.FileField(label=_("証明書ファイル（.p12 / .pfx）"))
    password = forms.CharField(
        label=_("ファイルのパスワード"), required=False, strip=False, widget=forms.PasswordInput(render_value=False)
    )

    def clean_file(self) -> bytes:
        uploaded = self.cleaned_data["file"]
        if uploaded.size > 200_000:
            raise forms.ValidationError(_("ファイルが大きすぎます。"))
        return bytes(uploaded.read())
