"""What the audit trail says about consent, requests, erasures, retention, leaks and what is told to visitors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS_OF_PRIVACY: dict[str, dict[str, str | Promise]] = {
    "suppression": {
        "address_suppressed": _("を配信停止にしました"),
        "suppression_lifted": _("を解除しました"),
    },
    "privacy_request": {
        "privacy_request_taken": _("を受け付けました"),
        "privacy_request_person_named": _("の顧客を選びました"),
        "privacy_request_assigned": _("の担当を決めました"),
        "privacy_request_identity_checked": _("の本人確認を記録しました"),
        "privacy_request_answered": _("に回答しました"),
        "privacy_request_withdrawn": _("を取り下げとして閉じました"),
    },
    "erasure": {
        "person_erased": _("を実行しました"),
        "erasure_finished": _("を終えて確かめました"),
    },
    "retention_rule": {
        "retention_changed": _("を変更しました"),
        "retention_kept": _("を過ぎたデータを削除しました"),
    },
    "leak": {
        "leak_reported": _("を記録しました"),
        "leak_changed": _("を変更しました"),
        "leak_counted": _("の対象者を数えました"),
        "leak_prompt_given": _("の速報を記録しました"),
        "leak_final_given": _("の確報を記録しました"),
    },
    "tag": {
        "tag_added": _("を登録しました"),
        "tag_changed": _("を変更しました"),
    },
    "notice": {
        "notice_published": _("を公表しました"),
    },
    "statement": {
        "statement_written": _("を登録しました"),
        "statement_reworded": _("の文面を改めました"),
    },
}
