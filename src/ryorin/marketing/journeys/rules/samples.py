"""Journeys to begin from: what a company does most often, drawn; messages and people are chosen by whoever begins."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.marketing.journeys.errors import JourneyGone
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.drawing import Arm, Card, Drawing


@dataclass(frozen=True)
class Sample:
    name: str
    label: str | Promise
    about: str | Promise
    icon: str


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "request",
        gettext_lazy("資料請求フォロー"),
        gettext_lazy("お礼を送り、読んだ人には電話、読まない人にはもう一度送ります。"),
        "file-text",
    ),
    Sample(
        "fair",
        gettext_lazy("展示会お礼"),
        gettext_lazy("名刺交換の翌営業日にお礼を送り、反応した人を営業へ渡します。"),
        "id-badge-2",
    ),
    Sample(
        "asleep",
        gettext_lazy("休眠掘り起こし"),
        gettext_lazy("しばらく動きのない人に案内を送り、反応を待ちます。"),
        "moon",
    ),
    Sample(
        "renewal",
        gettext_lazy("更新案内"),
        gettext_lazy("契約から11か月後に案内を送り、更新の話を始めます。"),
        "refresh",
    ),
    Sample(
        "cart",
        gettext_lazy("見積放置のフォロー"),
        gettext_lazy("見積を開いたまま進まない人に、担当から声をかけます。"),
        "shopping-cart",
    ),
    Sample(
        "first",
        gettext_lazy("初回購入後"),
        gettext_lazy("使い方を案内し、満足を確かめ、次の購入につなげます。"),
        "shopping-bag",
    ),
)


def drawing_of(name: str) -> Drawing:
    """Return the drawing of a sample; raise JourneyGone for an unknown one."""
    makers = {
        "request": _request,
        "fair": _fair,
        "asleep": _asleep,
        "renewal": _renewal,
        "cart": _cart,
        "first": _first,
    }
    if name not in makers:
        raise JourneyGone()
    return makers[name]()


def _request() -> Drawing:
    again = (_mail("r4"), _wait("r5", 3, "days"), _goal("r6", _("フォロー完了")))
    call = (_score("r7", 15), _task("r8", _("資料の感想を電話で伺う")), _goal("r9", _("営業へ引き渡し")))
    return Drawing(
        {"kind": "touchpoint", "kind_of": "form_submitted"},
        (_mail("r1"), _wait_for("r2", "mail_clicked", 3, met=call, late=again)),
    )


def _fair() -> Drawing:
    call = (_score("f4", 20), _task("f5", _("展示会の件で電話する")))
    return Drawing(
        {"kind": "touchpoint", "kind_of": "card_exchanged"},
        (
            Card("f1", NodeKind.WAIT, {"mode": "until", "hour": 9, "minute": 0, "weekdays": [], "business": True}),
            _mail("f2"),
            _wait_for("f3", "mail_clicked", 5, met=call, late=(_wait("f6", 7, "days"), _mail("f7"))),
        ),
    )


def _asleep() -> Drawing:
    condition = {"not": {"did": "page_view", "within_days": 180}}
    call = (_score("a4", 10), _task("a5", _("近況を電話で伺う")), _goal("a6", _("再び動き出した")))
    return Drawing(
        {"kind": "condition", "condition": {"all": [{"field": "stage", "op": "is", "value": "customer"}, condition]}},
        (_mail("a1"), _wait_for("a2", "page_view", 14, met=call, late=(_mail("a7"),))),
    )


def _renewal() -> Drawing:
    talk = (_task("n4", _("更新の条件を相談する")), _goal("n5", _("更新の相談を開始")))
    return Drawing(
        {"kind": "touchpoint", "kind_of": "contract_signed"},
        (
            _wait("n1", 335, "days"),
            _mail("n2"),
            _wait_for("n3", "mail_clicked", 7, met=talk, late=(_task("n6", _("更新の意向を電話で確かめる")),)),
        ),
    )


def _cart() -> Drawing:
    done = (_goal("c3", _("受諾された")),)
    return Drawing(
        {"kind": "touchpoint", "kind_of": "quotation_opened"},
        (_wait_for("c1", "quotation_accepted", 5, met=done, late=(_task("c4", _("見積のご不明点を伺う")),)),),
    )


def _first() -> Drawing:
    again = (_goal("p6", _("再購入")),)
    return Drawing(
        {"kind": "touchpoint", "kind_of": "purchased"},
        (
            _wait("p1", 3, "days"),
            _mail("p2"),
            _wait("p3", 14, "days"),
            _mail("p4"),
            _wait_for("p5", "purchased", 60, met=again, late=(_task("p7", _("使い心地を伺う")),)),
        ),
    )


def _mail(key: str) -> Card:
    return Card(key, NodeKind.MAIL, {})


def _wait(key: str, amount: int, unit: str) -> Card:
    return Card(key, NodeKind.WAIT, {"mode": "for", "amount": amount, "unit": unit})


def _wait_for(key: str, kind_of: str, days: int, *, met: tuple[Card, ...], late: tuple[Card, ...]) -> Card:
    config: dict[str, Any] = {"what": "touchpoint", "kind_of": kind_of, "amount": days, "unit": "days"}
    return Card(
        key, NodeKind.WAIT_FOR, config, (Arm({"name": _("行動した")}, met), Arm({"name": _("期限まで行動なし")}, late))
    )


def _task(key: str, title: str) -> Card:
    return Card(key, NodeKind.TASK, {"title": title, "owner": "person", "days": 1, "note": ""})


def _score(key: str, points: int) -> Card:
    return Card(key, NodeKind.SCORE, {"points": points})


def _goal(key: str, name: str) -> Card:
    return Card(key, NodeKind.GOAL, {"name": name, "leaves": True})
