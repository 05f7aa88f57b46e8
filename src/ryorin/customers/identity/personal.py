from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_identity.Identity",
        label=_("ウェブ閲覧との結び付け"),
        on_erasure=OnErasure.REMOVED,
    ),
)
