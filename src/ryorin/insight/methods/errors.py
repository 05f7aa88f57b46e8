"""What a method refuses: it never invents a figure where the data do not carry one."""

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class TooLittleKnown(Refusal):
    """The base of the refusals; `reason` is a word that can be kept with a result."""

    status = 422
    reason = ""


class NobodyBought(TooLittleKnown):
    reason = "nobody"
    message = _("購入した顧客がまだいません。注文を取り込むと計算できます。")


class NobodyCameBack(TooLittleKnown):
    reason = "nobody_came_back"
    message = _("2回以上購入した顧客が少ないため、計算できません（%(repeaters)s人）。")


class OneDayOnly(TooLittleKnown):
    reason = "one_day"
    message = _("注文が1日分しかないため、計算できません。")


class NoAmounts(TooLittleKnown):
    reason = "no_amounts"
    message = _("金額のある2回目以降の購入が少ないため、購入単価を見込めません（%(repeaters)s人）。")


class NoTwoAlike(TooLittleKnown):
    reason = "all_alike"
    message = _("顧客の買い方に違いがないため、グループに分けられません。")


class NotSettled(TooLittleKnown):
    reason = "not_settled"
    message = _("データに合うパラメータが見つかりませんでした。期間を変えて試してください。")


class TooFewAnswers(TooLittleKnown):
    reason = "too_few_answers"
    message = _("学習には返事のあったリードがあと%(missing)s件必要です（いま%(answers)s件）。")


class OneOutcomeOnly(TooLittleKnown):
    reason = "one_outcome"
    message = _("結果が片方に偏っているため学習できません。成約と見送りの両方が必要です。")


class TooShortATime(TooLittleKnown):
    reason = "too_short"
    message = _("返事の記録が%(days)s日分しかありません。あと%(missing)s日分たまると学習できます。")


def reasons() -> dict[str, type[TooLittleKnown]]:
    """Return the refusals by the word that is kept with a result."""
    known = (
        NobodyBought, NobodyCameBack, OneDayOnly, NoAmounts, NoTwoAlike, NotSettled, TooFewAnswers, OneOutcomeOnly,
        TooShortATime,
    )  # fmt: skip
    return {refusal.reason: refusal for refusal in known}
