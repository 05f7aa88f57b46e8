"""How the pages of the gauge write numbers, changes and periods, and the addresses of what lies behind a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ryorin.customers.people.models import LifecycleStage
from ryorin.insight.metrics.queries import Key
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.campaigns.queries import names as campaign_names
from ryorin.marketing.media.models import Creative, Flight
from ryorin.web.templatetags.ryorin import money, number, percent, short_money, signed
from ryorin.workspace.members.models import Member, Team

NOTHING = "–"
WHEELS = {
    "visitor": "sow",
    LifecycleStage.LEAD: "sow",
    LifecycleStage.QUALIFIED: "sow",
    LifecycleStage.ACCEPTED: "axle",
    LifecycleStage.OPPORTUNITY: "harvest",
    LifecycleStage.CUSTOMER: "harvest",
    LifecycleStage.REPEAT: "harvest",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change against another period in words; `css` says whether it is good, bad or neither."""

    text: str
    css: str


def shown(metric: Metric, value: float | None, *, in_full: bool = False) -> str:
    """Return a value of the metric in its unit; money in millions unless it is to be shown in full."""
    if value is None:
        return NOTHING
    match metric.unit:
        case Unit.MONEY:
            return money(round(value)) if in_full else short_money(round(value))
        case Unit.RATE:
            return percent(value)
        case Unit.HOURS:
            return _("%(count)s時間") % {"count": number(value, 1)}
        case Unit.DAYS:
            return days(value)
        case Unit.MONTHS:
            return _("%(count)sか月") % {"count": number(value, 1)}
        case Unit.SCORE:
            return number(value, 2)
        case _:
            return number(value)


def shown_target(metric: Metric, value: float, *, beside: str) -> str:
    """Return a target as it stands beside a value: without the currency, and the unit where both have the same."""
    if metric.unit is Unit.RATE:
        return percent(value, 0)
    text = shown(metric, value)
    if metric.unit is not Unit.MONEY:
        return text
    number_, unit = split_unit(text)
    return number_ if unit == split_unit(beside)[1] else number_ + unit


def split_unit(text: str) -> tuple[str, str]:
    """Return the figures of an amount without its currency sign, and what follows them."""
    figures = text.lstrip("¥")
    digits = figures.rstrip("百万億兆MBT ")
    return digits, figures[len(digits) :]


def days(value: float | None) -> str:
    """Return so many days, "16日", below ten with a decimal; "–" where there is none."""
    if value is None:
        return NOTHING
    text = number(value, 1 if value < 10 and round(value, 1) != round(value) else 0)
    return ngettext("%(count)s日", "%(count)s日", round(value)) % {"count": text}


def changed(metric: Metric, now: float | None, before: float | None) -> Change | None:
    """Return the change: of a rate in points, of anything else in percent; None where there is nothing to compare."""
    if now is None or before is None or (metric.unit is not Unit.RATE and not before):
        return None
    if metric.unit is Unit.RATE:
        amount, text = now - before, f"{signed((now - before) * 100, 1)}pt"
    else:
        amount = (now - before) / abs(before)
        text = f"{signed(amount * 100)}%"
    if metric.up_is_good is None or abs(amount) < 0.0005:
        return Change(text, "mut")
    return Change(text, "up" if (amount > 0) == metric.up_is_good else "down")


def rows_address(name: str, start: date, end: date, *, by: str = "", key: Key = None) -> str:
    """Return the page with the rows behind a number; days from `start` up to, not including, `end`."""
    return f"{reverse('metric_rows', args=[name])}?{span_query(start, end, by=by, key=key)}"


def people_address(
    stage: str,
    start: date,
    end: date,
    *,
    reading: str,
    by: str = "",
    key: Key = None,
    waiting: bool = False,
    longer: str = "",
) -> str:
    """Return the page with the people behind a number of the funnel; `longer` than p75 or p90 of the others waited."""
    asked = {"stage": stage, "reading": reading} | ({"waiting": "1"} if waiting else {})
    asked |= {"longer": longer} if longer else {}
    return f"{reverse('funnel_people')}?{urlencode(asked)}&{span_query(start, end, by=by, key=key)}"


def span_query(start: date, end: date, *, by: str = "", key: Key = None) -> str:
    """Return the days, the last one included, and the part as a query string."""
    parts = {"from": start.isoformat(), "to": (end - timedelta(days=1)).isoformat()}
    if by:
        parts |= {"by": by, "key": "" if key is None else str(key)}
    return urlencode(parts)


def part_names(breakdown: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Return what each part of a breakdown is called."""
    keys = list(keys)
    found: dict[Key, str] = {}
    numbers = [key for key in keys if isinstance(key, int)]
    if breakdown == "campaign":
        found |= {pk: name for pk, name in campaign_names(numbers).items()}
    elif breakdown == "flight":
        found |= dict(Flight.objects.filter(pk__in=numbers).values_list("pk", "vehicle"))
    elif breakdown == "creative":
        found |= dict(Creative.objects.filter(pk__in=numbers).values_list("pk", "name"))
    elif breakdown == "owner":
        found |= {member.pk: member.name for member in Member.objects.filter(pk__in=numbers)}
    elif breakdown == "team":
        found |= dict(Team.objects.filter(pk__in=numbers).values_list("pk", "name"))
    elif breakdown == "prefecture":
        found.update(PREFECTURES)
    elif breakdown == "channel":
        found |= {value: str(label) for value, label in Channel.choices}
    return {key: _("不明") if key is None else found.get(key, str(key)) for key in keys}


BREAKDOWNS = {
    "channel": lambda: _("チャネル"),
    "campaign": lambda: _("施策"),
    "owner": lambda: _("担当"),
    "team": lambda: _("チーム"),
    "prefecture": lambda: _("都道府県"),
    "flight": lambda: _("媒体"),
    "creative": lambda: _("クリエイティブ"),
}
