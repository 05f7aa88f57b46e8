from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class CommitElsewhere(Refusal):
    status = 409
    message = _("ほかの人が先にコミットを更新しました。最新の内容を確かめてから、もう一度入力してください。")


class NotYourCommit(Refusal):
    status = 403
    message = _("ほかの人のコミットを入力できるのは、管理者とマネージャーだけです。")


class FigureInvalid(Refusal):
    message = _("「%(field)s」は%(low)sから%(high)sの間で入力してください。")


class CommentTooLong(Refusal):
    message = _("コメントは%(limit)s文字以内で入力してください。")


class MonthInvalid(Refusal):
    message = _("月が読み取れません。")


class HistoryTooShort(Refusal):
    message = _("この日までに受注・失注した商談が足りないため、検証できません。")
