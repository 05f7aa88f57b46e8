from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class JourneyGone(Refusal):
    status = 404
    message = _("このジャーニーは見つかりません。")


class PassageGone(Refusal):
    status = 404
    message = _("この方の進行は見つかりません。")


class NameMissing(Refusal):
    message = _("ジャーニー名を入力してください。")


class NameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のジャーニーはすでにあります。")


class TextTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字までです。")


class DrawingUnreadable(Refusal):
    message = _("カードの内容が正しくありません：%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class CardGone(Refusal):
    status = 409
    message = _("そのカードはもうありません。画面を読み込み直してください。")


class TooManyCards(Refusal):
    message = _("カードは%(limit)s枚までです。ジャーニーを分けてください。")


class PlaceImpossible(Refusal):
    message = _("カードを自分自身の中へは移せません。")


class NothingToUndo(Refusal):
    message = _("元に戻せる変更はありません。")


class NotReady(Refusal):
    status = 409
    message = _("直すところが%(count)s件あります：%(first)s")


class NothingNew(Refusal):
    status = 409
    message = _("稼働中の版から変わっていません。")


class WrongState(Refusal):
    status = 409
    message = _("このジャーニーは「%(state)s」です。この操作はできません。")


class InUse(Refusal):
    status = 409
    message = _("人が通ったジャーニーは削除できません。停止すると、新しい人は入らなくなります。")


class NobodyChosen(Refusal):
    message = _("ジャーニーに入れる顧客を選んでください。")


class TooManyPeople(Refusal):
    message = _("一度に入れられるのは%(limit)s人までです。")


class PassageOver(Refusal):
    status = 409
    message = _("この方の進行は終わっています（%(state)s）。")


class NoWait(Refusal):
    status = 409
    message = _("この方は待ちのカードにいません。")


class NotFailed(Refusal):
    status = 409
    message = _("この方の進行はエラーになっていません。")


class MappingWrong(Refusal):
    message = _("移し先のカードが正しくありません。")


class LimitsWrong(Refusal):
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class SimulationGone(Refusal):
    status = 404
    message = _("この試算は見つかりません。")


class SimulationRunning(Refusal):
    status = 409
    message = _("試算を実行中です。終わるまで待つか、中止してください。")
