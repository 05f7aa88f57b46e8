from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FormInvalid(Refusal):
    """The form as it was designed cannot be used."""

    message = _("フォームを保存できません：%(what)s")


class FormInUse(Refusal):
    status = 409
    message = _("「%(name)s」は%(why)sため削除できません。使わないときは受付を終了してください。")


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


class DownloadEnded(Refusal):
    status = 410
    message = _("ダウンロードの期限が切れました。お手数ですが、もう一度フォームからお申し込みください。")


class PurposeMissing(FormInvalid):
    """Who asks for data must say what for (Act on the Protection of Personal Information, article 21)."""

    status = 409
    message = _("公開できません。個人情報の利用目的を選ぶか、入力してください。")
