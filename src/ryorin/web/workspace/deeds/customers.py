"""What the audit trail says about customers, their segments, needs and purchases, and products."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.web.workspace.deeds.journeys import JOURNEY_OF_PERSON

DEEDS_OF_CUSTOMERS: dict[str, dict[str, str | Promise]] = {
    "person": {
        **JOURNEY_OF_PERSON,
        "person_created": _("を登録しました"),
        "person_changed": _("を変更しました"),
        "lead_outcome_recorded": _("の結果を記録しました"),
        "stage_reached": _("の段階が進みました"),
        "sequence_started": _("のシーケンスを始めました"),
        "sequence_step_done": _("のシーケンスのステップを実施しました"),
        "sequence_step_skipped": _("のシーケンスのステップをスキップしました"),
        "sequence_paused": _("のシーケンスを一時停止しました"),
        "sequence_resumed": _("のシーケンスを再開しました"),
        "sequence_stopped": _("のシーケンスを止めました"),
        "sequence_handed_over": _("のシーケンスの担当を変えました"),
        "consent_stated": _("の配信の同意を記録しました"),
        "personal_export_asked": _("の保有データの出力を始めました"),
        "personal_export_made": _("の保有データを出力しました"),
        "mail_paused": _("の配信を休止しました"),
        "mail_topics_chosen": _("が希望するメールの種類を選びました"),
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
        "product_parts_set": _("のセットの構成を変更しました"),
    },
    "category": {
        "category_added": _("を追加しました"),
        "category_changed": _("を変更しました"),
        "category_removed": _("を削除しました"),
    },
    "price_book": {
        "price_book_created": _("をつくりました"),
        "price_book_changed": _("を変更しました"),
        "prices_changed": _("の単価を変更しました"),
        "price_book_deleted": _("を削除しました"),
    },
    "need": {
        "need_noted": _("を記録しました"),
        "need_changed": _("を変更しました"),
    },
    "satisfaction": {
        "satisfaction_stated": _("を記録しました"),
    },
    "quiet_customer": {
        "quiet_call_planned": _("への連絡を予定しました"),
    },
    "persona": {
        "persona_created": _("を作成しました"),
        "persona_changed": _("を変更しました"),
        "persona_agreed": _("の内容に合意しました"),
        "persona_fact_hidden": _("の文を隠しました"),
        "persona_facts_shown": _("の隠した文を戻しました"),
        "persona_deleted": _("を削除しました"),
    },
    "segment": {
        "segment_created": _("を作成しました"),
        "segment_changed": _("を変更しました"),
        "segment_archived": _("を保管しました"),
        "segment_unarchived": _("の保管を解きました"),
        "segment_paused": _("の更新を止めました"),
        "segment_people_taken_out": _("から人を外しました"),
        "segment_deleted": _("を削除しました"),
    },
    "value_settings": {
        "values_asked_for": _("の再計算を依頼しました"),
        "value_settings_changed": _("を変更しました"),
    },
}
