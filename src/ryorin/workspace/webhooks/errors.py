from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class WebhookGone(Refusal):
    status = 404
    message = _("このWebhookは見つかりません。")


class AddressRefused(Refusal):
    message = _("このアドレスには送れません：%(why)s")


class WebhookNameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前のWebhookはすでにあります。")


class WebhookNameMissing(Refusal):
    message = _("Webhookの名前を入力してください。")
