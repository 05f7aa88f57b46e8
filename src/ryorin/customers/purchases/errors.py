from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class OrderExists(Refusal):
    status = 409
    message = _("注文番号「%(number)s」は登録済みです。")


class OrderInvalid(Refusal):
    message = _("注文を登録できません：%(what)s")
