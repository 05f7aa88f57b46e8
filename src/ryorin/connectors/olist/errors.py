from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FilesMissing(Refusal):
    message = _("次のファイルが見つかりません：%(names)s")


class OtherCurrency(Refusal):
    message = _(
        "このデータの金額は%(theirs)sですが、会社の通貨は%(ours)sです。"
        "空のデータフォルダーを用意し、"
        "「ryorin init --company 会社名 --email メールアドレス --currency %(theirs)s」で初期設定してから"
        "取り込んでください。"
    )
