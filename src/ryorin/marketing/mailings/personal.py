from django.utils.translation import gettext_lazy as _

from ryorin.lib.personal import OnErasure, Personal

PERSONAL = (
    Personal(
        model="marketing_mailings.Recipient",
        label=_("メールの宛先"),
        on_erasure=OnErasure.UNLINKED,
        cleared={"address": "", "reason": "", "answer": ""},
        why=_("配信の件数を変えないため、アドレスを除いて残します。"),
    ),
    Personal(
        model="marketing_mailings.BounceReport",
        label=_("不達の報告"),
        on_erasure=OnErasure.UNLINKED,
        person="recipient__person",
        cleared={"address": "", "detail": ""},
        why=_("配信の件数を変えないため、アドレスを除いて残します。"),
    ),
    Personal(
        model="marketing_mailings.MailPause",
        label=_("配信の一時停止"),
        on_erasure=OnErasure.REMOVED,
    ),
    Personal(
        model="marketing_mailings.TopicRefusal",
        label=_("受け取らない種類"),
        on_erasure=OnErasure.REMOVED,
    ),
)
