from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="alignment_learning.LeadOutcome",
        label=_("リードの結果"),
        on_erasure=OnErasure.REMOVED,
    ),
)
