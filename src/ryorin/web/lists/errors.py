from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ValueUnreadable(Refusal):
    status = 422
    message = _("%(label)s：%(what)s")


class NoSuchAction(Refusal):
    message = _("この一覧では、その操作はできません。")


class NothingChosen(Refusal):
    message = _("行が選ばれていません。")


class TooManyChosen(Refusal):
    message = _("一度に選べるのは%(count)s件までです。")
