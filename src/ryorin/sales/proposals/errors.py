from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SectionsRefused(Refusal):
    message = _("%(problem)s")


class ProposalSent(Refusal):
    status = 409
    message = _("この版はもう提出しました。変更するには、新しい版をつくってください。")


class NothingToRevise(Refusal):
    status = 409
    message = _("まだ提出していない版があります。その版を変更してください。")


class ProposalEmpty(Refusal):
    message = _("載せる項目がありません。1つ以上選んでから提出してください。")


class NobodyToPropose(Refusal):
    message = _("提出先がありません。商談に会社か相手を登録してください。")


class TemplateRefused(Refusal):
    message = _("%(problem)s")
