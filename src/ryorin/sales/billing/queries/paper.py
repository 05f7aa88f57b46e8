"""Delivery notes, invoices and credit notes as PDF, with everything an invoice must say."""

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib.money import format_money
from ryorin.lib.pdf import render
from ryorin.sales.billing.models import Bill, BillKind, BillLine
from ryorin.sales.contracts.rules.money import totals_in
from ryorin.workspace.organisation.queries import current, issuer

TEMPLATE = Path(__file__).parents[1] / "documents" / "bill.typ"


def bill_pdf(bill: Bill) -> bytes:
    """Return the document in its language, with the seal of the company where it has one."""
    with translation.override(bill.language):
        sender = issuer(with_seal=True, person=bill.owner.name if bill.owner else "")
        return render(TEMPLATE, _data(bill) | {"from": sender.data}, files=sender.files)


def _data(bill: Bill) -> dict[str, Any]:
    organisation, lines = current(), list(bill.lines.all())
    sign = -1 if bill.kind == BillKind.CREDIT_NOTE else 1
    return {
        "language": bill.language,
        "kind": bill.kind,
        "heading": _heading(bill),
        "number": bill.number,
        "day": _day(bill.issued_on),
        "to": bill.to,
        "honorific": _honorific(bill),
        "facts": _facts(bill),
        "lead": _lead(bill),
        "total": _money(bill.gross * sign, bill),
        "lines": [_line(line, bill, sign) for line in lines],
        "totals": [
            {
                "rate": _("%(rate)s％対象") % {"rate": one.plain_rate} + (" ※" if one.is_reduced else ""),
                "net": _money(one.net * sign, bill),
                "tax": _money(one.tax * sign, bill),
                "gross": _money(one.gross * sign, bill),
            }
            for one in totals_in(bill.totals).by_rate
        ],
        "net": _money(bill.net * sign, bill),
        "tax": _money(bill.tax * sign, bill),
        "has_reduced": any(line.is_reduced for line in lines),
        "bank": organisation.bank_account.splitlines() if bill.kind == BillKind.INVOICE else [],
        "note": organisation.payment_note if bill.kind == BillKind.INVOICE else "",
        "remarks": bill.remarks,
        "words": _words(),
    }


def _heading(bill: Bill) -> str:
    return {
        BillKind.DELIVERY_NOTE.value: _("納品書"),
        BillKind.INVOICE.value: _("請求書"),
        BillKind.CREDIT_NOTE.value: _("返還請求書"),
    }[bill.kind]


def _lead(bill: Bill) -> str:
    return {
        BillKind.DELIVERY_NOTE.value: _("下記のとおり納品いたします。"),
        BillKind.INVOICE.value: _("下記のとおりご請求申し上げます。"),
        BillKind.CREDIT_NOTE.value: _("下記のとおり返還いたします。"),
    }[bill.kind]


def _facts(bill: Bill) -> list[tuple[str, str]]:
    """Return what stands beside the total: dates, what it is about, what it corrects."""
    facts = [(_("件名"), bill.title)] if bill.title else []
    if bill.since and bill.until:
        facts.append((_("対象期間"), f"{_day(bill.since)} – {_day(bill.until)}"))
    if bill.corrects:
        original = {"number": bill.corrects.number, "day": _day(bill.corrects.issued_on)}
        facts.append((_("元の請求書"), _("%(number)s（%(day)s）") % original))
    if bill.due_on:
        facts.append((_("お支払期限"), _day(bill.due_on)))
    return facts


def _line(line: BillLine, bill: Bill, sign: int) -> dict[str, str]:
    return {
        "on": f"{line.on:%Y/%m/%d}",
        "description": line.description + (" ※" if line.is_reduced else ""),
        "quantity": f"{line.quantity.normalize():f}{line.unit}",
        "unit_price": _money(line.unit_price, bill),
        "rate": f"{line.tax_rate.normalize():f}%",
        "amount": _money(line.amount * sign, bill),
    }


def _honorific(bill: Bill) -> str:
    if bill.language != "ja":
        return ""
    return "御中" if bill.company_id else "様"


def _day(day: Any) -> str:
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def _money(minor: int, bill: Bill) -> str:
    return format_money(minor, bill.currency, language=bill.language)


def _words() -> dict[str, str]:
    """Return the words of the template in the language of the document."""
    return {
        "number": _("番号"),
        "day": _("発行日"),
        "total": _("合計金額（税込）"),
        "on": _("取引日"),
        "item": _("品名"),
        "quantity": _("数量"),
        "unit_price": _("単価"),
        "rate": _("税率"),
        "amount": _("金額（税抜）"),
        "net": _("税抜金額"),
        "tax": _("消費税額"),
        "gross": _("税込金額"),
        "sum": _("合計"),
        "reduced": _("※は軽減税率（8％）の対象です。"),
        "bank": _("お振込先"),
        "remarks": _("備考"),
    }
