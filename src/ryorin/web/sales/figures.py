"""Amounts in tables of targets and results: whole, in thousands or in millions, without the currency in every cell."""

from decimal import ROUND_HALF_UP, Decimal

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ryorin.lib.money import to_decimal
from ryorin.web.context import company

UNITS: tuple[tuple[str, str | Promise], ...] = (("yen", _("円")), ("thousand", _("千円")), ("million", _("百万円")))
SIZES = {"yen": (Decimal(1), 0), "thousand": (Decimal(1_000), 0), "million": (Decimal(1_000_000), 1)}


def unit_in(request: HttpRequest) -> str:
    """Return the unit the address asks for; thousands where it asks for none."""
    asked = request.GET.get("unit", "")
    return asked if asked in SIZES else "thousand"


def figure(amount: int | None, unit: str) -> str:
    """Return minor units in the unit: "12,300", below nothing "▲1,200" (in English "-1,200"); "–" for none."""
    if amount is None:
        return "–"
    size, decimals = SIZES[unit]
    step = Decimal(1).scaleb(-decimals)
    value = (to_decimal(amount, company().currency) / size).quantize(step, rounding=ROUND_HALF_UP)
    if value == 0:
        return "0"
    sign = ("-" if (get_language() or "ja").startswith("en") else "▲") if value < 0 else ""
    return f"{sign}{abs(value):,f}"
