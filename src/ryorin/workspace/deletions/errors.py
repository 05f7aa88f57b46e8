from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CannotRestore(Refusal):
    status = 409
    message = _("元に戻せません。すでに戻されているか、同じ内容が登録されています。")


class InUse(Refusal):
    status = 409
    message = _("ほかの記録で使われているため、削除できません。")
