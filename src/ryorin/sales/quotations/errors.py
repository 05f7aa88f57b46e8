from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class QuotationGone(Refusal):
    status = 404
    message = _("この見積は見つかりません。削除された可能性があります。")


class DealNotOpen(Refusal):
    status = 409
    message = _("この商談は「%(state)s」のため、見積を作成できません。先に商談を再開してください。")


class AlreadySent(Refusal):
    status = 409
    message = _("第%(revision)s版は送付済みのため変更できません。変更するには「新しい版」を作成してください。")


class AlreadyAccepted(Refusal):
    status = 409
    message = _("この見積はすでに受諾されています。条件を変えるには、新しい見積を作成してください。")


class DraftStands(Refusal):
    status = 409
    message = _("第%(revision)s版がまだ下書きです。先にそれを送付するか、破棄してください。")


class WaitsForApproval(Refusal):
    status = 409
    message = _("承認待ちのため変更できません。変更するには、先に申請を引き戻してください。")


class ApprovalMissing(Refusal):
    status = 409
    message = _("この内容で送付するには承認が必要です。先に承認を申請してください。")


class NothingOffered(Refusal):
    message = _("明細がありません。品名と金額を1行以上入れてください。")


class AddresseeMissing(Refusal):
    message = _("宛先がありません。会社名か宛名を入れてください。")


class ValidityMissing(Refusal):
    message = _("有効期限を入れてください。")


class ValidityPassed(Refusal):
    message = _("有効期限（%(day)s）が過ぎています。期限を延ばしてから送付してください。")


class TooManyLines(Refusal):
    message = _("明細は%(limit)s行までです（現在%(count)s行）。見積を分けてください。")


class LineRefused(Refusal):
    """One line cannot be priced; `position` counts from 1."""

    message = _("%(position)s行目：%(problem)s")


class DiscountTooLarge(Refusal):
    message = _("値引の合計が明細の合計を超えています。値引額を確かめてください。")


class TotalTooLarge(Refusal):
    message = _("合計金額が大きすぎます。%(limit)s未満になるように、数量と単価を確かめてください。")


class OtherRefused(Refusal):
    message = _("「%(field)s」を確かめてください。%(problem)s")


class LinkUnknown(Refusal):
    status = 404
    message = _("このリンクは無効です。お手数ですが、担当者にお問い合わせください。")


class LinkExpired(Refusal):
    status = 410
    message = _("このリンクの有効期限が切れています。お手数ですが、担当者にお問い合わせください。")


class LinkWithdrawn(Refusal):
    status = 410
    message = _("このリンクは取り下げられました。お手数ですが、担当者にお問い合わせください。")


class NotSentYet(Refusal):
    status = 409
    message = _("まだ送付していない見積です。先に送付してください。")


class Superseded(Refusal):
    status = 409
    message = _("新しい版のお見積り（第%(revision)s版）があるため、この版にはお返事いただけません。")


class QuotationExpired(Refusal):
    status = 409
    message = _("このお見積りの有効期限（%(day)s）は過ぎています。お手数ですが、担当者にお問い合わせください。")


class AnsweredAlready(Refusal):
    status = 409
    message = _("このお見積りには、すでに「%(outcome)s」とのお返事をいただいています。")


class NameMissing(Refusal):
    message = _("お名前を入力してください。")


class ConsentMissing(Refusal):
    message = _("内容をご確認のうえ、チェックを入れてください。")


class ReasonMissing(Refusal):
    message = _("理由をお聞かせください。")


class QuestionMissing(Refusal):
    message = _("ご質問の内容を入力してください。")


class RequestMissing(Refusal):
    message = _("申し入れの内容を入力してください。")


class AnswerMissing(Refusal):
    message = _("回答を選び、理由を入力してください。")
