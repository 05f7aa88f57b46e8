from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TargetInvalid(Refusal):
    message = _("目標を保存できません：%(what)s")


class NotCountedSo(Refusal):
    message = _("「%(metric)s」は%(level)s別に数えられないため、この目標は置けません。全社の目標にしてください。")


class ReasonMissing(Refusal):
    message = _("見直しの理由を入力してください。")


class NothingToShareOut(Refusal):
    message = _("割り振る先がありません：%(what)s")
