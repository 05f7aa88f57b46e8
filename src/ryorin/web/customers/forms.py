"""The forms of people, companies and consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.fields import owners
from ryorin.customers.companies.models import ClosingDay, Company, PaymentSite, TaxRounding
from ryorin.customers.companies.queries import find_by_name
from ryorin.customers.consent.models import Basis, Medium
from ryorin.customers.people.fields import HONORIFIC_CHOICES
from ryorin.customers.people.models import Person
from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.campaigns.models import Channel
from ryorin.workspace.members.models import Member

NONE = ("", "–")
ADDRESS = ("postal_code", "prefecture", "city", "street", "building")


class _Address(forms.Form):
    postal_code = forms.CharField(label=lazy("郵便番号"), required=False, widget=forms.TextInput())
    prefecture = forms.ChoiceField(label=lazy("都道府県"), required=False, choices=[NONE, *PREFECTURES.items()])
    city = forms.CharField(label=lazy("市区町村"), required=False, max_length=80)
    street = forms.CharField(label=lazy("番地"), required=False, max_length=160)
    building = forms.CharField(label=lazy("建物名"), required=False, max_length=120)
    owner = forms.ChoiceField(label=lazy("担当"), required=False)
    memo = forms.CharField(label=lazy("メモ"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [NONE, *owners()]  # type: ignore[attr-defined]
        self.fields["postal_code"].widget.attrs |= {"autocomplete": "off", "inputmode": "numeric"}

    def address_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("prefecture", "city", "street", "building")]

    def clean_owner(self) -> Member | None:
        pk = self.cleaned_data["owner"]
        return Member.objects.filter(pk=pk).first() if pk else None

    def refuse(self, errors: dict[str, Any]) -> None:
        """This method will show what a verb refused beside the fields it is about."""
        for name, problem in errors.items():
            shown = {"company": "company_name", "parent": "parent_name"}.get(name, name)
            self.add_error(shown if shown in self.fields else None, str(problem))

    def differing(self, theirs: dict[str, Any]) -> list[dict[str, Any]]:
        """Return where what was typed differs from what is stored by now."""
        return [
            {"label": self.fields[name].label, "theirs": theirs.get(name, ""), "mine": self.data.get(name, "")}
            for name in self.changed_data
            if str(theirs.get(name, "")) != self.data.get(name, "")
        ]


class PersonForm(_Address):
    family_name = forms.CharField(label=lazy("姓"), max_length=60)
    given_name = forms.CharField(label=lazy("名"), max_length=60, required=False)
    family_kana = forms.CharField(label=lazy("セイ"), max_length=80, required=False)
    given_kana = forms.CharField(label=lazy("メイ"), max_length=80, required=False)
    honorific = forms.ChoiceField(label=lazy("敬称"), choices=HONORIFIC_CHOICES, initial="様", required=False)
    company_name = forms.CharField(label=lazy("会社"), max_length=160, required=False)
    department = forms.CharField(label=lazy("部署"), max_length=80, required=False)
    job_title = forms.CharField(label=lazy("役職"), max_length=80, required=False)
    email = forms.CharField(label=lazy("メールアドレス"), max_length=254, required=False)
    phone = forms.CharField(label=lazy("電話番号"), max_length=40, required=False)
    mobile = forms.CharField(label=lazy("携帯電話"), max_length=40, required=False)
    source_channel = forms.ChoiceField(label=lazy("獲得チャネル"), required=False)
    source_detail = forms.CharField(label=lazy("きっかけ"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.initial.get("source_channel", "")
        others = [(held, held)] if held and held not in Channel.values else []
        self.fields["source_channel"].choices = [NONE, *Channel.choices, *others]  # type: ignore[attr-defined]
        self.fields["company_name"].widget.attrs |= {"list": "company-options", "autocomplete": "off"}
        for name in ("phone", "mobile"):
            self.fields[name].widget.attrs["inputmode"] = "tel"
        self.fields["email"].widget.attrs |= {"inputmode": "email", "autocomplete": "off"}

    def values(self, *, by: Member) -> dict[str, Any]:
        """Return the fields as the verbs of people take them; a company nobody has entered yet is added."""
        values = dict(self.cleaned_data)
        values["company"] = company_named(values.pop("company_name"), by=by)
        return values

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """Return what the form shows of a person."""
        names = [name for name in PersonForm.base_fields if name not in ("company_name", "owner")]
        values = {name: getattr(person, name) for name in names}
        return values | {"company_name": person.company.name if person.company else "", "owner": person.owner_id or ""}


class CompanyForm(_Address):
    name = forms.CharField(label=lazy("会社名"), max_length=160, help_text=lazy("株式会社なども省かず、正式な名前で。"))
    name_kana = forms.CharField(label=lazy("会社名カナ"), max_length=200, required=False)
    name_en = forms.CharField(label=lazy("会社名（英語）"), max_length=200, required=False)
    corporate_number = forms.CharField(
        label=lazy("法人番号"),
        max_length=20,
        required=False,
        help_text=lazy("13桁の数字。入力の誤りは検査数字で見つけます。"),
    )
    industry = forms.CharField(label=lazy("業種"), max_length=80, required=False)
    employees = forms.CharField(label=lazy("従業員数"), max_length=20, required=False)
    annual_revenue = forms.CharField(label=lazy("年間売上高"), max_length=24, required=False)
    established_year = forms.CharField(label=lazy("設立年"), max_length=8, required=False)
    phone = forms.CharField(label=lazy("電話番号"), max_length=40, required=False)
    fax = forms.CharField(label=lazy("FAX"), max_length=40, required=False)
    website = forms.CharField(label=lazy("ウェブサイト"), max_length=200, required=False)
    payment_terms = forms.CharField(
        label=lazy("締め日・支払条件"), max_length=80, required=False, help_text=lazy("例：月末締め翌月末払い")
    )
    closing_day = forms.ChoiceField(label=lazy("締め日"), choices=[("", "–"), *ClosingDay.choices], required=False)
    payment_site = forms.ChoiceField(
        label=lazy("支払サイト"), choices=[("", "–"), *PaymentSite.choices], required=False
    )
    tax_rounding = forms.ChoiceField(
        label=lazy("消費税の端数"), choices=[("", lazy("自社の設定と同じ")), *TaxRounding.choices], required=False
    )
    customer_group = forms.CharField(
        label=lazy("顧客グループ"),
        max_length=40,
        required=False,
        help_text=lazy("例：代理店。価格表を選ぶときに使います。"),
    )
    parent_name = forms.CharField(label=lazy("親会社"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_name"].widget.attrs |= {"list": "company-options", "autocomplete": "off"}

    def clean_parent_name(self) -> Company | None:
        name = self.cleaned_data["parent_name"].strip()
        parent = find_by_name(name) if name else None
        if name and parent is None:
            raise forms.ValidationError(_("「%(name)s」という会社は登録されていません。") % {"name": name})
        return parent

    def values(self, *, by: Member) -> dict[str, Any]:
        """Return the fields as the verbs of companies take them."""
        values = dict(self.cleaned_data)
        values["parent"] = values.pop("parent_name")
        return values

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        """Return what the form shows of a company."""
        names = [name for name in CompanyForm.base_fields if name not in ("parent_name", "owner")]
        values = {name: "" if (value := getattr(company, name)) is None else value for name in names}
        return values | {"parent_name": company.parent.name if company.parent else "", "owner": company.owner_id or ""}


class ConsentForm(forms.Form):
    medium = forms.ChoiceField(label=lazy("手段"), choices=Medium.choices, widget=forms.RadioSelect)
    basis = forms.ChoiceField(label=lazy("根拠"), choices=Basis.choices)
    evidence = forms.CharField(
        label=lazy("証跡"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=lazy("いつ、どこで、どのような文面や言葉で。名刺なら受け取った日と場所。"),
    )


def company_named(name: str, *, by: Member) -> Company | None:
    """Return the company of that name, added where there is none; None for no name."""
    if not name.strip():
        return None
    return find_by_name(name) or create_company(by=by, name=name)
