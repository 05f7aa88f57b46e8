from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NotAllowed(Refusal):
    status = 403
    message = _("この操作をする権限がありません。管理者に相談してください。")


class StaleRecord(Refusal):
    status = 409
    message = _("ほかの人が先に更新しました。最新の内容を確かめてから、もう一度保存してください。")


class MemberExists(Refusal):
    status = 409
    message = _("%(email)s はすでに登録されています。")


class PasswordTooWeak(Refusal):
    message = _("このパスワードは使えません。%(reasons)s")
