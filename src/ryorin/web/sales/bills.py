"""Delivery notes and invoices: the list with what is owed, one bill, money coming in, goods given back."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.purchases.models import Order
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.money import to_minor
from ryorin.sales.billing import actions
from ryorin.sales.billing.errors import ReturnWrong
from ryorin.sales.billing.fields import BILL
from ryorin.sales.billing.models import Bill, BillKind, BillState, Payment
from ryorin.sales.billing.queries import missing, owed, unbilled
from ryorin.sales.billing.rules import closing_date, due_date
from ryorin.sales.contracts.rules.money import totals_in
from ryorin.sales.documents.queries import content
from ryorin.web.answers import MOST_DIGITS, member_of, moved_on, picked, version_in
from ryorin.web.context import company
from ryorin.web.inputs import DayField, MoneyField
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import named_by
from ryorin.web.sales.documents import as_pdf
from ryorin.web.workspace.deeds import DEEDS
from ryorin.workspace.audit.queries import history
from ryorin.workspace.members.models import LANGUAGES
from ryorin.workspace.members.rules import require

SHOWN = 200
BILLS = Listing(
    title=gettext_lazy("請求・納品"),
    url="bills",
    record_url="bill",
    lead=named_by("number", gettext_lazy("番号")),
    new_url="bill_new",
    new_label=gettext_lazy("請求書・納品書を作成"),
    change_verb="bills.change",
    empty_title=gettext_lazy("まだ請求書がありません"),
    empty_text=gettext_lazy("締結した契約や注文から、納品書と適格請求書をつくれます。金額は見積と1円も違いません。"),
    empty_url="bill_new",
    empty_label=gettext_lazy("請求書・納品書を作成"),
    icon="receipt",
    template="sales/bills/bills.html",
)


class IssueForm(forms.Form):
    """How a bill shall be written; the orders it is about are ticked beside it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("種類"),
        choices=[(one.value, one.label) for one in (BillKind.INVOICE, BillKind.DELIVERY_NOTE)],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=gettext_lazy("件名"), max_length=160, required=False)
    issued_on = DayField(label=gettext_lazy("発行日"))
    due_on = DayField(label=gettext_lazy("支払期限"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES)
    remarks = forms.CharField(
        label=gettext_lazy("備考"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    without_registration = forms.BooleanField(
        label=gettext_lazy("登録番号なしで発行する（適格請求書にはなりません）"), required=False
    )


class PayForm(forms.Form):
    on = DayField(label=gettext_lazy("入金日"))
    amount = MoneyField(label=gettext_lazy("入金額"))
    note = forms.CharField(label=gettext_lazy("メモ"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def bills(request: HttpRequest) -> HttpResponse:
    """Show the bills as a list, with what is still owed."""
    member = member_of(request)
    return record_list(
        request,
        record_type=BILL,
        rows=Bill.objects.visible_to(member),
        member=member,
        listing=_with_sums(request),
    )


@require_http_methods(["GET", "POST"])
def bill_new(request: HttpRequest) -> HttpResponse:
    """Show a company's orders that are not billed yet, to be put on a bill; or write it."""
    member = member_of(request)
    require(member, "bills.change")
    firm = picked(Company.objects.visible_to(member), request.POST.get("company") or request.GET.get("company"))
    kind = request.POST.get("kind") or request.GET.get("kind") or BillKind.INVOICE.value
    kind = kind if kind in (BillKind.INVOICE, BillKind.DELIVERY_NOTE) else BillKind.INVOICE.value
    today = clock.today(company().time_zone)
    closing = closing_date(today, firm.closing_day) if firm else today
    initial = {"kind": kind, "issued_on": today, "language": "ja"}
    if firm:
        initial["due_on"] = due_date(today, closing_day=firm.closing_day, site=firm.payment_site)
    form = IssueForm(request.POST or None, initial=initial)
    orders = list(unbilled(firm, kind)[:SHOWN]) if firm else []
    ticked = _numbers(request, "orders", default=request.GET.get("order", ""))
    if request.method == "POST" and firm is not None and form.is_valid():
        chosen = list(Order.objects.visible_to(member).filter(pk__in=ticked, company=firm))
        try:
            made = actions.issue_bill(orders=chosen, by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("発行しました。"), to=reverse("bill", args=[made.pk]))
    context = {
        "form": form,
        "firm": firm,
        "orders": orders,
        "ticked": ticked or ({order.pk for order in orders} if len(orders) == 1 else set()),
        "missing": missing(),
        "closing": closing,
    }
    return render(request, "sales/bills/new.html", context, status=422 if form.errors else 200)


@require_POST
def bill_issue(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Write a bill of one order at once, as its company usually has it."""
    member = member_of(request)
    order = get_object_or_404(Order.objects.visible_to(member), pk=pk)
    kind = BillKind.DELIVERY_NOTE if kind == "delivery_note" else BillKind.INVOICE
    made = actions.issue_bill(kind, [order], by=member)
    return moved_on(request, _("発行しました。"), to=reverse("bill", args=[made.pk]))


@require_POST
def bill_month(request: HttpRequest) -> HttpResponse:
    """Write one invoice over a company's month."""
    member = member_of(request)
    require(member, "bills.change")
    firm = picked(Company.objects.visible_to(member), request.POST.get("company") or "x")
    try:
        closing = DayField().to_python(request.POST.get("closing", "")) or clock.today(company().time_zone)
    except forms.ValidationError:
        closing = clock.today(company().time_zone)
    made = actions.issue_for_month(firm, closing=closing, by=member)
    return moved_on(request, _("合計請求書を発行しました。"), to=reverse("bill", args=[made.pk]))


@require_GET
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bill with its lines, what was paid and given back."""
    found = seen(request, pk)
    context = {
        "bill": found,
        "lines": found.lines.select_related("order"),
        "totals": totals_in(found.totals),
        "payments": found.payments.select_related("by"),
        "credit_notes": found.credit_notes.order_by("pk"),
        "is_overdue": bool(
            found.state in (BillState.OPEN, BillState.PARTIAL)
            and found.due_on
            and found.due_on < clock.today(company().time_zone)
        ),
        "history": [(entry, DEEDS.get(entry.action, "")) for entry in history("bill", found.pk, limit=20)],
    }
    return render(request, "sales/bills/bill.html", context)


@require_GET
def bill_pdf_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the document as it was issued."""
    found = seen(request, pk)
    assert found.document is not None, "a bill is issued with its document"
    return as_pdf(content(found.document), found.document.file_name)


@require_http_methods(["GET", "POST"])
def bill_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what came in, then note it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "bills.change")
    initial = {"on": clock.today(company().time_zone), "amount": found.remaining, "version": found.version}
    form = PayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("on", "amount", "note")}
        try:
            actions.record_payment(found, by=member, version=version_in(request), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("入金を記録しました。"), to=reverse("bill", args=[pk]))
    return render(request, "sales/bills/pay.html", {"bill": found, "form": form})


@require_POST
def payment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a payment that was noted by mistake."""
    rows = Payment.objects.filter(bill__in=Bill.objects.visible_to(member_of(request)))
    payment = get_object_or_404(rows.select_related("bill"), pk=pk)
    found = actions.remove_payment(payment, by=member_of(request))
    return moved_on(request, _("入金の記録を取り消しました。"), to=reverse("bill", args=[found.pk]))


@require_POST
def bill_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a bill that was wrong."""
    found = actions.void_bill(seen(request, pk), by=member_of(request), version=version_in(request))
    return moved_on(request, _("取り消しました。"), to=reverse("bill", args=[found.pk]))


@require_http_methods(["GET", "POST"])
def bill_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what of an invoice is given back, then write the credit note."""
    member, found = member_of(request), seen(request, pk)
    require(member, "bills.change")
    lines, problem = list(found.lines.all()), ""
    typed = {line.pk: request.POST.get(f"line-{line.pk}", "").strip()[:40] for line in lines}
    if request.method == "POST":
        try:
            amounts = {pk: _minor(text, found) for pk, text in typed.items() if text}
            remarks = request.POST.get("remarks", "")[:500]
            made = actions.issue_credit_note(found, amounts, by=member, version=version_in(request), remarks=remarks)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return moved_on(request, _("返還請求書を発行しました。"), to=reverse("bill", args=[made.pk]))
    context = {"bill": found, "rows": [(line, typed.get(line.pk, "")) for line in lines], "problem": problem}
    return render(request, "sales/bills/credit.html", context)


def seen(request: HttpRequest, pk: int) -> Bill:
    """Return the bill when the member may see it; 404 otherwise."""
    related = ("company", "person", "contract", "deal", "corrects", "document", "owner")
    rows = Bill.objects.visible_to(member_of(request)).select_related(*related)
    found: Bill = get_object_or_404(rows, pk=pk)
    return found


def _minor(text: str, found: Bill) -> int:
    try:
        return to_minor(text, found.currency)
    except ValueError:
        raise ReturnWrong() from None


def _numbers(request: HttpRequest, name: str, *, default: str) -> set[int]:
    texts = request.POST.getlist(name)[:SHOWN] or [default]
    return {int(text) for text in texts if text.isdecimal() and len(text) < MOST_DIGITS}


def _with_sums(request: HttpRequest) -> Listing:
    """Return the list with the sums above it."""
    unpaid: list[dict[str, Any]] = [{"field": "state", "op": "in", "value": ["open", "partial"]}]
    today = clock.today(company().time_zone).isoformat()
    late = [*unpaid, {"field": "due_on", "op": "lt", "value": today}]
    context = {"owed": owed(member_of(request)), "unpaid_url": _rows(unpaid), "late_url": _rows(late)}
    return replace(BILLS, context=context)


def _rows(tests: list[dict[str, Any]]) -> str:
    """Return the address of the list with only the rows that pass."""
    condition = json.dumps({"all": tests}, separators=(",", ":"))
    return f"{reverse('bills')}?{urlencode({'f': condition, 'sort': 'due_on'})}"
