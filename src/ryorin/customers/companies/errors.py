"""Why a person's or a company's particulars were not taken, field by field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FieldsRefused(Refusal):
    """Some values cannot be stored; `errors` says for each field what is wrong with it."""

    message = _("%(problems)s")

    def __init__(self, errors: Mapping[str, Any]) -> None:
        self.errors = dict(errors)
        super().__init__(problems=" ".join(str(problem) for problem in self.errors.values()))


class CorporateNumberTaken(FieldsRefused):
    status = 409

    def __init__(self, *, name: str) -> None:
        super().__init__({"corporate_number": _("この法人番号は「%(name)s」で登録済みです。") % {"name": name}})


class ExternalKeyTaken(FieldsRefused):
    status = 409

    def __init__(self, *, key: str) -> None:
        super().__init__({"external_key": _("外部ID「%(key)s」は別のレコードで使われています。") % {"key": key}})


class CompanyIsItsOwnParent(FieldsRefused):
    def __init__(self) -> None:
        super().__init__({"parent": _("親会社に、自社やその子会社は選べません。")})


class ReasonMissing(Refusal):
    message = _("架電禁止にする理由を入力してください。")
