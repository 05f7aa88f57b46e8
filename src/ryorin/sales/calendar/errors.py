from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class AppointmentGone(Refusal):
    status = 404
    message = _("この予定は見つかりません。削除された可能性があります。")


class AppointmentOver(Refusal):
    status = 409
    message = _("この予定はすでに「%(state)s」です。")


class EndsBeforeStart(Refusal):
    message = _("終了は開始より後にしてください。")


class TooLong(Refusal):
    message = _("1つの予定は24時間までです。日をまたぐ予定は分けて入れてください。")


class OutsideTheCalendar(Refusal):
    message = _("%(first)s年から%(last)s年までの日付を入力してください。")


class UnknownKind(Refusal):
    message = _("「%(kind)s」という種類の予定はありません。")


class NobodyToMeet(Refusal):
    message = _("相手、会社、商談のいずれかを選んでください。社内の予定は種類を「社内」にしてください。")


class NotOverYet(Refusal):
    status = 409
    message = _("この予定はまだ始まっていません。終わってから記録してください。")


class TooManyGuests(Refusal):
    message = _("参加者は%(limit)s人までです。")


class LinkUnusable(Refusal):
    message = _("オンライン会議のURLは https:// から始まる形で入力してください。")


class OwnerMissing(Refusal):
    message = _("担当を選んでください。")
