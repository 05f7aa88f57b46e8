from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_proposals.Proposal",
        label=_("提案書"),
        on_erasure=OnErasure.UNLINKED,
        why=_("金額と件数の集計に使うため、ご本人と結び付けずに残します。"),
    ),
)
