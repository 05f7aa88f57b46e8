from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ReportUnreadable(Refusal):
    message = _("レポートを読み取れません：%(what)s")


class ReportTaken(Refusal):
    status = 409
    message = _("このレポートはすでに取り込まれています。")
