from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SettingsInvalid(Refusal):
    status = 422
    message = _(
        "期間は1〜%(horizon)sか月、RFMに数える期間は0〜%(window)sか月、割引率は0〜%(discount)s％で入力してください。"
    )


class BordersInvalid(Refusal):
    status = 422
    message = _("区切りは4つの数を順番どおりに入力してください。最終購入からの日数は大きい順、ほかは小さい順です。")
