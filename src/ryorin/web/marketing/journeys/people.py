"""The people in a journey: who is where, why, what happened; letting people in, taking one out."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import ALIVE, Journey, JourneyState, NodeKind, Passage, PassageState
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import known
from ryorin.marketing.journeys.rules.describing import card_said
from ryorin.web.answers import done, is_fragment, member_of, moved_on, way_back
from ryorin.web.marketing.journeys.listing import seen
from ryorin.workspace.members.rules import require

STATES = (
    ("", lazy("すべて")),
    ("active", lazy("進行中")),
    ("failed", lazy("エラー")),
    ("goal", lazy("目標に達した")),
    ("finished", lazy("完了")),
    ("removed", lazy("途中で終了")),
)
MOST_PEOPLE = 2_000


class EnterForm(forms.Form):
    journey = forms.ModelChoiceField(
        Journey.objects.filter(state__in=(JourneyState.RUNNING, JourneyState.PAUSED)),
        label=lazy("ジャーニー"),
        widget=forms.RadioSelect,
        empty_label=None,
    )


@require_GET
def journey_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is in a journey, at one card or in one state where asked."""
    member, found = member_of(request), seen(request, pk)
    state, card = request.GET.get("state", ""), request.GET.get("card", "")[:12]
    rows = Passage.objects.visible_to(member).filter(journey=found)
    if state == "goal":
        rows = rows.filter(goal_at__isnull=False)
    elif state in PassageState.values:
        rows = rows.filter(state=state)
    if card:
        rows = rows.filter(node__key=card, state__in=ALIVE)
    passages, after = pages.passages_page(rows, after=request.GET.get("after", ""))
    names = known()
    lines = [
        {
            "passage": one,
            "where": _where(one, names),
            "why": pages.origin_told(one.origin, kinds=pages.KIND_LABELS),
        }
        for one in passages
    ]
    context = {"journey": found, "lines": lines, "after": after, "states": STATES, "state": state, "card": card}
    part = "#rows" if is_fragment(request) and "after" in request.GET else ""
    return render(request, f"marketing/journeys/people.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person's way: why they are here, what happened; take them out, skip a wait, try again."""
    member = member_of(request)
    rows = Passage.objects.visible_to(member).select_related("journey", "version", "person__company", "node")
    found: Passage = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _act(request, found)
    names = known()
    context = {
        "passage": found,
        "steps": pages.history_of(found, names),
        "where": _where(found, names),
        "is_alive": found.state in ALIVE,
        "can_skip": found.state == PassageState.ACTIVE
        and found.is_resting
        and found.node is not None
        and found.node.kind in (NodeKind.WAIT, NodeKind.WAIT_FOR),
        "has_failed": found.state == PassageState.FAILED,
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/passage.html{part}", context)


@require_GET
def person_journeys(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the journeys of one person, for their page."""
    member = member_of(request)
    person = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    names = known()
    found = pages.passages_of_person(person.pk, member, limit=6)
    context = {"person": person, "lines": [{"passage": one, "where": _where(one, names)} for one in found]}
    return render(request, "marketing/journeys/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def journey_enter(request: HttpRequest) -> HttpResponse:
    """Ask which journey people should go through, or let them in."""
    member = member_of(request)
    require(member, "journeys.switch")
    people = _people_in(request)
    form = EnterForm(request.POST if "journey" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            chosen = form.cleaned_data["journey"]
            count = actions.enter_people(chosen, people, by=member)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            text = ngettext("%(count)s人を入れました。", "%(count)s人を入れました。", count) % {"count": count}
            if left := len(people) - count:
                more = _("対象外：%(count)s人（再登録の決まり、または除くセグメント）") % {"count": left}
                text = f"{text} {more}"
            return done(request, text, to=way_back(request, "journey", pk=chosen.pk), events=["journey-changed"])
    context: dict[str, Any] = {
        "form": form,
        "people": people,
        "ids": [person.pk for person in people],
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "journeys": Journey.objects.filter(state__in=(JourneyState.RUNNING, JourneyState.PAUSED)).order_by("name"),
        "chosen": str(form["journey"].value() or ""),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/enter.html{part}", context)


def _act(request: HttpRequest, found: Passage) -> HttpResponse:
    member, what = member_of(request), request.POST.get("what", "")
    if what == "out":
        actions.take_out(found, by=member, why=request.POST.get("why", ""))
        text = _("ジャーニーから外しました。")
    elif what == "skip":
        actions.skip_wait(found, by=member)
        text = _("待ちを飛ばしました。")
    elif what == "retry":
        actions.retry(found, by=member)
        text = _("もう一度進めました。")
    else:
        raise Http404
    if is_fragment(request):
        return done(request, text, to="", events=["journey-changed"])
    return moved_on(request, text, to=reverse("journey_passage", args=[found.pk]))


def _where(one: Passage, names: Any) -> str:
    """Return at which card somebody is."""
    if one.node is None:
        return ""
    said = card_said(one.node.kind, one.node.config, names, {})
    label = str(NodeKind(one.node.kind).label)
    return f"{label}：{said}" if said else label


def _people_in(request: HttpRequest) -> list[Person]:
    asked = [*request.GET.getlist("person"), *request.POST.getlist("person"), *request.POST.getlist("ids")]
    texts = [text for one in asked[: MOST_PEOPLE + 1] for text in one.split(",")]
    ids = {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19}
    rows = Person.objects.visible_to(member_of(request)).filter(pk__in=list(ids)[:MOST_PEOPLE])
    return list(rows.select_related("company").order_by("family_kana", "pk"))
