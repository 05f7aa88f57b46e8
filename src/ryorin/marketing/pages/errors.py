from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FormInvalid(Refusal):
    """The form as it was designed cannot be used."""

    message = _("フォームを保存できません：%(what)s")


class FormNotOpen(Refusal):
    status = 410
    message = _("このフォームの受付は終了しました。")


class AnswerInvalid(Refusal):
    """The answer has faults; `faults` names each field's."""

    status = 422
    message = _("入力内容を確認してください。")

    def __init__(self, faults: dict[str, str]) -> None:
        self.faults = faults
        super().__init__()
