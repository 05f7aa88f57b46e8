from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class SeriesInvalid(Refusal):
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class ParticipantsMissing(Refusal):
    message = _("参加者がいません。メンバーか社外のメールアドレスを1人以上選んでください。")


class OrganiserMissing(Refusal):
    message = _("主催者を選んでください。主催者が見られる範囲のデータから議題を作ります。")


class SeriesStopped(Refusal):
    status = 409
    message = _("この定例会議は終了しています。再開してから会議を追加してください。")


class MeetingGone(Refusal):
    status = 404
    message = _("この会議は見つかりません。")


class MeetingClosed(Refusal):
    status = 409
    message = _("この会議は終了しています。議題と議事録は変更できません。")


class MeetingCancelled(Refusal):
    status = 409
    message = _("この会議は中止になっています。")


class MeetingNotBegun(Refusal):
    status = 409
    message = _("会議はまだ始まっていません。開始時刻を過ぎてから終了してください。")


class ItemInvalid(Refusal):
    message = _("議題を160文字以内で入力してください。")


class ItemGone(Refusal):
    status = 404
    message = _("この議題は見つかりません。ページを読み込み直してください。")


class CommentInvalid(Refusal):
    message = _("コメントを1,000文字以内で入力してください。")


class BlockTooLong(Refusal):
    message = _("1つの段落は%(most)s文字以内で入力してください。新しい段落に分けられます。")


class BlockUnknown(Refusal):
    status = 404
    message = _("この段落は、この会議の議事録にありません。ページを読み込み直してください。")


class TooManyBlocks(Refusal):
    message = _("議事録の段落が多すぎます（%(most)sまで）。")


class BlockStale(Refusal):
    """Somebody else wrote in the paragraph meanwhile; their wording stands in the row."""

    status = 409
    message = _("%(name)sさんが同じ段落を先に書き換えました。")


class DecisionInvalid(Refusal):
    message = _("%(what)s")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)


class NothingToShow(Refusal):
    status = 409
    message = _("議題がまだありません。「最新のデータで作り直す」を押してください。")
