from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class AgreementInvalid(Refusal):
    message = _("合意を保存できません：%(what)s")


class AgreementWaiting(Refusal):
    status = 409
    message = _("ほかの合意案が署名を待っています。先に署名するか、取り下げてください。")


class AgreementSettled(Refusal):
    status = 409
    message = _("この合意案は、すでに有効か、取り下げられています。")


class AlreadySigned(Refusal):
    status = 409
    message = _("%(side)sはすでに署名しています。")


class NotLeader(Refusal):
    status = 403
    message = _("%(side)sとして署名できるのは、その側の責任者です。両方の側に同じ人が署名することはできません。")
