from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal

if TYPE_CHECKING:
    from ryorin.sales.deals.models import StageRule


class DealGone(Refusal):
    status = 404
    message = _("この商談は見つかりません。削除された可能性があります。")


class DealClosed(Refusal):
    status = 409
    message = _("この商談はすでに「%(state)s」です。続けるには、先に商談を再開してください。")


class StageNotReady(Refusal):
    """Something the stage asks for is not known yet; `missing` holds the stage's rules that are not met."""

    status = 409
    message = _("「%(stage)s」に進むには、まだ次のことが分かっていません：%(labels)s")

    def __init__(self, *, stage: str, missing: "Sequence[StageRule]") -> None:
        self.missing = missing
        super().__init__(stage=stage, labels="、".join(rule.label for rule in missing))


class ReasonForExceptionMissing(Refusal):
    message = _("条件を満たさないまま進める理由を入力してください。")


class RuleUnknown(Refusal):
    message = _("選んだ条件は使えません。ページを読み込み直してください。")


class FirstStageHasNoRules(Refusal):
    status = 409
    message = _("最初のステージには条件を付けられません。商談はここから始まります。")


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
