"""How a product is written down."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ryorin.lib.money import to_minor
from ryorin.products.catalogue.errors import ProductRefused
from ryorin.products.catalogue.models import Product

TEXTS = {"code": 80, "name": 200, "name_en": 200, "category": 80, "unit": 10}
AMOUNTS = ("price", "cost")
FLAGS = ("needs_person", "is_active")
HIGHEST_RATE = Decimal(100)


def normalised(fields: Mapping[str, Any], *, is_new: bool = True, currency: str = "JPY") -> dict[str, Any]:
    """Return the values as a product stores them; raise ProductRefused naming every fault."""
    if strangers := fields.keys() - {*TEXTS, *AMOUNTS, *FLAGS, "tax_rate"}:
        raise TypeError(f"no such fields: {', '.join(sorted(strangers))}")
    errors: dict[str, str] = {}
    values: dict[str, Any] = {name: bool(fields[name]) for name in FLAGS if name in fields}
    for name, length in TEXTS.items():
        if name in fields:
            values[name] = " ".join(str(fields[name] or "").split())
            if len(values[name]) > length:
                errors[name] = _("%(count)s字までで入力してください。") % {"count": length}
    for name, problem in (("code", _("商品コードを入力してください。")), ("name", _("商品名を入力してください。"))):
        if (is_new or name in fields) and not values.get(name):
            errors.setdefault(name, problem)
    for name in AMOUNTS:
        if name in fields:
            values[name] = _amount(fields[name], currency, name=name, errors=errors)
    if "tax_rate" in fields:
        values["tax_rate"] = _rate(fields["tax_rate"], errors=errors)
    if errors:
        raise ProductRefused(errors)
    return values


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


def _rate(given: Any, *, errors: dict[str, str]) -> Decimal:
    try:
        rate = Decimal(unicodedata.normalize("NFKC", str(given)).strip().rstrip("%") or "10")
    except InvalidOperation:
        rate = Decimal(-1)
    if not 0 <= rate <= HIGHEST_RATE or rate != rate.quantize(Decimal("0.1")):
        errors["tax_rate"] = _("税率は0から100までの数値で入力してください。")
    return rate
