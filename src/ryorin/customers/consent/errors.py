from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class EvidenceMissing(Refusal):
    message = _("許可を記録するには、根拠となる証跡（表示した文面、受け取った場所など）が必要です。")


class RefusedBefore(Refusal):
    status = 409
    message = _("この方は以前に拒否しています。再び許可できるのは、ご本人の同意があったときだけです。")


class UnknownStatement(Refusal):
    message = _("同意の手段または根拠が正しくありません。")


class AddressSuppressed(Refusal):
    status = 409
    message = _(
        "このメールアドレスは配信停止中です（%(reason)s）。再開できるのは、停止より後のご本人の同意があるときだけです。"
    )
