from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SiteInvalid(Refusal):
    message = _("サイトを保存できません：%(what)s")


class PageInvalid(Refusal):
    message = _("ページを保存できません：%(what)s")


class ArticleInvalid(Refusal):
    message = _("記事を保存できません：%(what)s")


class NotReadyToPublish(Refusal):
    status = 409
    message = _("まだ公開できません：%(what)s")


class StillShown(Refusal):
    status = 409
    message = _("公開したことのあるページは削除できません。「公開を終了」すると、表示されなくなります。")


class AssetInUse(Refusal):
    status = 409
    message = _("この画像は「%(name)s」で使われています。先に差し替えてください。")
