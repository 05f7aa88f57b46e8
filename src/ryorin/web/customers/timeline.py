"""History as people read it: what happened, by which wheel, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.rules import KINDS, Wheel
from ryorin.insight.lake.queries import Entry
from ryorin.marketing.campaigns.models import Campaign, Channel
from ryorin.web.templatetags.ryorin import kind_label, money
from ryorin.workspace.members.models import Member

TABS: tuple[tuple[str, Any, frozenset[str] | None], ...] = (
    ("all", lazy("すべて"), None),
    ("marketing", lazy("マーケティング"), frozenset(k.name for k in KINDS.values() if k.wheel is Wheel.MARKETING)),
    ("sales", lazy("営業"), frozenset(k.name for k in KINDS.values() if k.wheel is Wheel.SALES)),
    ("notes", lazy("メモ"), frozenset({"noted"})),
)
SHOWN = 20
MEDIA = {"mail": lazy("メール"), "phone": lazy("電話"), "post": lazy("郵送")}


@dataclass(frozen=True)
class Line:
    """One line of a timeline."""

    at: datetime
    wheel: str
    title: SafeString | str
    details: Sequence[SafeString | str] = ()
    said: str = ""
    chips: Sequence[str] = ()


@dataclass(frozen=True)
class Names:
    """What the ids in a stretch of history mean."""

    members: dict[int, str] = field(default_factory=dict)
    campaigns: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)


def kinds_of(tab: str) -> frozenset[str] | None:
    """Return the kinds a tab shows; None for all."""
    return next((kinds for name, _label, kinds in TABS if name == tab), None)


def tabs(address: str, tab: str) -> list[dict[str, Any]]:
    """Return the tabs over a timeline that is found at an address."""
    return [{"label": label, "url": f"{address}?tab={name}", "is_current": name == tab} for name, label, _kinds in TABS]


def lines_of(entries: Sequence[Entry], *, with_people: bool = False) -> list[Line]:
    """Return the lines for these touchpoints, newest first; pages seen one after another are one line."""
    people = {entry.person_id for entry in entries if entry.person_id} if with_people else set()
    members = {entry.member_id for entry in entries if entry.member_id}
    campaigns = {entry.campaign_id for entry in entries if entry.campaign_id}
    names = Names(
        {member.pk: member.name for member in Member.objects.filter(pk__in=members)} if members else {},
        dict(Campaign.objects.filter(pk__in=campaigns).values_list("pk", "name")) if campaigns else {},
        {person.pk: person.name for person in Person.objects.filter(pk__in=people)} if people else {},
    )
    return [_line(group, names) for group in _visits(entries)]


def place_of(entry: Entry) -> str:
    """Return where the list continues after this entry, for an address."""
    return f"{entry.at.isoformat()}~{entry.uid}"


def place_from(text: str) -> tuple[datetime, UUID] | None:
    """Return the place an address names; None where it names none."""
    moment, _sign, uid = text.replace(" ", "+").partition("~")
    try:
        at = parse_datetime(moment)
        return (at, UUID(uid)) if at and timezone.is_aware(at) else None
    except ValueError:
        return None


def _visits(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries, those page views together that follow each other within half an hour."""
    groups: list[list[Entry]] = []
    for entry in entries:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and last.kind == entry.kind == "page_view"
            and last.verdict == entry.verdict
            and last.person_id == entry.person_id
            and (last.at - entry.at).total_seconds() < 1800
        ):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _line(group: list[Entry], names: Names) -> Line:
    entry = group[0]
    kind = KINDS.get(entry.kind)
    title, details = _told(group) if entry.kind == "page_view" else _said(entry)
    who = _linked("person", entry.person_id, names.people.get(entry.person_id or 0, ""))
    about = [one for one in (who, *details, _origin(entry, names)) if one]
    return Line(
        at=entry.at,
        wheel=kind.wheel.value if kind else "",
        title=title,
        details=about,
        said=str(entry.properties.get("note") or "")[:600],
        chips=[str(entry.properties["outcome"])] if entry.properties.get("outcome") else (),
    )


