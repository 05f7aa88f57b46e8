from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class PlanGone(Refusal):
    status = 404
    message = _("このプランは見つかりません。削除された可能性があります。")


class PlanWithoutSteps(Refusal):
    message = _("ステップのないプランは使用を始められません。先にステップを加えてください。")


class PlanNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」というプランはすでにあります。")


class PlanFieldInvalid(Refusal):
    message = _("「%(field)s」を確かめてください：%(what)s")


class TooManySteps(Refusal):
    message = _("ステップは%(most)s個までです。")


class StepGone(Refusal):
    status = 404
    message = _("このステップは見つかりません。")


class StepClosed(Refusal):
    status = 409
    message = _("このステップはすでに終わっています。")


class FollowUpEnded(Refusal):
    status = 409
    message = _("このアフターフォローは終了しています。")


class ScoreInvalid(Refusal):
    message = _("満足度は1から5で選んでください。")


class NobodyAsked(Refusal):
    message = _("顧客か会社を選んでください。")


class NotQuietAnyMore(Refusal):
    status = 404
    message = _("このお客さまは、一覧からいなくなりました。新しい注文があった可能性があります。")
