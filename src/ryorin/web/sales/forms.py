"""What people type about deals, checked before a verb is called."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.marketing.campaigns.models import Channel
from ryorin.sales.deals.models import Deal, LostReason, Stage, Yomi
from ryorin.sales.deals.queries import default_pipeline
from ryorin.web.context import company
from ryorin.web.inputs import DayField, MoneyField, PickedField
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import closed_days


class StageField(forms.ModelChoiceField):
    """A stage, named with its pipeline where there are several."""

    def __init__(self, **options: Any) -> None:
        rows = Stage.objects.filter(pipeline__is_active=True).select_related("pipeline")
        super().__init__(rows.order_by("pipeline__position", "pipeline", "position", "pk"), empty_label=None, **options)

    def label_from_instance(self, stage: Any) -> str:
        several = len({one.pipeline_id for one in self.queryset.all()}) > 1 if self.queryset is not None else False
        return f"{stage.pipeline.name}：{stage.name}" if several else stage.name


class DealForm(forms.Form):
    """A deal as a whole, to open it; its single fields are also used one by one to edit it."""

    name = forms.CharField(label=gettext_lazy("商談名"), max_length=160)
    company = PickedField(Company.objects.none(), label=gettext_lazy("会社"), required=False)
    person = PickedField(Person.objects.none(), label=gettext_lazy("主な相手"), required=False)
    stage = StageField(label=gettext_lazy("ステージ"))
    amount = MoneyField(label=gettext_lazy("金額（税抜）"), required=False)
    yomi = forms.ChoiceField(
        label=gettext_lazy("ヨミ"), choices=[("", gettext_lazy("未設定")), *Yomi.choices], required=False
    )
    expected_close_on = DayField(label=gettext_lazy("受注予定日"), required=False)
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True),
        label=gettext_lazy("担当"),
        required=False,
        empty_label=gettext_lazy("未定"),
    )
    next_action = forms.CharField(label=gettext_lazy("次のアクション"), max_length=160, required=False)
    next_action_on = DayField(label=gettext_lazy("いつ"), required=False)
    source_channel = forms.ChoiceField(label=gettext_lazy("獲得チャネル"), required=False)
    memo = forms.CharField(
        label=gettext_lazy("メモ"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, member: Member, currency: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["company"].queryset = Company.objects.visible_to(member)  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.visible_to(member)  # type: ignore[attr-defined]
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]
        self.fields["source_channel"].choices = _channels(self.initial.get("source_channel", ""))  # type: ignore[attr-defined]

    def keep_only(self, *names: str) -> None:
        """This function will reduce the form to some of its fields."""
        for name in set(self.fields) - set(names):
            del self.fields[name]


def _channels(present: str) -> list[tuple[str, Any]]:
    """Return the channels to choose from, with the present one where it is none of the usual."""
    usual: list[tuple[str, Any]] = [("", _("未設定")), *Channel.choices]
    return usual if present in dict(usual) else [*usual, (present, present)]


def first_values(member: Member, *, person: Person | None, firm: Company | None) -> dict[str, Any]:
    """Return what the form for a new deal holds before anybody types."""
    firm = firm or (person.company if person else None)
    title = firm.name if firm else person.name if person else ""
    default_pipeline()
    return {
        "name": _("%(customer)s の商談") % {"customer": title} if title else "",
        "company": firm,
        "person": person,
        "owner": member if member.role in ("sales", "manager", "administrator") else None,
        "next_action": _("連絡して状況を確かめる"),
        "next_action_on": add_business_days(clock.today(company().time_zone), 1, closed=closed_days()),
        "expected_close_on": clock.today(company().time_zone) + timedelta(days=90),
    }


class WinForm(forms.Form):
    amount = MoneyField(label=gettext_lazy("受注金額（税抜）"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].currency = deal.currency  # type: ignore[attr-defined]


class LoseForm(forms.Form):
    reason = forms.ModelChoiceField(
        LostReason.objects.all(), label=gettext_lazy("失注理由"), widget=forms.RadioSelect, empty_label=None
    )
    note = forms.CharField(
        label=gettext_lazy("経緯"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
