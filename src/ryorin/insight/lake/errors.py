from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class LakeBusy(Refusal):
    status = 503
    message = _("履歴は別の処理が更新中です。少し待ってからもう一度お試しください。")


class TableUnknown(Refusal):
    status = 404
    message = _("「%(name)s」という表は履歴にありません。")
