from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CompanyExists(Refusal):
    status = 409
    message = _("会社はすでに登録されています。管理者に、メンバーとして加えてもらってください。")
