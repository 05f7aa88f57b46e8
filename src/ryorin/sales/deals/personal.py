from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_deals.Deal",
        label=_("商談"),
        on_erasure=OnErasure.UNLINKED,
        why=_("金額と件数の集計に使うため、ご本人と結び付けずに残します。"),
    ),
    Personal(
        model="sales_deals.DealPerson",
        label=_("商談の関係者"),
        on_erasure=OnErasure.REMOVED,
    ),
)
