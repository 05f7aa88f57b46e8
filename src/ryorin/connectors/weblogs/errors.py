from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class LogUnreadable(Refusal):
    message = _("アクセスログ「%(name)s」を読み取れません：%(what)s")
