from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NameNotTyped(Refusal):
    status = 422
    message = _("確認のため、消去する方のお名前「%(name)s」をそのまま入力してください。")


class RequestClosed(Refusal):
    status = 409
    message = _("この請求への対応は終わっています。")


class IdentityUnchecked(Refusal):
    status = 409
    message = _("先に本人確認を記録してください。別人に開示したり、別人の情報を消したりしないためです。")


class PersonUnknown(Refusal):
    status = 409
    message = _("先に、請求された方の顧客を選んでください。")


class RequestIncomplete(Refusal):
    status = 422
    message = _("請求を受け付けられません：%(what)s")


class ExportFailed(Refusal):
    status = 409
    message = _("出力を作れませんでした：%(what)s")


class ExportGone(Refusal):
    status = 410
    message = _("この出力は保存期間（30日）が過ぎたため削除しました。もう一度作成してください。")


class UnknownRule(Refusal):
    message = _("保存期間の種類が正しくありません。")


class LeakIncomplete(Refusal):
    status = 422
    message = _("記録できません：%(what)s")
