"""Columns of the score in the reader's words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.learning.rules.reasons import Reason
from ryorin.customers.timeline.rules import KINDS
from ryorin.lib.postal import PREFECTURES

LABELS = {
    "job_title": gettext_lazy("役職"),
    "department": gettext_lazy("部署"),
    "prefecture": gettext_lazy("都道府県"),
    "channel": gettext_lazy("獲得チャネル"),
    "campaign": gettext_lazy("獲得施策"),
    "has_email": gettext_lazy("メールアドレス"),
    "has_phone": gettext_lazy("電話番号"),
    "industry": gettext_lazy("会社の業種"),
    "employees": gettext_lazy("会社の従業員数"),
    "days_known": gettext_lazy("最初の接点からの日数"),
}
REFUSED = {
    "constant": gettext_lazy("全員が同じ値です"),
    "identifier": gettext_lazy("リードごとに違う値で、傾向を学べません"),
    "too_good": gettext_lazy("この列だけで結果がほぼ分かります。結果が出た後に入力された列です"),
    "one_outcome": gettext_lazy("成約だけ、または見送りだけに現れる値があります。結果を見て入力された列です"),
    "filled_after": gettext_lazy("入力の有無が結果によって大きく違います。結果が出た後に入力された列です"),
    "latest": gettext_lazy("最後の状態を上書きする列です。採点の時点の値が残っていません"),
    "judged": gettext_lazy("担当者の判断を書き込む列です。採点の時点では分かりません"),
}


def label_of(name: str) -> str:
    """Return a column's name in words."""
    first, _colon, rest = name.partition(":")
    match first:
        case "trait":
            return rest
        case "did":
            kind, _c, days = rest.partition(":")
            return _("%(kind)s（%(days)s日間の回数）") % {"kind": _kind(kind), "days": days}
        case "since":
            return _("最後の%(kind)sからの日数") % {"kind": _kind(rest)}
        case "lesson":
            return _("最近の営業の返事")
    return str(LABELS.get(name, name))


def said(reason: Reason, *, campaigns: dict[str, str] | None = None) -> str:
    """Return a reason in words: the column, and what stands in it; campaigns by id, where their names are known."""
    value: Any = reason.value
    if reason.name.startswith("lesson:"):
        return str(value)
    if reason.name.startswith("since:"):
        kind = _kind(reason.name.partition(":")[2])
        if value is None:
            return _("%(kind)sの記録がない") % {"kind": kind}
        return _("最後の%(kind)sが%(days)s日前") % {"kind": kind, "days": round(value)}
    if value is None:
        shown = _("未入力")
    elif reason.name.startswith("did:"):
        shown = _("%(count)s回") % {"count": round(value)}
    elif reason.name in ("has_email", "has_phone"):
        shown = _("あり") if value else _("なし")
    elif reason.name == "prefecture":
        shown = str(PREFECTURES.get(str(value), value))
    elif reason.name == "campaign":
        shown = (campaigns or {}).get(str(value), str(value))
    else:
        shown = f"{value:,.10g}" if isinstance(value, float) else str(value)
    return _("%(label)s：%(value)s") % {"label": label_of(reason.name), "value": shown}


def why_refused(reason: str) -> str:
    """Return why a column is not learned from."""
    return str(REFUSED.get(reason, reason))


def _kind(name: str) -> str:
    return str(KINDS[name].label) if name in KINDS else name
