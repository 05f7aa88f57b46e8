from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ObservationInvalid(Refusal):
    message = _("観測値を保存できません：%(what)s")
