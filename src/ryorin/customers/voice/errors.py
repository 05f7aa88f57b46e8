from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NeedGone(Refusal):
    status = 404
    message = _("このニーズは見つかりません。削除された可能性があります。")


class NobodySaidIt(Refusal):
    message = _("誰の声かを選んでください。顧客、会社、商談のいずれかが必要です。")


class NeedRefused(Refusal):
    """A value cannot be kept; `field` names it for the form."""

    message = _("%(problem)s")

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(problem=problem)
