from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class HomeNotEmpty(Refusal):
    status = 409
    message = _("すでに会社が登録されています。デモ会社は空のデータフォルダー（RYORIN_HOME）に作ってください。")
