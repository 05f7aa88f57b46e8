"""Why a recipient gets no mail, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.customers.consent.queries import WHY as STANDING

GONE, MOVED, PAUSED, TOPIC, SAME_ADDRESS, CANCELLED, BAD_ADDRESS = (
    "gone", "moved", "paused", "topic", "same_address", "cancelled", "bad_address",
)  # fmt: skip
WHY: dict[str, str | Promise] = {
    **STANDING,
    GONE: _("顧客が削除されました"),
    MOVED: _("メールアドレスが変わりました"),
    PAUSED: _("本人の希望で配信を休止しています"),
    TOPIC: _("この種類のメールは希望していません"),
    SAME_ADDRESS: _("同じアドレスの方に配信済みです"),
    CANCELLED: _("配信が中止されました"),
    BAD_ADDRESS: _("メールアドレスの形が正しくありません"),
}


def why(code: str) -> str:
    """Return the reason in the reader's words; a server's own answer stays as it is."""
    return str(WHY.get(code, code))
