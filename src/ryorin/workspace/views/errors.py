from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class ViewNeedsName(Refusal):
    message = _("ビューの名前を1〜80字で入力してください。")


class NotYourView(Refusal):
    status = 403
    message = _("このビューを変えられるのは、作った本人だけです。")
