"""Switching a journey on, pausing, stopping it; moving those inside to the new version."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Version
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import all_findings, known
from ryorin.marketing.journeys.rules.drawing import read
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read as read_condition
from ryorin.web.answers import is_fragment, member_of, moved_on, version_in
from ryorin.web.marketing.journeys.listing import seen
from ryorin.workspace.members.rules import require


@require_http_methods(["GET", "HEAD", "POST"])
def journey_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what switching on means, or switch the draft on."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.switch")
    problem = ""
    if request.method == "POST":
        try:
            lets_in = request.POST.get("lets_in") == "1"
            made = actions.publish(found, by=member, version=version_in(request), lets_in=lets_in)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            text = _("第%(number)s版を稼働させました。") % {"number": made.number}
            return moved_on(request, text, to=reverse("journey", args=[pk]))
    drawing = read(found.draft)
    blocking = [one for one in all_findings(drawing) if one.blocks]
    is_condition = drawing.start["kind"] == "condition" and not blocking
    start_is_new = found.live is None or found.live.drawing.get("start") != found.draft.get("start")
    context = {
        "journey": found,
        "problem": problem,
        "blocking": blocking,
        "inside": pages.totals([found]).get(found.pk, pages.Totals()).inside,
        "meets": people_matching(read_condition(drawing.start["condition"])).count() if is_condition else None,
        "start_is_new": start_is_new,
        "simulation": found.simulations.filter(state="done").first(),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/publish.html{part}", context)


@require_POST
def journey_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, resume or stop a journey, or try again what failed."""
    member, found, what = member_of(request), seen(request, pk), request.POST.get("what", "")
    if what == "pause":
        actions.pause(found, by=member)
        text = _("一時停止しました。新しく入った人は開始のところで待ちます。")
    elif what == "resume":
        actions.resume(found, by=member)
        text = _("再開しました。")
    elif what in ("close", "stop"):
        row = actions.stop(found, by=member, lets_finish=what == "close")
        text = _("%(state)sにしました。") % {"state": row.get_state_display()}
    elif what == "retry":
        count = actions.retry_all(found, by=member)
        text = ngettext("%(count)s人をもう一度進めます。", "%(count)s人をもう一度進めます。", count) % {"count": count}
    else:
        raise Http404
    return moved_on(request, text, to=reverse("journey", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def journey_move(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show which card of the live version those inside an old one would go to, or move them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.switch")
    old = get_object_or_404(Version, journey=found, number=number)
    if found.live is None or old.pk == found.live_id:
        raise Http404
    if request.method == "POST":
        mapping = {
            name.removeprefix("to-"): str(value).removeprefix("card:")
            for name, value in request.POST.items()
            if name.startswith("to-")
        }
        count = actions.move_people(found, old, mapping, by=member, version=version_in(request))
        text = ngettext("%(count)s人を移しました。", "%(count)s人を移しました。", count) % {"count": count}
        return moved_on(request, text, to=reverse("journey", args=[pk]))
    names = known()
    new_labels = {"start": _("開始"), **pages.card_labels(read(found.live.drawing), names)}
    old_labels = {"start": _("開始"), **pages.card_labels(read(old.drawing), names)}
    rows = [
        {"key": node.key, "label": old_labels.get(node.key, ""), "count": count, "same": node.key in new_labels}
        for node, count in pages.waiting_at(old)
    ]
    context = {"journey": found, "old": old, "rows": rows, "targets": new_labels.items()}
    return render(request, "marketing/journeys/move.html", context)
