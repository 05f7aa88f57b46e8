from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="customers_people.Person",
        label=_("顧客"),
        on_erasure=OnErasure.REMOVED,
        person="pk",
    ),
    Personal(
        model="customers_people.StageChange",
        label=_("段階の変化"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="customers_people.Chance",
        label=_("成約見込み"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="customers_people.Employment",
        label=_("勤務先の履歴"),
        on_erasure=OnErasure.REMOVED,
    ),
)
