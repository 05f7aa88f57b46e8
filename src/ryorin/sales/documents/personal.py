from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_documents.IssuedDocument",
        label=_("発行した文書"),
        on_erasure=OnErasure.KEPT,
        person="",
        why=_(
            "電子帳簿保存法により、発行した見積書・契約書・請求書は7年（欠損金がある場合は10年）、発行したまま保存します。"
        ),
    ),
)
