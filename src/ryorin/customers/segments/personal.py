from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_segments.Membership",
        label=_("セグメント"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="customers_segments.MembershipChange",
        label=_("セグメントの出入り"),
        on_erasure=OnErasure.REMOVED,
        person="person_id",
    ),
)
