"""What each action of the audit trail says after the name of its record: "安達 栄太" + "を登録しました"."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS_OF: dict[str, dict[str, str | Promise]] = {
    "person": {
        "person_created": _("を登録しました"),
        "person_changed": _("を変更しました"),
        "stage_reached": _("の段階が進みました"),
        "consent_stated": _("の配信の同意を記録しました"),
        "visitor_recognised": _("のウェブ閲覧を結び付けました"),
    },
    "company": {
        "company_created": _("を登録しました"),
        "company_changed": _("を変更しました"),
    },
    "order": {
        "order_recorded": _("を記録しました"),
        "order_changed": _("を変更しました"),
    },
    "product": {
        "product_created": _("を登録しました"),
        "product_changed": _("を変更しました"),
    },
    "campaign": {
        "campaign_created": _("を計画しました"),
        "campaign_changed": _("を変更しました"),
        "cost_recorded": _("の費用を記録しました"),
        "link_created": _("の計測リンクを作成しました"),
    },
    "form": {
        "form_created": _("を作成しました"),
        "form_changed": _("を変更しました"),
        "form_published": _("を公開しました"),
        "form_closed": _("を終了しました"),
        "form_answered": _("に回答がありました"),
        "form_answer_accepted": _("の回答を受け入れました"),
    },
    "deal": {
        "deal_opened": _("を開始しました"),
        "deal_changed": _("を変更しました"),
        "stage_rules_overridden": _("を条件を満たさないまま動かしました"),
        "deal_moved": _("のステージを進めました"),
        "deal_won": _("を受注にしました"),
        "deal_lost": _("を失注にしました"),
        "deal_reopened": _("を再開しました"),
        "deal_person_added": _("に関係者を加えました"),
        "deal_person_removed": _("から関係者を外しました"),
        "deal_products_set": _("の商品を変更しました"),
    },
    "quotation": {
        "quotation_drafted": _("を作成しました"),
        "quotation_changed": _("の下書きを変更しました"),
        "quotation_revised": _("の新しい版を作成しました"),
        "quotation_discarded": _("の下書きを破棄しました"),
        "quotation_sent": _("を送付しました"),
        "quotation_link_made": _("のお客様用リンクを作成しました"),
        "quotation_links_withdrawn": _("のお客様用リンクを取り下げました"),
        "quotation_opened": _("をお客様が開きました"),
        "quotation_asked": _("にお客様から質問がありました"),
        "quotation_accepted": _("をお客様が受諾しました"),
        "quotation_declined": _("をお客様が辞退しました"),
        "quotation_expired": _("の有効期限が切れました"),
        "negotiation_logged": _("の価格交渉を記録しました"),
        "negotiation_answered": _("の価格交渉に回答しました"),
    },
    "need": {
        "need_noted": _("を記録しました"),
        "need_changed": _("を変更しました"),
    },
    "hearing": {
        "hearing_started": _("を始めました"),
        "hearing_answered": _("に回答を記録しました"),
        "hearing_finished": _("を完了しました"),
        "hearing_reopened": _("を再開しました"),
    },
    "hearing_sheet": {
        "sheet_created": _("を作成しました"),
        "sheet_changed": _("を変更しました"),
        "sheet_retired": _("の使用をやめました"),
        "sheet_revived": _("の使用を再開しました"),
    },
    "activity": {
        "activity_logged": _("を記録しました"),
        "activity_changed": _("を変更しました"),
    },
    "approach_list": {
        "approach_list_created": _("を作成しました"),
        "approach_list_changed": _("を変更しました"),
        "approach_list_filled": _("に対象を追加しました"),
        "approach_list_closed": _("を終了しました"),
        "approach_list_reopened": _("を再開しました"),
        "approach_attempted": _("で連絡した結果を記録しました"),
        "approach_letters_sent": _("のDMの発送を記録しました"),
        "approach_target_put_out": _("から1件を除外しました"),
        "approach_target_put_back": _("に1件を戻しました"),
    },
    "approach_outcome": {
        "approach_outcome_added": _("を追加しました"),
        "approach_outcome_changed": _("を変更しました"),
    },
    "pipeline": {
        "pipeline_created": _("を作成しました"),
        "pipeline_changed": _("の名前を変更しました"),
        "pipeline_retired": _("の利用を終えました"),
        "stage_added": _("にステージを加えました"),
        "stage_changed": _("のステージを変更しました"),
        "stage_rules_set": _("のステージに入る条件を変更しました"),
        "stages_ordered": _("のステージを並べ替えました"),
    },
    "lost_reason": {
        "lost_reason_added": _("を追加しました"),
        "lost_reason_changed": _("を変更しました"),
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
    "target": {
        "target_set": _("を設定しました"),
    },
    "task": {
        "task_added": _("を追加しました"),
        "task_changed": _("を変更しました"),
        "task_finished": _("を完了しました"),
        "task_reopened": _("を未完了に戻しました"),
    },
    "view": {
        "view_saved": _("を保存しました"),
    },
    "member": {
        "member_added": _("を追加しました"),
        "member_changed": _("の設定を変更しました"),
        "member_deactivated": _("の利用を停止しました"),
        "member_reactivated": _("の利用を再開しました"),
        "member_signed_in": _("がログインしました"),
        "password_changed": _("のパスワードを変更しました"),
        "password_issued": _("に仮パスワードを発行しました"),
        "second_factor_reset": _("の2段階認証を解除しました"),
    },
    "team": {
        "team_added": _("を追加しました"),
        "team_renamed": _("の名前を変更しました"),
    },
    "organisation": {
        "company_set_up": _("を登録し、利用を始めました"),
        "organisation_changed": _("を変更しました"),
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
DEEDS: dict[str, str | Promise] = {action: said for deeds in DEEDS_OF.values() for action, said in deeds.items()}
