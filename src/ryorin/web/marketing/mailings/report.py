"""One mailing: what it is, what stands in its way, how far it is, and what came of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.connectors.smtp.queries import is_at_home, origin, relay
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys.queries import allowed_now
from ryorin.marketing.mail import queries as mail
from ryorin.marketing.mailings.actions.testing import scores_of
from ryorin.marketing.mailings.models import Mailing, MailingState
from ryorin.marketing.mailings.queries import report
from ryorin.marketing.mailings.queries.audience import audience_of, said
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.marketing.mailings.listing import share, visible
from ryorin.web.marketing.mailings.people import LABELS
from ryorin.web.templatetags.ryorin import moment
from ryorin.workspace.members.rules import may

GOING = (MailingState.CHECKING, MailingState.SCHEDULED, MailingState.SENDING)
FIGURES = ("delivered", "opened", "clicked", "unsubscribed", "hard", "soft", "complaints")


@dataclass(frozen=True)
class Figure:
    """One number of a report, its share of the delivered, and the people behind it."""

    label: str
    count: int
    percent: float | None
    url: str
    machines: int = 0
    machines_url: str = ""


@require_GET
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    related = ("message__sender", "edition", "campaign", "topic", "owner", "experiment", "confirmed_by")
    found = get_object_or_404(visible(request).select_related(*related), pk=pk)
    member = member_of(request)
    context: dict[str, Any] = {
        "mailing": found,
        "segments": found.segments.all(),
        "excluded": found.excluded.all(),
        "said": said(found.condition) if found.condition else "",
        "may_change": may(member, "mailings.change"),
        "may_send": may(member, "mailings.send"),
        "scores": scores_of(found),
        "is_deciding": bool(found.experiment and found.experiment.is_running and found.state == MailingState.SENDING),
    }
    if found.state == MailingState.DRAFT:
        return render(request, "marketing/mailings/draft.html", context | standing(found))
    tally = report.tally_of(found)
    context |= going(found, tally) | {
        "figures": figures_of(found, tally),
        "links": report.links_of(found),
        "domains": report.domains_of(found),
        "reasons": report.reasons_of(found),
        "chart": chart_of(found),
    }
    return render(request, "marketing/mailings/report.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a mailing is; asked again and again while it goes."""
    found = get_object_or_404(visible(request), pk=pk)
    context = going(found, report.tally_of(found)) | {"mailing": found}
    answer = render(request, "marketing/mailings/_progress.html", context)
    if found.state not in GOING:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
def after(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what readers did next, asked apart because history may take a moment."""
    found = get_object_or_404(visible(request), pk=pk)
    labels = {
        "form_submitted": _("フォーム送信"),
        "handoff_accepted": _("営業が受け取った引き継ぎ"),
        "deal_opened": _("商談の開始"),
        "deal_won": _("受注"),
    }
    followed = report.what_followed(found)
    seen = set(Person.objects.visible_to(member_of(request)).filter(
        pk__in={pk for ids in followed.values() for pk in ids}).values_list("pk", flat=True))  # fmt: skip
    lines = [
        (labels[goal], len(ids), Person.objects.filter(pk__in=[pk for pk in ids if pk in seen][:5]))
        for goal, ids in followed.items()
    ]
    return render(request, "marketing/mailings/_after.html", {"lines": lines, "days": report.AFTER_DAYS})


def standing(found: Mailing) -> dict[str, Any]:
    """Return what the page of an unconfirmed mailing shows: the audience, and what was found about the message."""
    way, people = relay(), audience_of(found)
    audience = mail.audience(found.message, people) if found.message else None
    findings = mail.check(found.message, people, origin=origin(way)) if found.message else []
    waits = allowed_now([0], found.starts_at or clock.now()).get(0)
    return {
        "audience": audience,
        "blocking": [one for one in findings if one.is_blocking],
        "advice": [one for one in findings if not one.is_blocking],
        "is_set": way.pk is not None and way.is_ready,
        "has_origin": bool(way.origin),
        "is_elsewhere": not is_at_home(way),
        "waits": waits,
    }


def going(found: Mailing, tally: report.Tally) -> dict[str, Any]:
    """Return what the progress of a mailing shows."""
    pace = report.pace_of(found, tally) if found.state == MailingState.SENDING else None
    left = None
    if pace and pace.minutes_left is not None:
        left = minutes_left(pace.minutes_left)
    elif pace and pace.next_at:
        left = _("%(at)s に再開します") % {"at": moment(pace.next_at)}
    return {"tally": tally, "pace": pace, "left": left, "is_going": found.state in GOING}


def minutes_left(minutes: float) -> str:
    """Return how long it will still take, in words."""
    if minutes < 1:
        return _("まもなく完了")
    if minutes < 90:
        return _("残り約%(minutes)s分") % {"minutes": round(minutes)}
    return _("残り約%(hours)s時間") % {"hours": round(minutes / 60)}


def figures_of(found: Mailing, tally: report.Tally) -> list[Figure]:
    """Return the numbers of the report."""
    machines = {"opened": "machine_opened", "clicked": "machine_clicked"}
    return [
        Figure(
            str(LABELS[name]),
            getattr(tally, name),
            None if name == "delivered" else share(tally, name),
            address(found, name),
            getattr(tally, machines[name]) if name in machines else 0,
            address(found, machines[name]) if name in machines else "",
        )
        for name in FIGURES
    ]


def address(found: Mailing, what: str) -> str:
    """Return the page with the people behind a number."""
    return f"{reverse('mailing_people', args=[found.pk])}?{urlencode({'what': what})}"


def chart_of(found: Mailing) -> dict[str, Any] | None:
    """Return openings and clicks by the hour, None before there are any."""
    zone = ZoneInfo(company().time_zone)
    lines = report.over_time(found, zone=zone)
    if not lines:
        return None
    return {
        "title": _("開封とクリックの推移（人）"),
        "kind": "line" if len(lines) > 2 else "bar",
        "axis": _("日時"),
        "labels": [f"{hour.astimezone(zone):%-m/%-d %-H:00}" for hour, _opened, _clicked in lines],
        "series": [
            {"name": _("開封"), "values": [opened for _hour, opened, _clicked in lines], "wheel": "sow"},
            {"name": _("クリック"), "values": [clicked for _hour, _opened, clicked in lines], "wheel": "axle"},
        ],
    }
