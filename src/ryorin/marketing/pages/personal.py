from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="marketing_pages.FormAnswer",
        label=_("フォームの回答"),
        on_erasure=OnErasure.UNLINKED,
        cleared={"values": {}, "visitor": "", "utm": {}},
        why=_("金額と件数の集計に使うため、ご本人と結び付けずに残します。"),
    ),
)
