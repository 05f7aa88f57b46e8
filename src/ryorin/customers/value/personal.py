from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_value.PersonValue",
        label=_("顧客分析の計算値"),
        on_erasure=OnErasure.REMOVED,
    ),
)
