from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_voice.Need",
        label=_("お客さまの声"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="customers_voice.Interest",
        label=_("関心のある商品"),
        on_erasure=OnErasure.REMOVED,
    ),
)
