from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NotYourPetition(Refusal):
    status = 403
    message = _("変更と申請ができるのは、起案した本人だけです。")


class TitleMissing(Refusal):
    message = _("件名を入力してください。")


class TextTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字以内で入力してください。")


class AmountInvalid(Refusal):
    message = _("金額は0以上、%(most)s以下の整数で入力してください。")


class CategoryUnknown(Refusal):
    message = _("区分を選んでください。")


class TooManyFiles(Refusal):
    message = _("添付は%(most)s件までです。")
