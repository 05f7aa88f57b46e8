from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FlightInvalid(Refusal):
    message = _("出稿を保存できません：%(what)s")


class FlightInUse(Refusal):
    status = 409
    message = _("「%(name)s」には実績があるため削除できません。取りやめるときは状態を「中止」にしてください。")


class CreativeInvalid(Refusal):
    message = _("クリエイティブを保存できません：%(what)s")


class CreativeNotReady(Refusal):
    status = 409
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class CreativeInUse(Refusal):
    status = 409
    message = _("「%(name)s」は%(why)sため削除できません。使わないときは「終了」にしてください。")


class PictureTooLarge(Refusal):
    status = 413
    message = _("画像の縦横が大きすぎます。%(most)s万画素以下にしてください。")


class WrongCampaign(Refusal):
    message = _("選んだ出稿やクリエイティブは、この施策のものではありません。")


class FiguresInvalid(Refusal):
    message = _("実績を記録できません：%(what)s")
