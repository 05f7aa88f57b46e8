from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ContractGone(Refusal):
    status = 404
    message = _("この契約は見つかりません。")


class NotADraft(Refusal):
    status = 409
    message = _(
        "この契約は「%(state)s」のため、内容を変えられません。変えるには、取り下げてから新しい版をつくってください。"
    )


class NotWaiting(Refusal):
    status = 409
    message = _("この契約は「%(state)s」です。署名待ちのときだけできる操作です。")


class NotRunning(Refusal):
    status = 409
    message = _("この契約は「%(state)s」です。締結済みの契約だけが解約できます。")


class ChecksFailed(Refusal):
    status = 409
    message = _("送る前に直すところがあります：%(problems)s")


class ApprovalNeeded(Refusal):
    status = 409
    message = _("この契約は、送る前に承認が必要です。承認を申請してください。")


class QuotationUsed(Refusal):
    status = 409
    message = _("この見積からは、すでに契約「%(contract)s」がつくられています。")


class NoAcceptedQuotation(Refusal):
    status = 409
    message = _("受諾された見積がありません。契約を手入力でつくることもできます。")


class PartyMissing(Refusal):
    message = _("相手先の会社か、相手の方を選んでください。")


class LineWrong(Refusal):
    message = _("%(position)s行目：%(problem)s")


class WordingTooLong(Refusal):
    message = _("条文は%(clauses)s条まで、1条は%(letters)s文字までです。")


class FieldWrong(Refusal):
    message = _("「%(field)s」が正しくありません。")


class AlreadySigned(Refusal):
    status = 409
    message = _("すでに署名されています。二重の署名はできません。")


class SignerMissing(Refusal):
    message = _("署名する方のお名前を入力してください。")


class ConsentMissing(Refusal):
    message = _("契約の内容に同意する欄にチェックしてください。")


class DrawingWrong(Refusal):
    message = _("手書きの署名を読み取れませんでした。もう一度書くか、文字で入力してください。")


class ScanWrong(Refusal):
    message = _("署名した書面は、PDF・PNG・JPEGのどれかで取り込んでください。")


class LinkUnknown(Refusal):
    status = 404
    message = _("このリンクは使えません。アドレスを確かめるか、担当者にお問い合わせください。")


class LinkWithdrawn(Refusal):
    status = 410
    message = _("このリンクは無効になりました。担当者にお問い合わせください。")


class LinkExpired(Refusal):
    status = 410
    message = _("このリンクの有効期限は切れました。担当者に新しいリンクをご依頼ください。")


class CodeWrong(Refusal):
    message = _("確認コードが違います。担当者からお伝えした6桁の数字を入力してください。")


class TooManyCodes(Refusal):
    status = 429
    message = _("確認コードを続けて間違えたため、リンクを止めました。担当者に新しいリンクをご依頼ください。")


class SigningTooLate(Refusal):
    status = 410
    message = _("署名の期限（%(day)s）を過ぎています。担当者にお問い合わせください。")


class TemplateWrong(Refusal):
    message = _("ひな形を保存できません：%(problem)s")


class TemplateNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のひな形がすでにあります。")


class CancelWrong(Refusal):
    message = _("解約の申し出日は、今日までの日付にしてください。")
