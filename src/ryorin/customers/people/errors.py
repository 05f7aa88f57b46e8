from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class UnknownStage(Refusal):
    message = _("「%(stage)s」という段階はありません。")

    def __init__(self, stage: str) -> None:
        super().__init__(stage=stage)
