"""Money as whole minor units (yen, cents) with an ISO 4217 currency, and consumption tax rounded once per rate."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal

Rounding = Literal["down", "up", "half_up"]
Unit = Literal["thousand", "million"]

_NO_DECIMALS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"})
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$", "KRW": "₩", "CNY": "CN¥", "TWD": "NT$"}
_WRITTEN_SYMBOLS = {"JPY": ("¥", "\\", "円", "JPY"), "CNY": ("CN¥", "¥", "元", "CNY"), "USD": ("US$", "$", "USD")}
_UNITS = {
    "thousand": (Decimal(1_000), Decimal(1), {"ja": "千", "en": "K"}),
    "million": (Decimal(1_000_000), Decimal("0.1"), {"ja": "百万", "en": "M"}),
}
_ROUNDINGS = {"down": ROUND_DOWN, "up": ROUND_UP, "half_up": ROUND_HALF_UP}
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+")
_LARGEST = 10**15  # fits a 64-bit column with room for sums


@dataclass(frozen=True)
class Tax:
    """The amounts of one tax rate in minor units: net + tax = gross."""

    net: int
    tax: int
    gross: int


def decimals_of(currency: str) -> int:
    """Return how many decimal places the currency has."""
    return 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


def to_minor(amount: str | Decimal | int, currency: str = "JPY") -> int:
    """Return the amount in minor units; ValueError where it is no amount or finer than the currency allows."""
    value = _read(amount, currency) if isinstance(amount, str) else Decimal(amount)
    if not value.is_finite():
        raise ValueError(f"not an amount: {amount}")
    minor = value.scaleb(decimals_of(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {decimals_of(currency)} decimal places: {amount}")
    if abs(minor) > _LARGEST:
        raise ValueError(f"amount too large: {str(amount)[:40]}")
    return int(minor)


def to_decimal(minor: int, currency: str = "JPY") -> Decimal:
    """Return minor units as an amount with the currency's decimal places."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def format_money(minor: int, currency: str = "JPY", *, unit: Unit | None = None, language: str = "ja") -> str:
    """Return the amount as people write it: "¥1,234", "¥38.2百万", "▲¥10,000" (in English "-¥10,000")."""
    japanese = language.startswith("ja")
    amount, suffix = to_decimal(abs(minor), currency), ""
    if unit is not None:
        size, step, names = _UNITS[unit]
        amount = (amount / size).quantize(step, rounding=ROUND_HALF_UP)
        suffix = names["ja" if japanese else "en"]
    negative = minor < 0 and amount != 0
    sign = ("▲" if japanese else "-") if negative else ""
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{amount:,f}{suffix}"


def tax_of(
    amounts_by_rate: Mapping[Decimal, int], *, rounding: Rounding = "down", inclusive: bool = False
) -> dict[Decimal, Tax]:
    """Return net, tax and gross per rate in percent, rounded once per rate (never per line), toward zero for "down".

    Amounts are sums in minor units, with tax when `inclusive`.
    """
    return {rate: _tax(amount, Decimal(rate), rounding, inclusive) for rate, amount in amounts_by_rate.items()}


def _tax(amount: int, rate: Decimal, rounding: Rounding, inclusive: bool) -> Tax:
    """Return the parts of one sum at one rate."""
    exact = amount * rate / (100 + rate if inclusive else Decimal(100))
    tax = int(exact.quantize(Decimal(1), rounding=_ROUNDINGS[rounding]))
    return Tax(amount - tax, tax, amount) if inclusive else Tax(amount, tax, amount + tax)


def _read(text: str, currency: str) -> Decimal:
    """Return the number in text such as "¥1,234", "1,234円", "▲10,000", "(1,234)" or full-width digits."""
    rest = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-").replace("△", "▲")
    negative = rest.startswith("(") and rest.endswith(")")
    if negative:
        rest = rest[1:-1]
    rest, signed = _without_sign(rest)
    rest, signed_inside = _without_sign(_without_symbol(rest, currency))
    if not _NUMBER.fullmatch(rest) or negative + signed + signed_inside > 1:
        raise ValueError(f"not an amount: {text[:40]}")
    value = Decimal(rest.replace(",", ""))
    return -value if negative or signed or signed_inside else value


def _without_sign(text: str) -> tuple[str, bool]:
    """Return the text without a leading sign, and whether that sign was a minus."""
    if text[:1] in ("▲", "-"):
        return text[1:], True
    return text.removeprefix("+"), False


def _without_symbol(text: str, currency: str) -> str:
    """Return the text without the currency's sign or code before or behind the number."""
    for symbol in _WRITTEN_SYMBOLS.get(currency, (_SYMBOLS.get(currency, currency), currency)):
        if text.startswith(symbol):
            return text.removeprefix(symbol)
        if text.endswith(symbol):
            return text.removesuffix(symbol)
    return text
