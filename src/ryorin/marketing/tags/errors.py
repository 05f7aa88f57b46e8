from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TagIncomplete(Refusal):
    status = 422
    message = _("保存できません：%(what)s")


class StatementIncomplete(Refusal):
    status = 422
    message = _("利用目的を保存できません：%(what)s")


class NothingToPublish(Refusal):
    status = 409
    message = _("公表するサービスがありません。使用中のサービスを1つ以上登録してください。")
