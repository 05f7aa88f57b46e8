from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class HearingGone(Refusal):
    status = 404
    message = _("このヒアリングは見つかりません。削除された可能性があります。")


class HearingFinished(Refusal):
    status = 409
    message = _("このヒアリングは完了しています。続けるには「再開する」を押してください。")


class NobodyHeard(Refusal):
    message = _("誰に聞くかを選んでください。商談、顧客、会社のいずれかが必要です。")


class QuestionUnknown(Refusal):
    status = 404
    message = _("この質問はシートにありません。ページを読み込み直してください。")


class AnswerNotUnderstood(Refusal):
    message = _("%(problem)s")

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem)


class AnswerStale(Refusal):
    """Somebody else answered the question meanwhile; what they said stands in the row."""

    status = 409
    message = _("%(name)sさんが先に「%(said)s」と記入しました。")


class AnswersMissing(Refusal):
    status = 409
    message = _("まだ聞けていない必須の質問があります：%(labels)s")


class SheetInvalid(Refusal):
    message = _("%(what)s")

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class SheetNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のシートはすでにあります。")


class SheetRetired(Refusal):
    status = 409
    message = _("このシートは使用を終えています。ほかのシートを選んでください。")


class SheetGone(Refusal):
    status = 404
    message = _("このシートは見つかりません。")
