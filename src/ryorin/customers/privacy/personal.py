from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_privacy.PrivacyRequest",
        label=_("個人情報の請求"),
        on_erasure=OnErasure.UNLINKED,
        cleared={"name": "（消去済み）", "email": "", "phone": "", "text": "", "checked_note": "", "answer": ""},
        why=_("請求を受けて対応した記録として、お名前と内容を除いて残します。"),
    ),
    Personal(
        model="customers_privacy.PersonalExport",
        label=_("開示用の出力"),
        on_erasure=OnErasure.REMOVED,
        is_exported=False,
    ),
)
