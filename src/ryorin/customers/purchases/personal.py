from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_purchases.Order",
        label=_("注文"),
        on_erasure=OnErasure.UNLINKED,
        why=_(
            "法人税法・消費税法・電子帳簿保存法により、取引の書類と記録は7年（欠損金がある場合は10年）保存します。ご本人との結び付きは外します。"
        ),
    ),
)
