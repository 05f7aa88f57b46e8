from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="sales_calendar.Appointment",
        label=_("予定"),
        on_erasure=OnErasure.UNLINKED,
        cleared={"note": ""},
        why=_("金額と件数の集計に使うため、ご本人と結び付けずに残します。"),
    ),
    Personal(
        model="sales_calendar.Guest",
        label=_("予定の出席者"),
        on_erasure=OnErasure.REMOVED,
    ),
)
