from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TargetInvalid(Refusal):
    message = _("目標を保存できません：%(what)s")
