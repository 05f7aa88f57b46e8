from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SequenceGone(Refusal):
    status = 404
    message = _("このシーケンスは見つかりません。")


class RunGone(Refusal):
    status = 404
    message = _("このシーケンスの進行は見つかりません。顧客が削除された可能性があります。")


class NameMissing(Refusal):
    message = _("シーケンス名を入力してください。")


class NameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のシーケンスはすでにあります。")


class StepsMissing(Refusal):
    message = _("ステップを1つ以上加えてください。")


class TooManySteps(Refusal):
    message = _("ステップは%(limit)s個までです。")


class StepTitleMissing(Refusal):
    message = _("ステップ%(number)sの「すること」を入力してください。")


class MailTextMissing(Refusal):
    message = _("ステップ%(number)sはメールです。件名と文面を入力してください。")


class WaitTooLong(Refusal):
    message = _("ステップ%(number)sの待つ日数は0から%(limit)s営業日の間で入力してください。")


class StepKindUnknown(Refusal):
    message = _("ステップ%(number)sの種類を選んでください。")


class StepTextTooLong(Refusal):
    message = _("ステップ%(number)sの「%(field)s」は%(limit)s文字以内で入力してください。")


class PlaceholderUnknown(Refusal):
    message = _("ステップ%(number)sの「{%(name)s}」は使えません。使えるのは %(known)s です。")


class SequenceNotInUse(Refusal):
    status = 409
    message = _("シーケンス「%(name)s」は使用を止めています。再開してから始めてください。")


class RunOver(Refusal):
    status = 409
    message = _("このシーケンスはすでに「%(state)s」です。")


class StepOver(Refusal):
    status = 409
    message = _("このステップはすでに「%(state)s」です。")


class NobodyChosen(Refusal):
    message = _("シーケンスを始める人を選んでください。")


class TooManyPeople(Refusal):
    message = _("一度に始められるのは%(limit)s人までです。絞り込んでから選んでください。")


class CallForbidden(Refusal):
    status = 409
    message = _("%(name)sは架電禁止です。このステップをスキップしてください。")
