from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NotYourTurn(Refusal):
    status = 403
    message = _("いまは%(who)sさんの承認待ちです。あなたの番ではありません。")


class OwnRequest(Refusal):
    status = 403
    message = _("自分の申請は、代理としても自分で承認できません。")


class AlreadyDecided(Refusal):
    status = 409
    message = _("この申請はすでに%(state)sになっています。最新の内容を確かめてください。")


class AlreadyActed(Refusal):
    status = 409
    message = _("この段はすでに回答済みです。最新の内容を確かめてください。")


class CommentMissing(Refusal):
    message = _("理由を入力してください。申請した人が次に何をすればよいか分かるように書きます。")


class TextTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字以内で入力してください。")


class NotYourRequest(Refusal):
    status = 403
    message = _("引き戻せるのは、申請した本人だけです。")


class NothingToReview(Refusal):
    status = 409
    message = _("後閲する段がありません。最新の内容を確かめてください。")


class NobodyToApprove(Refusal):
    """A route asks for somebody who is not there; says which step, why, and who mends it."""

    status = 409
    message = _("承認ルート「%(route)s」の承認者が決まらないため、申請できません。%(what)s")


class RouteWithoutSteps(Refusal):
    status = 409
    message = _(
        "承認ルート「%(route)s」に承認の段がありません。管理者に、設定の「承認ルート」で段を加えてもらってください。"
    )


class RouteInvalid(Refusal):
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class CannotApprove(Refusal):
    message = _("%(name)sさんは承認者にできません。申請した本人か、利用を停止されています。")


class ApproversMissing(Refusal):
    message = _("新しい承認者を1人以上選んでください。")


class ProxyInvalid(Refusal):
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class KindUnknown(Refusal):
    status = 404
    message = _("「%(kind)s」という申請の種類はありません。")
