from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CampaignInvalid(Refusal):
    message = _("施策を保存できません：%(what)s")


class CampaignCodeTaken(Refusal):
    status = 409
    message = _("コード「%(code)s」はほかの施策で使われています。別のコードにしてください。")


class CostInvalid(Refusal):
    message = _("費用を記録できません：%(what)s")


class CampaignInUse(Refusal):
    status = 409
    message = _("「%(name)s」は使われているため削除できません（%(why)s）。終わった施策は終了日を入れて残してください。")


class LinkInvalid(Refusal):
    message = _("リンク先は http:// または https:// で始まる、500文字までのアドレスにしてください。")
