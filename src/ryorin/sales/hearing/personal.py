from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_hearing.Hearing",
        label=_("ヒアリング"),
        on_erasure=OnErasure.REMOVED,
    ),
)
