from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class PriceBookRefused(Refusal):
    """Some values cannot be stored; `errors` says for each field (or line) what is wrong with it."""

    message = _("%(problems)s")

    def __init__(self, errors: Mapping[str, Any]) -> None:
        self.errors = {name: str(problem) for name, problem in errors.items()}
        super().__init__(problems=" ".join(self.errors.values()))


class QuantityRefused(Refusal):
    message = _("数量は0より大きく、10億以下の数で、小数は3桁までにしてください。")


class TaxRateRefused(Refusal):
    message = _("%(problem)s")
