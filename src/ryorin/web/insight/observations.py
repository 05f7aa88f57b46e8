"""What was found out about awareness and market share: dated, with its source."""

from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.alignment.observations.actions import note_observation, remove_observation
from ryorin.alignment.observations.errors import ObservationInvalid
from ryorin.alignment.observations.models import Observation
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules.observed import OBSERVED
from ryorin.web.answers import done, member_of
from ryorin.web.insight.asking import day_in, today
from ryorin.web.insight.goal_words import tabs
from ryorin.workspace.members.rules import may, require

SHOWN = 50


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the observations, newest first, and take a new one."""
    member = member_of(request)
    if request.method == "POST":
        require(member, "observations.change")
        return take(request)
    context = {
        "tabs": tabs("observations"),
        "metrics": [lines_of(name) for name in OBSERVED],
        "today": today(),
        "may_change": may(member, "observations.change"),
    }
    return render(request, "insight/observations.html", context)


def take(request: HttpRequest) -> HttpResponse:
    day = day_in(request.POST.get("day", ""))
    if day is None:
        raise ObservationInvalid(what=_("調査日を入力してください。"))
    text = normalize("NFKC", request.POST.get("value", "")).strip().rstrip("%")[:20]
    try:
        value = Decimal(text) / 100
    except InvalidOperation:
        raise ObservationInvalid(what=_("値を％の数字で入力してください。")) from None
    note_observation(
        request.POST.get("metric", ""), day, value, source=request.POST.get("source", ""),
        note=request.POST.get("note", ""), by=member_of(request),
    )  # fmt: skip
    return done(request, _("調査値を保存しました。"), to=reverse("observations"))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an observation that was wrong."""
    require(member_of(request), "observations.change")
    remove_observation(get_object_or_404(Observation, pk=pk), by=member_of(request))
    return done(request, _("調査値を削除しました。"), to=reverse("observations"))


def lines_of(name: str) -> dict[str, Any]:
    """Return one metric with what was found out about it."""
    rows = Observation.objects.filter(metric=name).select_related("by")
    return {"metric": metric_named(name), "rows": rows[:SHOWN], "url": reverse("metric", args=[name])}
