from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TaskGone(Refusal):
    status = 404
    message = _("このタスクは見つかりません。削除された可能性があります。")


class TitleMissing(Refusal):
    message = _("「すること」を入力してください。")


class TextTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字以内で入力してください。")
