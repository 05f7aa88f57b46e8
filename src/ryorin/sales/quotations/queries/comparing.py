"""Two versions side by side: which lines and terms differ."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from ryorin.lib.money import format_money
from ryorin.sales.quotations.models import LineKind, QuotationVersion
from ryorin.sales.quotations.rules import Offer, Priced


@dataclass(frozen=True, slots=True)
class Side:
    """A line or a term on one side: what it says, and the details that may differ."""

    text: str
    details: tuple[str, ...] = ()
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the comparison: the same, changed, taken out (no right) or new (no left)."""

    mark: str
    left: Side | None
    right: Side | None
    label: str = ""


def differences(left: Offer, right: Offer, *, currency: str) -> list[Difference]:
    """Return the terms and lines of both offers side by side, lines matched by what they are called."""
    return [*_terms(left, right), *_lines(left, right, currency)]


def _terms(left: Offer, right: Offer) -> list[Difference]:
    """Return the terms that differ."""
    found = []
    before, after = left.terms, right.terms
    for name, value in before.items():
        if value != after[name]:
            label = str(getattr(QuotationVersion._meta.get_field(name), "verbose_name", name))
            found.append(Difference("changed", Side(_said(value)), Side(_said(after[name])), label))
    return found


def _lines(left: Offer, right: Offer, currency: str) -> list[Difference]:
    before = [_side(one, currency) for one in left.totals.lines]
    after = [_side(one, currency) for one in right.totals.lines]
    keys = [[side.text for side in sides] for sides in (before, after)]
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(before[a:b], after[c:d], strict=True)
            found += [Difference("same" if one == other else "changed", one, other) for one, other in pairs]
        else:
            rows = zip_longest(before[a:b], after[c:d])
            found += [Difference(_mark(one, other), one, other) for one, other in rows]
    return found


def _mark(one: Side | None, other: Side | None) -> str:
    return "added" if one is None else "removed" if other is None else "changed"


def _side(one: Priced, currency: str) -> Side:
    line = one.line
    usual = {LineKind.SUBTOTAL: _("小計"), LineKind.DISCOUNT: _("出精値引")}
    text = line.description or str(usual.get(LineKind(line.kind), ""))
    if line.kind != LineKind.ITEM:
        return Side(text, (line.note,) if line.note else (), None if line.kind == LineKind.HEADING else one.amount)
    price = f"{format_money(line.unit_price, currency)} × {line.quantity.normalize():,f}{line.unit}"
    off = _("値引 %(amount)s") % {"amount": format_money(-one.discount, currency)} if one.discount else ""
    tax = _("税率 %(rate)s%%") % {"rate": f"{line.tax_rate.normalize():f}"}
    return Side(text, tuple(filter(None, (line.note, price, off, tax))), one.amount)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("税込") if value else _("税抜")
    return "" if value is None else f"{value:%Y/%m/%d}" if hasattr(value, "strftime") else str(value)