def _told(group: list[Entry]) -> tuple[SafeString | str, list[SafeString | str]]:
    """Return what to say of pages seen in one visit, in the order they were seen."""
    views = list(reversed(group))
    first = views[0].properties
    page = str(first.get("title") or _path(first))[:80] or _("ページ")
    title = format_html(_("<b>{page}</b> を閲覧"), page=page)
    if len(views) > 1:
        count = ngettext("%(count)sページ", "%(count)sページ", len(views)) % {"count": len(views)}
        title = format_html(_("<b>{page}</b> ほか{count}を閲覧"), page=page, count=count)
    trail = " → ".join(dict.fromkeys(filter(None, (_path(view.properties) for view in views))))
    verdict = _("機械による閲覧") if group[0].verdict == "machine" else ""
    return title, [one for one in (trail[:160], verdict) if one]


def _said(entry: Entry) -> tuple[SafeString | str, list[SafeString | str]]:
    """Return what to say of a touchpoint: a title and what is said below it."""
    properties, label = entry.properties, kind_label(entry.kind)
    match entry.kind:
        case "stage_reached":
            stage = str(properties.get("stage", ""))
            name = LifecycleStage(stage).label if stage in LifecycleStage.values else stage
            return format_html(_("段階が <b>{stage}</b> になりました"), stage=name), []
        case "form_submitted" | "downloaded" | "event_attended" | "survey_answered" | "link_clicked" | "card_exchanged":
            about = properties.get("form") or properties.get("title") or properties.get("name") or ""
            return _titled(label, str(about)), [str(properties.get("text") or properties.get("url") or "")[:160]]
        case "consent_given" | "consent_withdrawn":
            return _titled(label, str(MEDIA.get(str(properties.get("medium")), ""))), []
        case "purchased" | "returned":
            items = "、".join(str(item) for item in properties.get("items", [])[:3])
            number = properties.get("number") or ""
            return _titled(label, money(entry.value)), [_linked("order", properties.get("order_id"), number), items]
        case "deal_opened" | "deal_moved" | "deal_won" | "deal_lost":
            deal = _linked("deal", properties.get("deal_id"), properties.get("deal") or "")
            more = [str(properties.get("stage") or properties.get("reason") or "")]
            return _titled(label, deal), [*more, money(entry.value) if entry.value else ""]
        case "handoff_offered" | "handoff_accepted" | "handoff_sent_back":
            to = str(properties.get("to") or "")
            towards = _("%(to)sへ") % {"to": to} if to else ""
            return _titled(label, towards), [str(properties.get("reason") or "")]
        case "called" | "visited" | "met" | "mailed" | "noted":
            minutes = properties.get("minutes")
            length = ngettext("%(count)s分", "%(count)s分", int(minutes)) % {"count": minutes} if minutes else ""
            return _titled(label, str(properties.get("subject") or "")), [length]
        case _:
            return _titled(label, str(properties.get("title") or properties.get("subject") or "")), []


def _titled(label: str, about: SafeString | str) -> SafeString:
    return format_html("<b>{}</b>　{}", label, about) if about else format_html("<b>{}</b>", label)


def _linked(url: str, pk: Any, text: Any) -> SafeString | str:
    """Return a link to a record, plain text where there is none."""
    if not pk or not text:
        return conditional_escape(str(text))
    try:
        return format_html('<a href="{}">{}</a>', reverse(url, args=[pk]), text)
    except NoReverseMatch:
        return conditional_escape(str(text))


def _origin(entry: Entry, names: Names) -> str:
    """Return by whom and through what it came about."""
    channels = dict(Channel.choices)
    parts = [
        names.members.get(entry.member_id or 0, ""),
        names.campaigns.get(entry.campaign_id or 0, "") or str(channels.get(entry.channel, "")),
    ]
    return " ・ ".join(filter(None, parts))


def _path(properties: dict[str, Any]) -> str:
    """Return the path of a page's address."""
    try:
        return urlsplit(str(properties.get("url") or "")).path[:80]
    except ValueError:
        return ""
