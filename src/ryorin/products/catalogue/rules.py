"""How a product is written down."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib.money import to_minor
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.models import Product, TaxClass

TEXTS = {"code": 80, "name": 200, "name_en": 200, "category": 80, "unit": 10}
LINES = {"description": 4000, "description_en": 4000}
AMOUNTS = ("price", "cost")
FLAGS = ("needs_person", "is_active", "price_from_parts")
CLASS_OF_RATE = {"10": TaxClass.STANDARD, "8": TaxClass.REDUCED, "0": TaxClass.EXEMPT}
LARGEST_PART = Decimal(1_000_000)
MOST_PARTS = 50


def normalised(fields: Mapping[str, Any], *, is_new: bool = True, currency: str = "JPY") -> dict[str, Any]:
    """Return the values as a product stores them; raise ProductRefused naming every fault."""
    if strangers := fields.keys() - {*TEXTS, *LINES, *AMOUNTS, *FLAGS, "tax_class"}:
        raise TypeError(f"no such fields: {', '.join(sorted(strangers))}")
    errors: dict[str, str] = {}
    values: dict[str, Any] = {name: bool(fields[name]) for name in FLAGS if name in fields}
    for name, length in {**TEXTS, **LINES}.items():
        if name in fields:
            values[name] = one_line(fields[name]) if name in TEXTS else lines(fields[name])
            if len(values[name]) > length:
                errors[name] = _("%(count)s字までで入力してください。") % {"count": length}
    for name, problem in (("code", _("商品コードを入力してください。")), ("name", _("商品名を入力してください。"))):
        if (is_new or name in fields) and not values.get(name):
            errors.setdefault(name, problem)
    for name in AMOUNTS:
        if name in fields:
            values[name] = _amount(fields[name], currency, name=name, errors=errors)
    if "tax_class" in fields:
        values["tax_class"] = _tax_class(fields["tax_class"], errors=errors)
    if errors:
        raise ProductRefused(errors)
    return values


def one_line(text: object) -> str:
    """Return one line without control characters, each run of white space as one space."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text or "")).split())


def lines(text: object) -> str:
    """Return text of several lines without control characters and trailing space."""
    given = str(text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in given).strip()


def checked_quantity_of_part(quantity: Decimal) -> Decimal:
    """Return how much of a product is in a bundle; refuse zero, negative, huge and finer than three places."""
    if not quantity.is_finite() or not 0 < quantity <= LARGEST_PART or quantity != quantity.quantize(Decimal("0.001")):
        raise ProductRefused({"parts": _("構成品の数量は0より大きい数で、小数は3桁までにしてください。")})
    return quantity


def search_text(product: Product) -> str:
    """Return the words under which the search box finds the product."""
    return " ".join(filter(None, (product.name, product.code, product.name_en, product.category)))


def _amount(given: Any, currency: str, *, name: str, errors: dict[str, str]) -> int | None:
    """Return minor units: whole numbers are that already, text is read as people type it."""
    if given is None or given == "":
        return None
    try:
        amount = to_minor(given, currency) if isinstance(given, str) else int(given)
    except ValueError:
        amount = -1
    if amount < 0:
        errors[name] = _("0以上の金額を入力してください。")
    return amount


def _tax_class(given: Any, *, errors: dict[str, str]) -> str:
    """Return the tax class, given by its value, its name in either language or its rate today; empty is standard."""
    text = one_line(unicodedata.normalize("NFKC", str(given if given is not None else "")))
    if not text:
        return TaxClass.STANDARD
    for language in ("ja", "en"):
        with translation.override(language):
            for value, label in TaxClass.choices:
                if text.casefold() in (value, str(label).casefold()):
                    return value
    try:
        rate = Decimal(text.rstrip("%％ ")).normalize()
    except InvalidOperation:
        rate = Decimal(-1)
    found = CLASS_OF_RATE.get(f"{rate:f}" if rate.is_finite() else "")
    if found is None:
        errors["tax_class"] = _("税区分「%(text)s」は選べません。標準税率・軽減税率などから選んでください。") % {
            "text": text[:20]
        }
        return TaxClass.STANDARD
    return found
