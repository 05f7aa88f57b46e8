from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SuggestionAlreadyAccepted(Refusal):
    status = 409
    message = _("この提案は、%(who)sさんがすでに採用しました。")


class SuggestionAlreadyDeclined(Refusal):
    status = 409
    message = _("この提案は、%(who)sさんがすでに見送りにしました。")


class SuggestionFaded(Refusal):
    status = 409
    message = _("この提案は、根拠が弱まったため終了しています。")


class OwnerMissing(Refusal):
    message = _("採用する提案の担当を選んでください。")


class DueDatePassed(Refusal):
    message = _("期限には今日以降の日付を入力してください。")


class DeclineReasonMissing(Refusal):
    message = _("見送る理由を入力してください。")


class PeriodEmpty(Refusal):
    message = _("期間の終わりには、始まりより後の日付を指定してください。")
