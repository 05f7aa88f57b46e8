from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="marketing_mail.TestSend",
        label=_("テスト配信の差し込み"),
        on_erasure=OnErasure.REMOVED,
        person="person_id",
        is_exported=False,
    ),
)
