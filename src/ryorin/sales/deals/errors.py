from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class DealGone(Refusal):
    status = 404
    message = _("この商談は見つかりません。削除された可能性があります。")


class DealClosed(Refusal):
    status = 409
    message = _("この商談はすでに「%(state)s」です。続けるには、先に商談を再開してください。")


class DealStillOpen(Refusal):
    status = 409
    message = _("この商談は進行中です。再開する必要はありません。")


class DealNotRestorable(Refusal):
    status = 409
    message = _("この商談は元に戻せません。関連する記録がすでに削除されています。")


class LostReasonMissing(Refusal):
    message = _("失注理由を選んでください。")


class ValueMissing(Refusal):
    message = _("「%(field)s」を入力してください。")


class ValueUnknown(Refusal):
    message = _("「%(field)s」は一覧から選んでください。")


class ValueTooLong(Refusal):
    message = _("「%(field)s」は%(limit)s文字以内で入力してください。")


class ValueOutOfRange(Refusal):
    message = _("「%(field)s」は%(low)sから%(high)sの間で入力してください。")


class NameTaken(Refusal):
    status = 409
    message = _("「%(name)s」という名前はすでに使われています。")


class NoStage(Refusal):
    status = 409
    message = _("パイプライン「%(pipeline)s」にステージがありません。設定で追加してください。")


class StageOfAnotherPipeline(Refusal):
    message = _("選んだステージは、このパイプラインのものではありません。")


class StageInUse(Refusal):
    status = 409
    message = _("ステージ「%(stage)s」には商談が%(count)s件あるため削除できません。先に別のステージへ移してください。")


class StageInHistory(Refusal):
    status = 409
    message = _(
        "ステージ「%(stage)s」は商談%(count)s件の経過に残っているため削除できません。名前や並び順は変えられます。"
    )


class LastStage(Refusal):
    status = 409
    message = _("ステージは少なくとも1つ必要です。")


class PipelineInUse(Refusal):
    status = 409
    message = _("パイプライン「%(pipeline)s」には進行中の商談が%(count)s件あるため、使用をやめられません。")


class LastPipeline(Refusal):
    status = 409
    message = _("使用中のパイプラインは少なくとも1つ必要です。")


class ReasonInUse(Refusal):
    status = 409
    message = _("失注理由「%(reason)s」は商談%(count)s件で使われているため削除できません。")
