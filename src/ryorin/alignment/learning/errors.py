from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class AlreadyInUse(Refusal):
    message = _("第%(number)s版はすでに使われています。")


class NothingLearned(Refusal):
    message = _("学習したスコアがまだないため、しきい値を決められません。")


class CapacityInvalid(Refusal):
    message = _("1週間に対応できる件数は1～%(most)sの整数で入力してください。")


class OrderUnknown(Refusal):
    message = _("「%(name)s」の値が数値でないリードがあるため、順番を決められません。")
