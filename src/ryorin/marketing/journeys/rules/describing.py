"""What a start and each card say on a page: an icon, a sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ryorin.conditions.errors import ConditionInvalid, UnknownField
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.checking import SETTABLE, Known
from ryorin.marketing.segments.rules import read, said

WEEKDAYS: tuple[str | Promise, ...] = (
    pgettext_lazy("weekday", "月"),
    pgettext_lazy("weekday", "火"),
    pgettext_lazy("weekday", "水"),
    pgettext_lazy("weekday", "木"),
    pgettext_lazy("weekday", "金"),
    pgettext_lazy("weekday", "土"),
    pgettext_lazy("weekday", "日"),
)
ICONS: dict[str, str] = {
    NodeKind.START: "flag",
    NodeKind.WAIT: "hourglass",
    NodeKind.WAIT_FOR: "alarm",
    NodeKind.BRANCH: "git-branch",
    NodeKind.SPLIT: "percentage",
    NodeKind.MAIL: "mail",
    NodeKind.TASK: "checkbox",
    NodeKind.SCORE: "star",
    NodeKind.SET_FIELD: "pencil",
    NodeKind.SEGMENT: "users-group",
    NodeKind.WEBHOOK: "world",
    NodeKind.NOTIFY: "bell",
    NodeKind.GOAL: "target-arrow",
    NodeKind.GOTO: "arrow-forward-up",
    NodeKind.EXIT: "logout",
}
STARTS: dict[str, str | Promise] = {
    "touchpoint": gettext_lazy("行動があったとき"),
    "segment": gettext_lazy("セグメントに入ったとき"),
    "condition": gettext_lazy("条件にあてはまったとき"),
    "date": gettext_lazy("日付が来たとき"),
    "hand": gettext_lazy("手動で入れたとき"),
}


def start_said(start: Mapping[str, Any], known: Known) -> str:
    """Return how people come in."""
    match start.get("kind"):
        case "touchpoint":
            return _("「%(what)s」があった人") % {"what": touchpoint_said(start)}
        case "segment":
            name = known.segments.get(start.get("segment") or 0, _("（未選択）"))
            return _("セグメント「%(name)s」に入った人") % {"name": name}
        case "condition":
            return _("%(condition)s人") % {"condition": condition_said(start.get("condition"))}
        case "date":
            return _date_said(start)
        case _:
            return _("顧客の一覧や画面から手動で入れた人")


def card_said(kind: str, config: Mapping[str, Any], known: Known, labels: Mapping[str, str]) -> str:
    """Return what a card does; `labels` are the names of the cards by their keys."""
    match kind:
        case NodeKind.WAIT:
            return _wait_said(config)
        case NodeKind.WAIT_FOR:
            what = touchpoint_said(config) if config.get("what") != "condition" else ""
            length = amount_said(config)
            if what:
                return _("「%(what)s」を最大%(length)s待つ") % {"what": what, "length": length}
            condition = condition_said(config.get("condition"))
            return _("%(condition)s状態になるまで最大%(length)s待つ") % {"condition": condition, "length": length}
        case NodeKind.BRANCH:
            return _("上から順に、最初にあてはまる道へ進む")
        case NodeKind.SPLIT:
            return _("人ごとに決まった割合で分ける")
        case NodeKind.MAIL:
            return known.messages.get(config.get("message") or 0, _("（未選択）"))
        case NodeKind.TASK:
            return _("%(who)s：%(title)s") % {"who": _who(config.get("owner"), known), "title": config.get("title", "")}
        case NodeKind.SCORE:
            return _("スコアに%(points)s点") % {"points": f"{int(config.get('points') or 0):+d}"}
        case NodeKind.SET_FIELD:
            return _field_said(config)
        case NodeKind.SEGMENT:
            return known.lists.get(config.get("segment") or 0, _("（未選択）"))
        case NodeKind.WEBHOOK:
            return known.webhooks.get(config.get("webhook") or 0, _("（未選択）"))
        case NodeKind.NOTIFY:
            return _("%(who)s：%(title)s") % {"who": _who(config.get("to"), known), "title": config.get("text", "")}
        case NodeKind.GOAL:
            name = str(config.get("name", ""))
            return _("「%(name)s」を数えて終了") % {"name": name} if config.get("leaves") else name
        case NodeKind.GOTO:
            return _("「%(name)s」へ進む") % {"name": labels.get(str(config.get("to", "")), _("（未選択）"))}
        case NodeKind.EXIT:
            return str(config.get("reason") or _("ここで終わる"))
        case _:
            return ""


def arm_said(kind: str, arm: Mapping[str, Any], *, is_last: bool) -> str:
    """Return what leads into an arm, below its name."""
    if kind == NodeKind.SPLIT:
        return f"{arm.get('share', 0)}%"
    if kind == NodeKind.BRANCH and not is_last:
        return condition_said(arm.get("condition"))
    return ""


def condition_said(condition: object) -> str:
    """Return a stored condition in words; why it cannot be read where it cannot."""
    if not condition:
        return _("（条件が未設定）")
    try:
        return said(read(condition))
    except (ConditionInvalid, UnknownField) as problem:
        return str(problem)


def touchpoint_said(config: Mapping[str, Any]) -> str:
    """Return a kind of touchpoint with its filter."""
    kind = KINDS.get(str(config.get("kind_of")))
    label = str(kind.label) if kind else _("（未選択）")
    url = url_in(config.get("where"))
    return _("%(kind)s（%(url)s）") % {"kind": label, "url": url} if url else label


def url_in(where: object) -> str:
    """Return the piece of address a filter of touchpoints asks for, "" for another or none."""
    if isinstance(where, Mapping) and where.get("field") == "url":
        return str(where.get("value", ""))
    return ""


def amount_said(config: Mapping[str, Any]) -> str:
    """Return a length of time in words."""
    amount = config.get("amount") if isinstance(config.get("amount"), int) else 0
    assert isinstance(amount, int)
    match config.get("unit"):
        case "minutes":
            return ngettext("%(amount)s分", "%(amount)s分", amount) % {"amount": amount}
        case "hours":
            return ngettext("%(amount)s時間", "%(amount)s時間", amount) % {"amount": amount}
        case "business_days":
            return ngettext("%(amount)s営業日", "%(amount)s営業日", amount) % {"amount": amount}
        case _:
            return ngettext("%(amount)s日", "%(amount)s日", amount) % {"amount": amount}


def _wait_said(config: Mapping[str, Any]) -> str:
    if config.get("mode") != "until":
        return _("%(length)s待つ") % {"length": amount_said(config)}
    clock = f"{int(config.get('hour') or 0):02d}:{int(config.get('minute') or 0):02d}"
    days = [str(WEEKDAYS[one]) for one in config.get("weekdays") or [] if isinstance(one, int) and 0 <= one < 7]
    if days:
        return _("次の%(days)s曜 %(clock)s まで待つ") % {"days": "・".join(days), "clock": clock}
    if config.get("business"):
        return _("次の営業日 %(clock)s まで待つ") % {"clock": clock}
    return _("次の %(clock)s まで待つ") % {"clock": clock}


def _date_said(start: Mapping[str, Any]) -> str:
    label = PERSON.field(start["field"]).label if start.get("field") in PERSON else _("（未選択）")
    offset = int(start.get("offset") or 0)
    values = {"field": label, "days": abs(offset), "hour": start.get("hour", 9)}
    text = _("%(field)sの当日 %(hour)s時") if offset == 0 else ""
    text = text or (_("%(field)sの%(days)s日前 %(hour)s時") if offset < 0 else _("%(field)sの%(days)s日後 %(hour)s時"))
    return (_("毎年、%(when)s") % {"when": text % values}) if start.get("yearly") else text % values


def _field_said(config: Mapping[str, Any]) -> str:
    field = next((one for one in SETTABLE if one.name == config.get("field")), None)
    if field is None:
        return _("（未選択）")
    options = {str(value): label for value, label in field.options()}
    value = options.get(str(config.get("value")), config.get("value", ""))
    return _("「%(field)s」を「%(value)s」に") % {"field": field.label, "value": value}


def _who(chosen: object, known: Known) -> str:
    if chosen == "person":
        return _("顧客の担当")
    if chosen == "journey":
        return _("ジャーニーの担当")
    return known.members.get(chosen if isinstance(chosen, int) else 0, _("（未選択）"))
