"""What the audit trail says about the two wheels' agreements, approvals, members and the company."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS_OF_WORKSPACE: dict[str, dict[str, str | Promise]] = {
    "file": {
        "file_kept": _("を保存しました"),
    },
    "handoff": {
        "handoff_offered": _("を引き継ぎに出しました"),
        "handoff_accepted": _("の引き継ぎを受け取りました"),
        "handoff_sent_back": _("の引き継ぎを差し戻しました"),
        "handoff_reassigned": _("の引き継ぎ先を変えました"),
        "handoff_escalated": _("の引き継ぎの期限切れを知らせました"),
    },
    "definition": {
        "definition_proposed": _("を提案しました"),
        "definition_agreed": _("に合意しました"),
        "definition_activated": _("を有効にしました"),
        "definition_withdrawn": _("の提案を取り下げました"),
    },
    "score_rules": {
        "score_rules_agreed": _("に合意しました"),
    },
    "score_version": {
        "score_version_trained": _("を学習しました"),
        "score_version_used": _("に切り替えました"),
    },
    "agreement": {
        "agreement_proposed": _("を提案しました"),
        "agreement_signed": _("に署名しました"),
        "agreement_activated": _("を有効にしました"),
        "agreement_withdrawn": _("の提案を取り下げました"),
        "promise_warned": _("の約束が守れていないことを知らせました"),
    },
    "capacity": {
        "capacity_set": _("を設定しました"),
        "load_weights_changed": _("の数え方を変更しました"),
    },
    "nurture": {
        "nurture_began": _("を始めました"),
        "nurture_reached_goal": _("の目標到達を記録しました"),
        "nurture_ended": _("を終えました"),
    },
    "score_rule": {
        "score_rule_created": _("を追加しました"),
        "score_rule_changed": _("を変更しました"),
        "score_rule_moved": _("の順番を変えました"),
    },
    "routing_rule": {
        "routing_rule_created": _("を追加しました"),
        "routing_rule_changed": _("を変更しました"),
        "routing_rule_moved": _("の順番を変えました"),
    },
    "send_back_reason": {
        "send_back_reason_created": _("を追加しました"),
        "send_back_reason_changed": _("を変更しました"),
    },
    "plan": {
        "plan_drafted": _("を作成しました"),
        "plan_changed": _("を変更しました"),
        "plan_signed": _("に署名しました"),
    },
    "target": {
        "target_set": _("を設定しました"),
    },
    "goal": {
        "target_set": _("を設定しました"),
        "goal_reviews_planned": _("の見直しの間隔を決めました"),
    },
    "spending": {
        "spending_recorded": _("を記録しました"),
    },
    "observation": {
        "observation_noted": _("を記録しました"),
    },
    "suggestion": {
        "suggestion_made": _("についての提案を作成しました"),
        "suggestion_accepted": _("についての提案を採用しました"),
        "suggestion_declined": _("についての提案を見送りにしました"),
        "suggestion_faded": _("についての提案を終了しました"),
    },
    "task": {
        "task_added": _("を追加しました"),
        "task_changed": _("を変更しました"),
        "task_finished": _("を完了しました"),
        "task_reopened": _("を未完了に戻しました"),
    },
    "approval": {
        "approval_requested": _("の承認を申請しました"),
        "approval_approved": _("を承認しました"),
        "approval_granted": _("の承認がすべて揃いました"),
        "approval_sent_back": _("の申請を差し戻しました"),
        "approval_denied": _("の申請を否認しました"),
        "approval_withdrawn": _("の申請を引き戻しました"),
        "approval_reviewed": _("を後閲しました"),
        "approval_rerouted": _("の承認者を変更しました"),
        "approval_escalated": _("の承認の期限切れを知らせました"),
        "approval_stuck": _("の承認が止まっていることを知らせました"),
    },
    "approval_route": {
        "approval_route_created": _("を追加しました"),
        "approval_route_changed": _("を変更しました"),
        "approval_route_moved": _("の順番を変えました"),
        "approval_route_deleted": _("を削除しました"),
    },
    "petition": {
        "petition_created": _("を起案しました"),
        "petition_changed": _("を変更しました"),
    },
    "view": {
        "view_saved": _("を保存しました"),
    },
    "member": {
        "member_added": _("を追加しました"),
        "member_changed": _("の設定を変更しました"),
        "member_deactivated": _("の利用を停止しました"),
        "member_reactivated": _("の利用を再開しました"),
        "proxy_added": _("の承認の代理を決めました"),
        "proxy_ended": _("の承認の代理を終えました"),
        "member_signed_in": _("がログインしました"),
        "feed_made": _("のカレンダー配信アドレスを発行しました"),
        "feed_stopped": _("のカレンダー配信を止めました"),
        "password_changed": _("のパスワードを変更しました"),
        "password_issued": _("に仮パスワードを発行しました"),
        "second_factor_reset": _("の2段階認証を解除しました"),
    },
    "team": {
        "team_added": _("を追加しました"),
        "team_renamed": _("の名前を変更しました"),
        "team_head_appointed": _("の責任者を変更しました"),
    },
    "organisation": {
        "company_set_up": _("を登録し、利用を始めました"),
        "organisation_changed": _("を変更しました"),
        "tax_rates_set": _("の消費税率を変更しました"),
    },
    "import": {
        "import_started": _("を受け付けました"),
        "import_mapped": _("の列を対応づけました"),
        "import_resumed": _("を再開しました"),
        "import_cancelled": _("を中止しました"),
    },
    "log": {
        "log_imported": _("を取り込みました"),
    },
    "records": {
        "records_exported": _("を書き出しました"),
    },
}
