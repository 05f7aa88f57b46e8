from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="alignment_handoffs.Handoff",
        label=_("引き継ぎ"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="alignment_handoffs.Nurture",
        label=_("ジャーニーでの対応"),
        on_erasure=OnErasure.REMOVED,
    ),
)
