from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ScoreRuleInvalid(Refusal):
    message = _("%(what)s")
