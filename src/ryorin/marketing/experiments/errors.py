from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ExperimentInvalid(Refusal):
    message = _("A/Bテストを保存できません：%(what)s")


class ExperimentLocked(Refusal):
    status = 409
    message = _("開始したテストの内容は変えられません。止めてから、新しいテストを作ってください。")


class ExperimentNotReady(Refusal):
    status = 409
    message = _("まだ開始できません：%(what)s")


class WrongState(Refusal):
    status = 409
    message = _("このテストは「%(state)s」です。最新の内容を確かめてください。")


class ReasonMissing(Refusal):
    message = _("理由を入力してください。あとで見る人のために残します。")


class TargetInTest(Refusal):
    status = 409
    message = _("A/Bテスト「%(name)s」で使われています。先にテストを終えてください。")
