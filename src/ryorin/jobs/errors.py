from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class BackupExists(Refusal):
    message = _("%(path)s はすでにあります。別のファイル名を指定してください。")


class BackupUnreadable(Refusal):
    message = _("%(path)s はバックアップとして読めません（%(reason)s）。")


class BackupOfAnotherDatabase(Refusal):
    message = _("このバックアップは%(theirs)sのものです。いまの設定は%(ours)sです。")


class BackupOfNewerVersion(Refusal):
    message = _("このバックアップは新しい版（%(theirs)s）のものです。先にRyorinを更新してください（いまは%(ours)s）。")


class DataInTheWay(Refusal):
    message = _("%(path)s にはすでにデータがあります。置き換えるには --force を付けてください。")


class StillWorking(Refusal):
    message = _("ワーカーが動いています（%(holder)s）。止めてから、もう一度実行してください。")


class LakeElsewhere(Refusal):
    message = _(
        "履歴は %(lake)s に置かれています。保存先の側でバックアップしてください（残りは --without-lake で取れます）。"
    )


class ProgramMissing(Refusal):
    message = _("%(program)s が見つかりません。PostgreSQL のクライアントをインストールしてください。")


class ProgramFailed(Refusal):
    message = _("%(program)s が失敗しました: %(reason)s")


class MemberUnknown(Refusal):
    message = _("%(email)s というメンバーはいません。")


class AddressTaken(Refusal):
    message = _("%(address)s はほかのプログラムが使っています。--address で別のポートを指定してください。")
