from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ListGone(Refusal):
    status = 404
    message = _("このリストは見つかりません。")


class ListClosed(Refusal):
    status = 409
    message = _("リスト「%(name)s」は終了しています。続けるには、先に再開してください。")


class NobodyChosen(Refusal):
    message = _("リストに入れる人を選ぶか、条件を決めてください。")


class ConditionMissing(Refusal):
    status = 409
    message = _("このリストは手で選んだ人だけのリストです。条件で追加するには、条件のあるリストを作成してください。")


class TooManyTargets(Refusal):
    message = _("条件に合う人が%(count)s件を超えます。条件を絞ってください。")


class PeriodBackwards(Refusal):
    message = _("終了日は開始日より後にしてください。")


class NobodyLeft(Refusal):
    status = 404
    message = _("いま連絡できる相手はいません。")


class HeldByAnother(Refusal):
    status = 409
    message = _("この相手は%(name)sさんが対応中です。次の相手に進んでください。")


class TargetGone(Refusal):
    status = 404
    message = _("この相手はリストにありません。")


class AlreadyRecorded(Refusal):
    status = 409
    message = _("この回はすでに「%(outcome)s」として記録されています。直すときは活動の記録を編集してください。")


class NotToBeCalled(Refusal):
    status = 409
    message = _("%(name)sは架電禁止です。理由：%(reason)s")


class OutcomeMissing(Refusal):
    message = _("結果を選んでください。")


class OutcomeNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という結果はすでにあります。")


class TooManyOutcomes(Refusal):
    message = _("キー1〜9で選べるよう、使う結果は%(count)s個までにしてください。")


class LastOutcome(Refusal):
    status = 409
    message = _("使う結果は少なくとも1つ必要です。")


class WhenMissing(Refusal):
    message = _("日時を入力してください。")


class WhenPast(Refusal):
    message = _("これからの日時を入力してください。")


class ReasonMissing(Refusal):
    message = _("架電禁止にする理由を入力してください。")


class WrongMethod(Refusal):
    status = 409
    message = _("リスト「%(name)s」は%(method)sのリストです。")


class TooManyLabels(Refusal):
    message = _("一度に印刷できるのは%(count)s件までです。都道府県で分けて印刷してください。")
