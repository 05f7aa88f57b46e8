from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class PersonaInvalid(Refusal):
    message = _("ペルソナの名前を60文字以内で入力してください。")


class WordsTooLong(Refusal):
    message = _("自分たちの言葉は、1つの欄につき%(most)s文字以内で入力してください。")


class QuoteNotTheirs(Refusal):
    message = _("その声は、このセグメントの人のものではありません。別の声を選んでください。")
