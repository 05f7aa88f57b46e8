from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ProductRefused(Refusal):
    """Some values cannot be stored; `errors` says for each field what is wrong with it."""

    message = _("%(problems)s")

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(problems=" ".join(errors.values()))


class CategoryRefused(Refusal):
    message = _("%(problem)s")


class CategoryInUse(Refusal):
    status = 409
    message = _("「%(name)s」は使われています。先に商品や下の分類を移してください。")
