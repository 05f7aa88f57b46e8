from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FunnelStepUnknown(Refusal):
    status = 404
    message = _("「%(name)s」という段階はありません。")
