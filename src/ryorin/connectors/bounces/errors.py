from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class MailboxAway(Refusal):
    status = 502
    message = _("不達通知のメールボックスに接続できません：%(what)s")


class ReportUnreadable(Refusal):
    message = _("不達の通知を読み取れません。")
