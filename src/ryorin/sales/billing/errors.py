from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class BillGone(Refusal):
    status = 404
    message = _("この書類は見つかりません。")


class NothingToBill(Refusal):
    status = 409
    message = _("請求する注文がありません。期間と会社を確かめてください。")


class OrderBilled(Refusal):
    status = 409
    message = _("注文「%(order)s」は、すでに%(kind)sに入っています。")


class OrdersOfSeveral(Refusal):
    message = _("1枚の書類にできるのは、同じ会社・同じ通貨の注文だけです。")


class ReturnNotBilled(Refusal):
    message = _("返品の注文は請求書にできません。元の請求書から返還請求書を発行してください。")


class IssuerIncomplete(Refusal):
    status = 409
    message = _("請求書に必要な自社の情報が足りません：%(missing)s。設定の「会社」で入力してください。")


class BillVoid(Refusal):
    status = 409
    message = _("この書類は取り消されています。")


class BillHasPayments(Refusal):
    status = 409
    message = _("入金か返還が記録されているため、取り消せません。先に入金の記録を取り消してください。")


class NotAnInvoice(Refusal):
    message = _("この操作は請求書だけでできます。")


class PaymentWrong(Refusal):
    message = _("入金額は1円以上、残り%(remaining)sまでで入力してください。")


class PaymentDayWrong(Refusal):
    message = _("入金日は、今日までの日付を入力してください。")


class ReturnWrong(Refusal):
    message = _("返還する金額は、明細ごとに請求した金額までで入力してください。")


class DueDayWrong(Refusal):
    message = _("支払期限は、発行日以降の日付にしてください。")
