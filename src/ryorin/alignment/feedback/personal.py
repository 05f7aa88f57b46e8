from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="alignment_feedback.Saying",
        label=_("営業からの声"),
        on_erasure=OnErasure.REMOVED,
    ),
)
