"""Editing the customer's problem and our proposal where they stand on the deal's page."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.rules import cost_from
from ryorin.web.answers import member_of, version_in
from ryorin.web.inputs import MoneyField
from ryorin.web.sales.case_section import EDITED_HERE
from ryorin.web.sales.deals import seen
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

LINES = forms.Textarea(attrs={"rows": 3})


class CaseForm(forms.Form):
    """All that is edited here; a page shows one part of it at a time."""

    problem = forms.CharField(label=gettext_lazy("お客さまの課題"), required=False, max_length=4_000, widget=LINES)
    cost_basis = forms.CharField(
        label=gettext_lazy("損失の計算"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("例：月40時間 × 3人 × 4,000円 × 12か月。金額を空にすると、ここから計算します。"),
    )
    problem_cost = MoneyField(label=gettext_lazy("年間の損失額"), required=False)
    solution = forms.CharField(label=gettext_lazy("提案する解決策"), required=False, max_length=4_000, widget=LINES)
    effect = forms.CharField(label=gettext_lazy("期待できる効果"), required=False, max_length=4_000, widget=LINES)
    competitor = forms.CharField(label=gettext_lazy("競合"), required=False, max_length=120)
    budget = MoneyField(label=gettext_lazy("お客さまの予算"), required=False)

    def __init__(self, *args: Any, part: str, deal: Deal, **options: Any) -> None:
        kept = ("cost_basis", "problem_cost") if part == "problem_cost" else (part,)
        options["initial"] = {name: getattr(deal, name) for name in kept}
        super().__init__(*args, **options)
        for name in set(self.fields) - set(kept):
            del self.fields[name]
        for name in {"problem_cost", "budget"} & set(self.fields):
            self.fields[name].currency = deal.currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in {"problem_cost", "budget"} & set(data):
            data[name] = data[name] or None
        if data.get("cost_basis") and data.get("problem_cost", 0) is None:
            data["problem_cost"] = cost_from(data["cost_basis"])
            if data["problem_cost"] is None:
                self.add_error("cost_basis", _("計算できませんでした。「×」でつないで書くか、金額を入力してください。"))
        return data


@require_http_methods(["GET", "POST"])
def deal_case(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Return one part of the case to read or, with ?edit, to write; where somebody was faster, ask what to keep."""
    member, found = member_of(request), seen(request, pk)
    if name not in EDITED_HERE:
        raise Http404
    context: dict[str, Any] = {"deal": found, "part": name}
    if request.method == "GET" and "edit" not in request.GET:
        return render(request, "sales/deal_case_part.html#shown", context)
    require(member, "deals.change")
    form = CaseForm(request.POST if request.method == "POST" else None, part=name, deal=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_deal(found, by=member, version=version_in(request), **form.cleaned_data)
        except StaleRecord as refusal:
            context["refusal"] = str(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            answer = render(request, "sales/deal_case_part.html#shown", context | {"deal": changed, "is_changed": True})
            answer["HX-Trigger"] = "deal-changed"
            return answer
    return render(request, "sales/deal_case_part.html#form", context | {"form": form, "version": found.version})
