from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ProductRefused(Refusal):
    """Some values cannot be stored; `errors` says for each field what is wrong with it."""

    message = _("%(problems)s")

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(problems=" ".join(errors.values()))
