from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ConversionUnknown(Refusal):
    status = 404
    message = _("この成約は見つかりません。")


class ModelUnknown(Refusal):
    status = 404
    message = _("「%(name)s」という計算方法はありません。")
