"""What is looked at before a contract goes out to be signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ryorin.lib.japanese import is_corporate_number, registration_number_ok
from ryorin.sales.contracts.rules.money import Totals
from ryorin.sales.contracts.rules.time import notice_by
from ryorin.sales.contracts.rules.wording import Clause, missing_in, unknown_in

OK, WARNING, BAD = "ok", "warning", "bad"
KNOWN_RATES = frozenset(map(Decimal, ("0", "5", "8", "10")))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; only `bad` keeps a contract from going out. `fix` names the part where it is mended."""

    name: str
    label: str
    state: str
    message: str = ""
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Everything about a contract that the checks look at."""

    us: str
    our_address: str
    our_number: str
    our_registration: str
    customer: str
    customer_address: str
    customer_number: str
    is_recurring: bool
    starts_on: date | None
    ends_on: date | None
    renews: bool
    renewal_months: int
    notice_days: int
    sign_by: date | None
    today: date
    totals: Totals
    recomputed: Totals
    quoted: tuple[int, int, int] | None
    clauses: Sequence[Clause]
    facts: Mapping[str, str] = field(default_factory=dict)


def checks_of(subject: Subject) -> list[Check]:
    """Return every check with its verdict, in the order in which people read a contract."""
    return [
        _parties(subject),
        _addresses(subject),
        _numbers(subject),
        _amount(subject),
        _tax(subject),
        _dates(subject),
        *([_renewal(subject), _notice(subject)] if subject.is_recurring else []),
        _clauses(subject),
    ]


def _parties(subject: Subject) -> Check:
    label = _("当事者")
    if not subject.us:
        return Check("parties", label, BAD, _("自社の名前がありません。"), "organisation")
    if not subject.customer:
        return Check("parties", label, BAD, _("相手先がありません。会社か相手の方を選んでください。"), "terms")
    names = {"customer": subject.customer, "us": subject.us}
    return Check("parties", label, OK, _("%(customer)s と %(us)s") % names)


def _addresses(subject: Subject) -> Check:
    label = _("住所")
    if not subject.our_address:
        return Check("addresses", label, BAD, _("自社の住所がありません。"), "organisation")
    if not subject.customer_address:
        return Check("addresses", label, BAD, _("相手先の住所がありません。"), "customer")
    return Check("addresses", label, OK, subject.customer_address)


def _numbers(subject: Subject) -> Check:
    label = _("法人番号・登録番号")
    for number, fix in ((subject.our_number, "organisation"), (subject.customer_number, "customer")):
        if number and not is_corporate_number(number):
            text = _("法人番号「%(number)s」は正しい形ではありません（13桁と検査数字）。")
            return Check("numbers", label, BAD, text % {"number": number}, fix)
    if subject.our_registration and not registration_number_ok(subject.our_registration):
        text = _("自社の登録番号「%(number)s」は正しい形ではありません（Tと13桁）。")
        return Check("numbers", label, BAD, text % {"number": subject.our_registration}, "organisation")
    if not subject.customer_number:
        return Check("numbers", label, WARNING, _("相手先の法人番号は未登録です。"), "customer")
    return Check("numbers", label, OK, subject.customer_number)


def _amount(subject: Subject) -> Check:
    label = _("金額")
    if subject.totals.gross <= 0:
        return Check("amount", label, BAD, _("金額がありません。明細を入れてください。"), "lines")
    mine = (subject.totals.net, subject.totals.tax, subject.totals.gross)
    if subject.quoted is not None and mine != subject.quoted:
        return Check("amount", label, BAD, _("受諾された見積の金額と一致しません。"), "lines")
    return Check("amount", label, OK, _("見積と一致しています。") if subject.quoted else "")


def _tax(subject: Subject) -> Check:
    label = _("消費税")
    strange = [one.plain_rate for one in subject.totals.by_rate if one.rate not in KNOWN_RATES]
    if strange:
        text = _("税率 %(rates)s％ は使えません。") % {"rates": "・".join(strange)}
        return Check("tax", label, BAD, text, "lines")
    if subject.totals != subject.recomputed:
        return Check("tax", label, BAD, _("消費税の計算が明細と合いません。明細を保存し直してください。"), "lines")
    rates = "・".join(f"{one.plain_rate}%" for one in subject.totals.by_rate)
    return Check("tax", label, OK, _("%(rates)s、税率ごとに1回だけ端数処理") % {"rates": rates})


def _dates(subject: Subject) -> Check:
    label = _("日付")
    if subject.sign_by is not None and subject.sign_by < subject.today:
        return Check("dates", label, BAD, _("署名の期限が過ぎています。"), "terms")
    if subject.is_recurring and subject.starts_on is None:
        return Check("dates", label, BAD, _("開始日がありません。"), "terms")
    if subject.starts_on and subject.ends_on and subject.ends_on < subject.starts_on:
        return Check("dates", label, BAD, _("満了日が開始日より前です。"), "terms")
    if subject.ends_on and subject.ends_on < subject.today:
        return Check("dates", label, BAD, _("満了日がすでに過ぎています。"), "terms")
    if subject.starts_on and subject.starts_on < subject.today:
        return Check("dates", label, WARNING, _("開始日が過去の日付です。"), "terms")
    return Check("dates", label, OK)


def _renewal(subject: Subject) -> Check:
    label = _("更新")
    if subject.renews and not subject.ends_on:
        return Check("renewal", label, BAD, _("自動更新には満了日が必要です。"), "terms")
    if subject.renews and subject.renewal_months < 1:
        return Check("renewal", label, BAD, _("更新の期間を1か月以上にしてください。"), "terms")
    if subject.renews:
        return Check("renewal", label, OK, _("%(months)sか月ごとに自動更新") % {"months": subject.renewal_months})
    return Check("renewal", label, OK, _("自動更新なし"))


def _notice(subject: Subject) -> Check:
    label = _("解約通知")
    if subject.ends_on is None or subject.starts_on is None:
        return Check("notice", label, OK, _("期間の定めなし"))
    day = notice_by(subject.ends_on, days=subject.notice_days)
    if subject.renews and day <= subject.starts_on:
        return Check(
            "notice", label, BAD, _("解約通知の期限が開始日より前になります。日数を減らしてください。"), "terms"
        )
    return Check("notice", label, OK, _("%(day)sまで") % {"day": f"{day:%Y/%m/%d}"})


def _clauses(subject: Subject) -> Check:
    label = _("条文")
    wording = "\n".join(f"{one.heading}\n{one.body}" for one in subject.clauses)
    if not wording.strip():
        return Check("clauses", label, BAD, _("条文がありません。ひな形を選ぶか、条文を入れてください。"), "clauses")
    if unknown := unknown_in(wording):
        names = "、".join(f"{{{{{name}}}}}" for name in unknown)
        return Check("clauses", label, BAD, _("意味の分からない差し込み：%(names)s") % {"names": names}, "clauses")
    if missing := missing_in(wording, subject.facts):
        return Check(
            "clauses", label, BAD, _("差し込む内容が未入力：%(names)s") % {"names": "、".join(missing)}, "terms"
        )
    return Check("clauses", label, OK, _("%(count)s条") % {"count": len(subject.clauses)})
