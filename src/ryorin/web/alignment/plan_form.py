"""The form of a quarter's plan: channels with their budget, the hours of sales, rates and times of the funnel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.plans.queries import History
from ryorin.alignment.plans.rules import Basis, Source
from ryorin.marketing.campaigns.models import Channel
from ryorin.web.inputs import MoneyField
from ryorin.web.templatetags.ryorin import money, number

RATES = ("qualified_rate", "accepted_rate", "won_rate")
PLAIN = (
    "free_leads", "members", "hours_per_week", "hours_per_lead", "hours_per_deal", "qualified_lag", "accepted_lag",
    "won_lag",
)  # fmt: skip


class Amount(forms.FloatField):
    """A number from 0 on, typed with the digits at hand."""

    def __init__(self, *, most: float = 1_000_000, **options: Any) -> None:
        super().__init__(min_value=0, max_value=most, widget=forms.TextInput, **options)
        self.widget.attrs |= {"inputmode": "decimal", "class": "r", "autocomplete": "off", "maxlength": "20"}
        self.error_messages["invalid"] = _("数字で入力してください。")


class PlanForm(forms.Form):
    free_leads = Amount(label=_("費用のかからないリード（月）"))
    members = Amount(label=_("営業の人数"), most=10_000)
    hours_per_week = Amount(label=_("1人の1週間の時間"), most=168)
    hours_per_lead = Amount(label=_("リード1件にかける時間"), most=1_000)
    hours_per_deal = Amount(label=_("商談1件にかける時間"), most=10_000)
    qualified_rate = Amount(label=_("リードのうち見込み確度に達する割合（%）"), most=100)
    qualified_lag = Amount(label=_("達するまでの日数"), most=3_650)
    accepted_rate = Amount(label=_("そのうち営業が受け入れる割合（%）"), most=100)
    accepted_lag = Amount(label=_("受け入れまでの日数"), most=3_650)
    won_rate = Amount(label=_("そのうち受注に至る割合（%）"), most=100)
    won_lag = Amount(label=_("受注までの日数"), most=3_650)
    order_value = MoneyField(label=_("受注1件の金額"))
    reason = forms.CharField(label=_("新しい版を作る理由"), max_length=200)

    def __init__(self, *args: Any, history: History, asks_reason: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.history = history
        if not asks_reason:
            del self.fields["reason"]
        for channel, label in Channel.choices:
            self.fields[f"cost_{channel}"] = MoneyField(label=f"{label} {_('リード単価')}", required=False)
            self.fields[f"budget_{channel}"] = MoneyField(label=f"{label} {_('予算')}", required=False)

    @property
    def channels(self) -> list[dict[str, Any]]:
        """The channels, those with a history first, each with its two boxes."""
        past = {one.channel: one for one in self.history.channels}
        order = sorted(Channel.choices, key=lambda one: -past[one[0]].cost if one[0] in past else 1)
        return [
            {
                "label": label,
                "cost": self[f"cost_{channel}"],
                "budget": self[f"budget_{channel}"],
                "past_cost": money(round(past[channel].cost)) if channel in past else "",
                "past_leads": number(past[channel].leads) if channel in past else "",
            }
            for channel, label in order
        ]

    def basis(self, earlier_leads: tuple[float, ...], earlier_accepted: tuple[float, ...]) -> Basis:
        """Return what was typed as the basis of a plan; raises PlanInvalid."""
        data = self.cleaned_data
        sources = tuple(
            Source(channel, float(data[f"cost_{channel}"]), float(data[f"budget_{channel}"]))
            for channel in Channel.values
            if data[f"cost_{channel}"] or data[f"budget_{channel}"]
        )
        return Basis(
            sources=sources,
            **{name: float(data[name]) for name in PLAIN},
            **{name: round(data[name] / 100, 6) for name in RATES},
            order_value=float(data["order_value"]),
            earlier_leads=tuple(earlier_leads),
            earlier_accepted=tuple(earlier_accepted),
        )


def first_values(history: History) -> dict[str, Any]:
    """Return what the year before suggests; boxes it says nothing about stay empty."""
    values: dict[str, Any] = {name: rounded(getattr(history, name)) for name in PLAIN}
    values |= {name: percent_of(getattr(history, name)) for name in RATES}
    values["order_value"] = None if history.order_value is None else round(history.order_value)
    for one in history.channels:
        if one.cost_per_lead:
            values[f"cost_{one.channel}"] = round(one.cost_per_lead)
            values[f"budget_{one.channel}"] = round(one.cost / 4)
    return values


def from_basis(basis: Basis) -> dict[str, Any]:
    """Return what a plan rests on, as the form shows it."""
    values: dict[str, Any] = {name: rounded(getattr(basis, name), 4) for name in PLAIN}
    values |= {name: percent_of(getattr(basis, name), 4) for name in RATES}
    values["order_value"] = round(basis.order_value)
    for source in basis.sources:
        values[f"cost_{source.channel}"] = round(source.cost_per_lead)
        values[f"budget_{source.channel}"] = round(source.budget)
    return values


def rounded(value: float | None, decimals: int = 1) -> str | None:
    return None if value is None else f"{round(value, decimals):g}"


def percent_of(rate: float | None, decimals: int = 1) -> str | None:
    return None if rate is None else f"{round(100 * rate, decimals):g}"
