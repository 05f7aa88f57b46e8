from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TouchpointRefused(Refusal):
    message = _("接点を記録できません：%(reason)s")
