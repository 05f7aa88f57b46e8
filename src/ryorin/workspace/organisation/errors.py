from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CompanyExists(Refusal):
    status = 409
    message = _("会社はすでに登録されています。管理者に、メンバーとして加えてもらってください。")


class CompanyMissing(Refusal):
    status = 409
    message = _("先に会社を登録してください。")
