from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ProposalWaiting(Refusal):
    status = 409
    message = _("返事待ちの変更案があります。合意するか取り下げてから、新しい案を出してください。")


class ProposalSettled(Refusal):
    status = 409
    message = _("この変更案はすでに合意済みか、取り下げられています。")


class AlreadyAgreed(Refusal):
    status = 409
    message = _("%(side)s側はすでに合意しています。")


class OtherSideMustAgree(Refusal):
    status = 403
    message = _("%(side)s側の合意は、ほかのメンバーにお願いしてください。")


class NothingChanged(Refusal):
    message = _("いまの定義と同じ条件です。")
