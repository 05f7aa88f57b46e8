from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="marketing_journeys.Passage",
        label=_("ジャーニー"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="marketing_journeys.Holding",
        label=_("ジャーニーの待機"),
        on_erasure=OnErasure.REMOVED,
        is_exported=False,
    ),
)
