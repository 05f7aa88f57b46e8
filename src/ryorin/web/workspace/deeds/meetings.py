"""What the audit trail says about regular meetings."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS_OF_MEETINGS: dict[str, dict[str, str | Promise]] = {
    "meeting_series": {
        "series_created": _("を作成しました"),
        "series_changed": _("を変更しました"),
    },
    "meeting": {
        "meeting_added": _("を追加しました"),
        "meeting_moved": _("の日時を変更しました"),
        "meeting_cancelled": _("を中止しました"),
        "meeting_closed": _("を終了しました"),
        "agenda_sent": _("の議題を送りました"),
        "agenda_changed": _("の議題を編集しました"),
        "agenda_item_added": _("に議題を追加しました"),
        "agenda_item_changed": _("の議題を変更しました"),
        "agenda_item_removed": _("の議題を削除しました"),
        "agenda_commented": _("の議題にコメントしました"),
        "minutes_written": _("の議事録を書きました"),
        "decision_taken": _("で決定事項を記録しました"),
        "decision_changed": _("の決定事項を変更しました"),
        "decision_dropped": _("の決定事項を取り消しました"),
        "attendance_noted": _("の出席を記録しました"),
        "letter_sent_again": _("のメールをもう一度送りました"),
    },
}
