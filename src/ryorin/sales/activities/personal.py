from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_activities.Activity",
        label=_("活動"),
        on_erasure=OnErasure.REMOVED,
    ),
)
