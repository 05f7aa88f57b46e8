from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class PlanInvalid(Refusal):
    message = _("計画を保存できません：%(what)s")


class PlanFrozen(Refusal):
    status = 409
    message = _("双方が署名した計画は変更できません。理由を書いて、新しい版を作ってください。")


class PlanSuperseded(Refusal):
    status = 409
    message = _("この計画には新しい版があります。新しい版を開いてください。")


class PlanOpen(Refusal):
    status = 409
    message = _("この四半期には署名待ちの計画があります。その計画を変更してください。")


class ReasonMissing(Refusal):
    message = _("新しい版を作る理由を書いてください。")


class AlreadySigned(Refusal):
    status = 409
    message = _("%(side)s側はすでに署名しています。")


class OtherMemberMustSign(Refusal):
    status = 403
    message = _("%(side)s側の署名は、%(side)sの責任者にお願いしてください。")
