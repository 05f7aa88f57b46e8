from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class MessageGone(Refusal):
    status = 404
    message = _("このメッセージは見つかりません。")


class VersionGone(Refusal):
    status = 404
    message = _("この版は見つかりません。")


class MessageNameMissing(Refusal):
    message = _("メッセージ名を入力してください。")


class MessageArchived(Refusal):
    status = 409
    message = _("「%(name)s」はアーカイブされています。元に戻してから変更してください。")


class TextTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字以内で入力してください。")


class BodyTooLarge(Refusal):
    status = 413
    message = _("本文が大きすぎます。ブロックを減らしてください。")


class BodyTooDeep(Refusal):
    message = _("本文のブロックが多すぎるか、入れ子が深すぎます。ブロックを減らしてください。")


class BodyUnreadable(Refusal):
    message = _("本文を読み取れませんでした。編集画面を開き直してください。")


class RuleUnreadable(Refusal):
    message = _("表示条件「%(name)s」を読み取れません。%(why)s")


class RuleNameMissing(Refusal):
    message = _("表示条件の名前を入力してください。")


class RuleNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という表示条件はすでにあります。")


class RuleInUse(Refusal):
    status = 409
    message = _("表示条件「%(name)s」はブロックで使われています。ブロックから外してから削除してください。")


class TooManyRules(Refusal):
    message = _("表示条件は1通につき%(limit)s件までです。")


class SenderGone(Refusal):
    status = 404
    message = _("この送信者は見つかりません。")


class SenderMissing(Refusal):
    message = _("送信者が選ばれていません。「件名と文章」で送信者を選んでください。")


class SenderFaulty(Refusal):
    message = _("%(what)s")


class SenderNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前の送信者はすでにあります。")


class SenderIsDefault(Refusal):
    status = 409
    message = _("標準の送信者は使用を止められません。先にほかの送信者を標準にしてください。")


class TemplateNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のテンプレートはすでにあります。")


class TemplateGone(Refusal):
    status = 404
    message = _("このテンプレートは見つかりません。")


class NotReady(Refusal):
    """A mail that must not go out as it stands; the findings say why."""

    status = 409
    message = _("このメッセージはまだ送れません。確認画面の指摘を直してください（%(count)s件）。")


class TestAddressMissing(Refusal):
    message = _("テスト送信の宛先を選んでください。")


class TestSendFailed(Refusal):
    status = 502
    message = _("テスト送信できませんでした：%(why)s")


class PictureRefused(Refusal):
    message = _("%(what)s")
