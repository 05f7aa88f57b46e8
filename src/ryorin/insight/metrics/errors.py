from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class MetricUnknown(Refusal):
    status = 404
    message = _("「%(name)s」という指標はありません。")


class BreakdownUnknown(Refusal):
    message = _("この指標は「%(name)s」では分けられません。")
