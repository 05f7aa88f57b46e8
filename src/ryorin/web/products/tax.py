"""The rates of consumption tax with their days, in the settings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import TaxClass
from ryorin.products.prices.actions import set_tax_rates
from ryorin.products.prices.queries import tax_rates as known_rates
from ryorin.products.prices.rules import MOST_RATES, TAXED, DatedRate, rates_key
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.inputs import DayField
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import may, require


class RateForm(forms.Form):
    tax_class = forms.ChoiceField(label=lazy("税区分"), choices=[(one.value, one.label) for one in TAXED])
    rate = forms.DecimalField(
        label=lazy("税率（％）"), max_digits=4, decimal_places=1, min_value=Decimal(0), max_value=Decimal(100)
    )
    valid_from = DayField(label=lazy("適用開始日"))
    valid_to = DayField(label=lazy("適用終了日"), required=False)


@dataclass
class Line:
    form: RateForm
    is_now: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def tax_rates(request: HttpRequest) -> HttpResponse:
    """The rates; a POST keeps what was typed in the place of them all. A line with nothing in it is left out."""
    member = member_of(request)
    require(member, "organisation.change" if request.method == "POST" else "audit.read")
    rates, today = known_rates(), clock.today(company().time_zone)
    key, problem = rates_key(rates), ""
    if request.method == "POST":
        lines = typed_in(request)
        if all(line.form.is_valid() for line in lines):
            try:
                typed = [DatedRate(**line.form.cleaned_data) for line in lines]
                set_tax_rates(typed, by=member, known=request.POST.get("known", ""))
            except Refusal as refusal:
                problem = str(refusal)
            else:
                messages.success(request, _("税率を保存しました。"))
                return redirect("tax_rates")
        else:
            problem = _("入力内容を確かめてください。")
    else:
        lines = [line_of(rate, today) for rate in sorted(rates, key=lambda rate: rate.valid_from, reverse=True)]
        lines.sort(key=lambda line: TAXED.index(TaxClass(line.form.initial["tax_class"])))
    context: dict[str, Any] = {"lines": lines, "key": key, "problem": problem, "tabs": tabs(request)}
    context |= {"new": RateForm(auto_id=False), "may_change": may(member, "organisation.change")}
    return render(request, "products/tax_rates.html", context, status=422 if problem else 200)


def line_of(rate: DatedRate, today: date) -> Line:
    values = rate.as_row() | {"rate": f"{rate.rate.normalize():f}"}
    is_now = rate.valid_from <= today and (rate.valid_to is None or today <= rate.valid_to)
    return Line(RateForm(initial=values, auto_id=False), is_now)


def typed_in(request: HttpRequest) -> list[Line]:
    names = ("tax_class", "rate", "valid_from", "valid_to")
    columns = [request.POST.getlist(name)[: MOST_RATES + 1] for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]
    return [
        Line(RateForm(row, auto_id=False))
        for row in rows
        if any(row[name] for name in ("rate", "valid_from", "valid_to"))
    ]
