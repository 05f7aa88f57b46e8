"""Bargaining: what was asked and answered, and what may be given for which margin."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.money import to_decimal, to_minor
from ryorin.lib.tables.writing import csv_chunks
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.models import Answer, AskedBy, Negotiation, Quotation
from ryorin.sales.quotations.queries import free_discount, negotiations_of, newest_version, offer_of
from ryorin.sales.quotations.rules import CounterOffer, Offer, countered, to_discount, to_margin, to_net
from ryorin.web.answers import done, member_of, moved_on, version_in
from ryorin.web.context import company
from ryorin.web.inputs import DayField, MoneyField
from ryorin.web.sales.quotations import seen
from ryorin.workspace.members.rules import require

WISHES = [
    ("net", gettext_lazy("希望金額（税抜）")),
    ("margin", gettext_lazy("残したい粗利率（％）")),
    ("discount", gettext_lazy("値引率の上限（％）")),
]


class RequestForm(forms.Form):
    asked_on = DayField(label=gettext_lazy("申し入れ日"))
    asked_by = forms.ChoiceField(label=gettext_lazy("申し入れた側"), choices=AskedBy.choices, widget=forms.RadioSelect)
    asked_name = forms.CharField(label=gettext_lazy("申し入れた人"), max_length=120, required=False)
    request = forms.CharField(
        label=gettext_lazy("申し入れの内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    wished_amount = MoneyField(label=gettext_lazy("希望金額（税抜）"), required=False)


class AnswerForm(forms.Form):
    answered_on = DayField(label=gettext_lazy("回答日"))
    answer = forms.ChoiceField(
        label=gettext_lazy("回答"),
        choices=[choice for choice in Answer.choices if choice[0] != Answer.WAITING],
        widget=forms.RadioSelect,
    )
    answer_text = forms.CharField(
        label=gettext_lazy("回答の内容"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    led_to = forms.TypedChoiceField(
        label=gettext_lazy("この結果できた版"), required=False, coerce=int, empty_value=None
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, quotation: Quotation, **options: Any) -> None:
        super().__init__(*args, **options)
        versions = [(one.pk, _("第%(revision)s版") % {"revision": one.revision}) for one in quotation.versions.all()]
        self.fields["led_to"].choices = [("", _("なし")), *versions]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def negotiation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what was wished for, then keep it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    initial = {
        "asked_on": clock.today(company().time_zone),
        "asked_by": AskedBy.CUSTOMER,
        "asked_name": found.person.name if found.person else "",
    }
    form = RequestForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["wished_amount"].currency = found.currency  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"wished_amount": form.cleaned_data["wished_amount"] or None}
        try:
            actions.log_negotiation(found, by=member, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _told(request, found, _("価格交渉を記録しました。"))
    return render(request, "sales/quotations/negotiation.html", {"quotation": found, "form": form})


@require_http_methods(["GET", "POST"])
def negotiation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what was answered and why, then keep it."""
    member = member_of(request)
    seen_quotations = Quotation.objects.visible_to(member)
    rows = Negotiation.objects.filter(quotation__in=seen_quotations).select_related("quotation")
    entry = get_object_or_404(rows, pk=pk)
    require(member, "quotations.change")
    initial = {
        "answered_on": entry.answered_on or clock.today(company().time_zone),
        "answer": entry.answer if entry.answer != Answer.WAITING else None,
        "answer_text": entry.answer_text,
        "reason": entry.reason,
        "led_to": entry.led_to_id,
        "version": entry.version,
    }
    form = AnswerForm(request.POST if request.method == "POST" else None, quotation=entry.quotation, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        led_to = entry.quotation.versions.filter(pk=values.pop("led_to") or 0).first()
        try:
            actions.answer_negotiation(entry, by=member, led_to=led_to, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _told(request, entry.quotation, _("回答を記録しました。"))
    return render(
        request, "sales/quotations/negotiation.html", {"quotation": entry.quotation, "form": form, "entry": entry}
    )


@require_GET
def negotiations_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the dated log of a deal's price negotiations as CSV, for Excel."""
    member = member_of(request)
    require(member, "records.export")
    deal = get_object_or_404(Deal.objects.visible_to(member), pk=pk)
    rows = [_exported(entry) for entry in negotiations_of(deal, member)]
    content = b"".join(csv_chunks([str(name) for name in _EXPORTED], rows))
    name = _("価格交渉の記録_%(deal)s.csv") % {"deal": deal.name}
    header = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": header})


@require_GET
def quotation_counter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what meets a wish: the discount, the margin it leaves, the lines that could carry it, the limit."""
    member, found = member_of(request), seen(request, pk)
    require(member, "products.cost")
    offer = offer_of(newest_version(found))
    wish, value = request.GET.get("wish", "net"), request.GET.get("value", "").strip()
    free = free_discount(found, offer, by=member)
    context: dict[str, Any] = {
        "quotation": found,
        "now": offer.totals,
        "free": countered(offer, free),
        "is_free_of_limits": free >= offer.totals.payable > 0,
        "wish": wish if wish in dict(WISHES) else "net",
        "wishes": WISHES,
        "value": value,
        "is_draft": newest_version(found).sent_at is None,
    }
    if value:
        try:
            counter = _counter(offer, wish, value, found.currency)
        except (ValueError, InvalidOperation):
            context["problem"] = _("希望を数字で入れてください。")
        else:
            context |= {"counter": counter, "is_beyond": counter is not None and counter.off > free}
            if counter is None:
                context["problem"] = _("原価が入っていない明細があるため、粗利を計算できません。")
    part = "#result" if request.headers.get("HX-Target") == "counter-result" else ""
    return render(request, f"sales/quotations/counter.html{part}", context)


@require_POST
def quotation_counter_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take so much more off in all: in the draft, or in a new version where the last one was sent."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    text = request.POST.get("off", "")
    off = int(text) if text.isdecimal() and len(text) < 17 else 0
    version: int | None = version_in(request)
    if newest_version(found).sent_at is not None:
        found = actions.new_version(found, by=member, version=version)
        version = None
    offer = countered(offer_of(newest_version(found)), off).offer
    found = actions.save_draft(found, offer, by=member, version=version)
    return moved_on(request, _("値引を下書きに入れました。"), to=reverse("quotation_edit", args=[found.pk]))


_EXPORTED = (
    gettext_lazy("見積番号"),
    gettext_lazy("版"),
    gettext_lazy("申し入れ日"),
    gettext_lazy("申し入れた側"),
    gettext_lazy("申し入れた人"),
    gettext_lazy("申し入れの内容"),
    gettext_lazy("希望金額（税抜）"),
    gettext_lazy("回答日"),
    gettext_lazy("回答"),
    gettext_lazy("回答の内容"),
    gettext_lazy("理由"),
    gettext_lazy("回答した人"),
    gettext_lazy("この結果できた版"),
)


def _exported(entry: Negotiation) -> list[str]:
    currency = entry.quotation.currency
    wished = "" if entry.wished_amount is None else f"{to_decimal(entry.wished_amount, currency):f}"
    return [
        entry.quotation.number or entry.quotation.title,
        str(entry.about.revision) if entry.about else "",
        f"{entry.asked_on:%Y/%m/%d}",
        str(entry.get_asked_by_display()),
        entry.asked_name,
        entry.request,
        wished,
        f"{entry.answered_on:%Y/%m/%d}" if entry.answered_on else "",
        str(entry.get_answer_display()),
        entry.answer_text,
        entry.reason,
        entry.answered_by.name if entry.answered_by else "",
        str(entry.led_to.revision) if entry.led_to else "",
    ]


def _counter(offer: Offer, wish: str, value: str, currency: str) -> CounterOffer | None:
    """Return what meets the wish; ValueError or InvalidOperation where it is no number."""
    if wish not in ("margin", "discount"):
        return to_net(offer, max(0, to_minor(value[:40], currency)))
    rate = Decimal(value[:20].rstrip("%％ "))
    if not rate.is_finite() or not -1000 <= rate <= 100:
        raise ValueError(value)
    return to_margin(offer, rate) if wish == "margin" else to_discount(offer, rate)


def _told(request: HttpRequest, found: Quotation, text: str) -> HttpResponse:
    return done(request, text, to=reverse("quotation", args=[found.pk]), events=["quotation-changed"])
