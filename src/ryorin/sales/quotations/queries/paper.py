"""The quotation as it is printed: everything as text, so that page and PDF say the same to the yen."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.money import format_money
from ryorin.lib.pdf import render
from ryorin.sales.quotations.models import LineKind, Quotation, QuotationVersion
from ryorin.sales.quotations.queries.reading import offer_of
from ryorin.sales.quotations.rules import Offer, Priced, Totals, addressed
from ryorin.workspace.organisation.queries import current, issuer

TEMPLATE = Path(__file__).parents[1] / "documents" / "quotation.typ"


def pdf_of(version: QuotationVersion, *, with_seal: bool = True) -> bytes:
    """Return the version as a PDF in its language; a draft says that it is one."""
    data, files = paper_of(version, with_seal=with_seal)
    return render(TEMPLATE, data, files=files)


def paper_of(version: QuotationVersion, *, with_seal: bool = True) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """Return what the template prints, and the images it needs."""
    quotation, offer = version.quotation, offer_of(version)
    with translation.override(version.language):
        sender = issuer(with_seal=with_seal, person=quotation.owner.name if quotation.owner else "")
        return sheet_of(quotation, version, offer) | {"issuer": sender.data}, sender.files


def sheet_of(quotation: Quotation, version: QuotationVersion, offer: Offer) -> dict[str, Any]:
    """Return the texts of the sheet, in the language that is active."""
    totals, money = offer.totals, _Money(quotation.currency, offer.language)
    above, name, honorific = addressed(offer)
    issued = version.issued_on or clock.today(current().time_zone)
    revised = f"-{version.revision}" if version.revision > 1 else ""
    terms = [
        (_("件名"), offer.title),
        (_("納期"), offer.delivery),
        (_("納入場所"), offer.delivery_place),
        (_("支払条件"), offer.payment_terms),
        (_("有効期限"), day(offer.valid_until, offer.language)),
    ]
    return {
        "language": offer.language,
        "title": _("御見積書"),
        "number_label": _("見積番号"),
        "number": f"{quotation.number}{revised}" if quotation.number else _("（下書き）"),
        "issued_label": _("発行日"),
        "issued_on": day(issued, offer.language),
        "to": {"above": above, "name": name, "honorific": honorific},
        "greeting": _("下記のとおりお見積り申し上げます。"),
        "total_label": _("御見積金額"),
        "total": money(totals.gross),
        "total_note": _("（税込）"),
        "terms": [[label, text] for label, text in terms if text],
        "head": [_("No."), _("品名"), _("数量"), _("単位"), _("単価"), _("金額")],
        "rows": [_row(one, offer, totals, money) for one in totals.lines],
        "sums": sums_of(offer, totals, money),
        "reduced_note": _("※ は軽減税率の対象です。") if totals.has_reduced else "",
        "inclusive_note": _("単価・金額は税込です。") if offer.is_inclusive else _("単価・金額は税抜です。"),
        "remarks_label": _("備考"),
        "remarks": offer.remarks,
    }


def sums_of(offer: Offer, totals: Totals, money: "_Money") -> list[list[str]]:
    """Return the lines below the table: net, per rate what is taxed and the tax, and the whole."""
    lines = []
    if totals.discount:
        lines += [[_("値引前の合計"), money(totals.listed)], [_("値引合計"), money(-totals.discount)]]
    lines.append([_("合計（税抜）"), money(totals.net)])
    for one in totals.by_rate:
        shown = {"rate": f"{one.rate.percent:f}", "mark": _("※軽減") if one.rate.is_reduced else ""}
        base = one.gross if offer.is_inclusive else one.net
        label = _("%(rate)s%%対象（税込）%(mark)s") if offer.is_inclusive else _("%(rate)s%%対象（税抜）%(mark)s")
        lines += [[label % shown, money(base)], [_("　消費税 %(rate)s%%") % shown, money(one.tax)]]
    return [*lines, [_("合計（税込）"), money(totals.gross)]]


def day(value: Any, language: str) -> str:
    """Return a day as documents write it: 2026年11月22日, 22 November 2026."""
    if value is None:
        return ""
    return f"{value.year}年{value.month}月{value.day}日" if language == "ja" else f"{value:%-d %B %Y}"


class _Money:
    """Writes amounts in one currency and language."""

    def __init__(self, currency: str, language: str) -> None:
        self.currency, self.language = currency, language

    def __call__(self, amount: int) -> str:
        return format_money(amount, self.currency, language=self.language)


def _row(one: Priced, offer: Offer, totals: Totals, money: _Money) -> dict[str, Any]:
    line = one.line
    usual = {LineKind.SUBTOTAL: _("小計"), LineKind.DISCOUNT: _("出精値引")}
    text = line.description or str(usual.get(LineKind(line.kind), ""))
    row: dict[str, Any] = {"kind": line.kind, "text": text, "note": line.note, "amount": money(one.amount)}
    if line.kind == LineKind.DISCOUNT and line.discount_rate is not None:
        row["note"] = " ".join(filter(None, (plain(line.discount_rate) + "%", line.note)))
    if line.kind != LineKind.ITEM:
        return row
    is_whole = line.unit == "式" or line.unit == "一式"
    return row | {
        "number": str(one.number),
        "code": line.code,
        "mark": "※" if line.is_reduced else "",
        "quantity": plain(line.quantity) if not is_whole or line.quantity != 1 else "1",
        "unit": line.unit,
        "unit_price": money(line.unit_price),
        "discount": _off(one, money) if one.discount else "",
    }


def _off(one: Priced, money: _Money) -> str:
    rate = f" {plain(one.line.discount_rate)}%" if one.line.discount_rate is not None else ""
    shown = {"listed": money(one.listed), "rate": rate, "amount": money(-one.discount)}
    return _("値引前 %(listed)s　値引%(rate)s %(amount)s") % shown


def plain(value: Decimal) -> str:
    """Return a number with separators and without zeros behind the point."""
    return f"{value.normalize():,f}"
