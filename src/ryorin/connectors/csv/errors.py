"""Why an import cannot start or go on, in words for the person who asked for it."""

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class MappingInvalid(Refusal):
    message = _("列の対応づけが正しくありません：%(what)s")


class FileTooLarge(Refusal):
    status = 413
    message = _(
        "ファイルが大きすぎます（%(limit)s MBまで）。分けてから取り込むか、コマンド「ryorin import」をお使いください。"
    )


class FileGone(Refusal):
    status = 410
    message = _("取り込むファイルが見つかりません。もう一度アップロードしてください。")


class RunIsOver(Refusal):
    status = 409
    message = _("この取り込みは「%(state)s」のため、変更できません。")


class RunIsBusy(Refusal):
    status = 409
    message = _("この取り込みは別の処理が実行中です。")
