from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class AlreadyOffered(Refusal):
    status = 409
    message = _("%(name)sさんの引き継ぎは、すでに返事待ちです。")


class DealIsOpen(Refusal):
    status = 409
    message = _("%(name)sさんとは商談「%(deal)s」が進行中のため、引き継ぎは不要です。")


class HandoffAlreadyAccepted(Refusal):
    status = 409
    message = _("この引き継ぎは、%(who)sさんがすでに受け取りました。")


class HandoffAlreadySentBack(Refusal):
    status = 409
    message = _("この引き継ぎは、%(who)sさんがすでに差し戻しました。")


class NobodyToReceive(Refusal):
    status = 409
    message = _("渡す相手が決まりません：%(why)s")


class NotYourHandoff(Refusal):
    status = 403
    message = _("この引き継ぎに返事ができるのは、受け取る人、そのチーム、マネージャーです。")


class CannotReceive(Refusal):
    message = _("%(name)sさんは引き継ぎを受け取れません（利用停止中、または営業の役割がありません）。")


class ReasonMissing(Refusal):
    message = _("差し戻しの理由を選んでください。")


class RoutingRuleInvalid(Refusal):
    message = _("%(what)s")


class SendBackReasonInvalid(Refusal):
    message = _("%(what)s")


class CapacityInvalid(Refusal):
    message = _("%(what)s")
