from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class FileRefused(Refusal):
    """A file that is not kept; the message says why and what to do."""


class FileEmpty(FileRefused):
    message = _("ファイルが空です。中身のあるファイルを選んでください。")


class FileTooLarge(FileRefused):
    status = 413
    message = _("ファイルが大きすぎます。%(most)sMB以下のファイルを選んでください。")


class KindNotAllowed(FileRefused):
    message = _("この種類のファイルは使えません。%(kinds)sのファイルを選んでください。")


class ImageBroken(FileRefused):
    message = _("画像が壊れているようです。別の画像を選んでください。")


class FileMissing(Refusal):
    status = 404
    message = _("「%(name)s」の中身が見つかりません。バックアップから戻すか、もう一度アップロードしてください。")
