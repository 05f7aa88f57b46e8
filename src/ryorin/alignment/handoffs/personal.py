from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="alignment_handoffs.Handoff",
        label=_("引き継ぎ"),
        on_erasure=OnErasure.REMOVED,
    ),
)
