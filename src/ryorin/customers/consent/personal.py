from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_consent.Consent",
        label=_("連絡の許可と拒否"),
        on_erasure=OnErasure.REMOVED,
    ),
)
