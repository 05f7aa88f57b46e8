from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NobodyTookPart(Refusal):
    message = _("相手、会社、商談のいずれかを選んでください。")


class UnknownKind(Refusal):
    message = _("「%(kind)s」という種類の活動はありません。")


class ActivityGone(Refusal):
    status = 404
    message = _("この活動は見つかりません。削除された可能性があります。")


class ActivityInFuture(Refusal):
    message = _("活動の日時が未来になっています。これからすることは「次のアクション」に入力してください。")
