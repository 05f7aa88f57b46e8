from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_aftercare.FollowUp",
        label=_("アフターフォロー"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="sales_aftercare.Satisfaction",
        label=_("満足度"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="sales_aftercare.QuietCustomer",
        label=_("休眠のお知らせ"),
        on_erasure=OnErasure.REMOVED,
        is_exported=False,
    ),
)
