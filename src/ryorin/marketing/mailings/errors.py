from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class MailingInvalid(Refusal):
    message = _("%(what)s")


class MailingLocked(Refusal):
    status = 409
    message = _("この配信はすでに「%(state)s」のため変更できません。")


class NobodyToMail(Refusal):
    message = _("配信できる宛先が1人もいません。宛先のセグメントや条件を見直してください。")


class NumberChanged(Refusal):
    status = 409
    message = _("確認した人数（%(confirmed)s人）から宛先が%(now)s人に変わりました。もう一度確認してください。")


class NumberNotTyped(Refusal):
    message = _("配信する人数（%(number)s）を数字で入力して確認してください。")


class CheckFailed(Refusal):
    message = _("配信前のチェックで問題が見つかりました：%(what)s")


class KeyMissing(Refusal):
    message = _("個別のメールにはキーが必要です。")


class NotUncertain(Refusal):
    status = 409
    message = _("この宛先は「届いたか不明」ではありません。")


class LinkBroken(Refusal):
    status = 404
    message = _("このリンクは無効です。")
