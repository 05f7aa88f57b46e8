from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CallForbidden(Refusal):
    status = 409
    message = _("%(name)sは架電禁止です。訪問またはタスクを選んでください。")


class NobodyToVisit(Refusal):
    status = 409
    message = _("この商談には会社も相手も登録されていません。先に登録してください。")


class AlreadyPlanned(Refusal):
    status = 409
    message = _("すでに次の予定が入っています。画面を更新してください。")
