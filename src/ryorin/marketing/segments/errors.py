from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SegmentNameMissing(Refusal):
    message = _("セグメント名を80文字以内で入力してください。")


class SegmentNameTaken(Refusal):
    message = _("「%(name)s」という名前のセグメントがすでにあります。別の名前にしてください。")


class SegmentCircle(Refusal):
    message = _("この条件は、回り回ってこのセグメント自身を条件にしています。セグメントの条件を外してください。")


class SegmentInUse(Refusal):
    message = _("「%(used)s」で使われているため削除できません。保管にすると、一覧から外れて更新も止まります。")


class SegmentArchived(Refusal):
    message = _("保管中のセグメントは変更できません。先に元に戻してください。")


class SegmentNotFixed(Refusal):
    message = _("自動更新のセグメントの人は条件で決まります。条件を変えるか、固定のセグメントを作成してください。")


class SegmentsToCompare(Refusal):
    message = _("比べるセグメントを2つから5つ選んでください。")


class SegmentPurposeTooLong(Refusal):
    message = _("用途は200文字以内で入力してください。")
