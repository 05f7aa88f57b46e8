"""What the audit trail says about journeys, the limits of contact and webhooks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS_OF_JOURNEYS: dict[str, dict[str, str | Promise]] = {
    "journey": {
        "journey_created": _("を作成しました"),
        "journey_changed": _("の設定を変更しました"),
        "journey_drawn": _("のカードを変更しました"),
        "journey_undone": _("の変更を元に戻しました"),
        "journey_switched_on": _("を稼働させました"),
        "journey_paused": _("を一時停止しました"),
        "journey_resumed": _("を再開しました"),
        "journey_stopped": _("を停止しました"),
        "journey_deleted": _("を削除しました"),
        "journey_simulated": _("を試算しました"),
        "journey_people_moved": _("の人を新しい版へ移しました"),
        "journey_retried_all": _("のエラーの人をもう一度進めました"),
    },
    "contact_limits": {"contact_limits_changed": _("を変更しました")},
    "webhook": {
        "webhook_created": _("を登録しました"),
        "webhook_changed": _("を変更しました"),
        "webhook_called_again": _("へもう一度送りました"),
        "webhook_switched_off": _("を自動で止めました"),
    },
}
JOURNEY_OF_PERSON: dict[str, str | Promise] = {
    "journey_entered": _("をジャーニーに入れました"),
    "journey_left": _("をジャーニーから外しました"),
    "journey_wait_skipped": _("のジャーニーの待ちを飛ばしました"),
    "journey_retried": _("のジャーニーをもう一度進めました"),
}
