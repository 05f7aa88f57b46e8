from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class RelayMissing(Refusal):
    message = _("メールの送信サーバーが設定されていません。「設定」の「配信設定」で設定してください。")


class NotDelivered(Refusal):
    status = 502
    message = _("メールを送信できませんでした：%(what)s")


class RelayInvalid(Refusal):
    message = _("%(what)s")
