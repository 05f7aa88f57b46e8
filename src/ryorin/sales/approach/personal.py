from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_approach.Target",
        label=_("アプローチ"),
        on_erasure=OnErasure.REMOVED,
    ),
)
