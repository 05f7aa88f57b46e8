"""All mailings with what came of them, and several side by side."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.connectors.smtp.queries import is_at_home, relay
from ryorin.marketing.mailings.models import Kind, Mailing, MailingQuerySet
from ryorin.marketing.mailings.queries.report import Tally, tally_of
from ryorin.web.answers import member_of
from ryorin.workspace.members.rules import may

SHOWN = 50
MOST_COMPARED = 6
COMPARED = ("opened", "clicked", "unsubscribed", "hard", "soft", "complaints")


@dataclass(frozen=True)
class Line:
    """One mailing on the list."""

    mailing: Mailing
    tally: Tally

    @property
    def opened(self) -> float | None:
        return share(self.tally, "opened")

    @property
    def clicked(self) -> float | None:
        return share(self.tally, "clicked")


@require_GET
def mailings(request: HttpRequest) -> HttpResponse:
    """Show the mailings, the newest first."""
    kind = Kind.SINGLE if request.GET.get("tab") == "single" else Kind.BULK
    rows = visible(request).filter(kind=kind).select_related("message").order_by("-pk")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    way, address = relay(), reverse("mailings")
    context = {
        "page": page,
        "lines": [Line(one, tally_of(one)) for one in page.object_list],
        "tabs": [
            {"label": _("一斉配信"), "url": address, "is_current": kind == Kind.BULK},
            {"label": _("個別の自動配信"), "url": f"{address}?tab=single", "is_current": kind == Kind.SINGLE},
        ],
        "is_bulk": kind == Kind.BULK,
        "may_change": may(member_of(request), "mailings.change"),
        "may_set": may(member_of(request), "mailings.settings"),
        "is_set": way.pk is not None and way.is_ready,
        "is_elsewhere": not is_at_home(way),
        "picked": chosen(request),
    }
    return render(request, "marketing/mailings/list.html", context)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show chosen mailings side by side."""
    found = {one.pk: one for one in visible(request).filter(pk__in=chosen(request))}
    lines = [Line(found[pk], tally_of(found[pk])) for pk in chosen(request) if pk in found]
    labels = {
        "opened": _("開封"),
        "clicked": _("クリック"),
        "unsubscribed": _("配信停止"),
        "hard": _("宛先不明"),
        "soft": _("一時的な不達"),
        "complaints": _("迷惑メールの申告"),
    }
    rows = [
        (labels[name], [(getattr(line.tally, name), share(line.tally, name), line.mailing.pk, name) for line in lines])
        for name in COMPARED
    ]
    choices = visible(request).bulk().exclude(state="draft").order_by("-pk")[:SHOWN]
    context = {"lines": lines, "rows": rows, "choices": choices, "picked": chosen(request)}
    return render(request, "marketing/mailings/compare.html", context)


def chosen(request: HttpRequest) -> list[int]:
    """Return the mailings that the address names, a few at most."""
    numbers = [int(text) for text in request.GET.getlist("ids") if text.isdecimal() and len(text) < 19]
    return list(dict.fromkeys(numbers))[:MOST_COMPARED]


def share(tally: Tally, name: str) -> float | None:
    """Return a count as a share of the delivered, None before anything was."""
    return tally.rate(name)


def visible(request: HttpRequest) -> MailingQuerySet:
    """Return the mailings the member may see."""
    found: MailingQuerySet = Mailing.objects.visible_to(member_of(request))
    return found
