from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SpendingInvalid(Refusal):
    message = _("費用を保存できません：%(what)s")
