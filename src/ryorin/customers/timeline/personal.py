from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_timeline.InboxTouchpoint",
        label=_("接点（取り込み待ち）"),
        on_erasure=OnErasure.REMOVED,
        person="person_id",
    ),
)
