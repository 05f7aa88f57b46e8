"""One meeting: its agenda, who takes part, what was sent, and how it ends."""

from secrets import token_hex

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.meetings import actions
from ryorin.alignment.meetings.queries.agenda import agenda_of
from ryorin.alignment.meetings.queries.reading import letters_of, people_of
from ryorin.web.alignment.meetings.seen import frame, seen
from ryorin.web.alignment.meetings.series import moment_in
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.lists.state import whole
from ryorin.workspace.members.rules import require


@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the agenda as it stands, with what was hidden for those who may show it again."""
    found = seen(request, pk)
    context = frame(request, found, here="meeting")
    context |= {
        "sections": agenda_of(found, with_hidden=context["may_change"]),
        "people": people_of(found),
        "letters": letters_of(found),
        "drawn": token_hex(4),
    }
    return render(request, "alignment/meetings/meeting.html", context)


@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Gather the agenda from the data as they are now."""
    found = seen(request, pk)
    require(member_of(request), "meetings.change")
    text = _("最新のデータで議題を作り直しました。")
    if not actions.refresh_agenda(found):
        text = _("この会議の議題は確定しています。")
    return moved_on(request, text, to=reverse("meeting", args=[pk]))


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the agenda to those who have not got it."""
    actions.send_agenda(seen(request, pk), by=member_of(request))
    return moved_on(request, _("議題を参加者に送ります。"), to=reverse("meeting", args=[pk]))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the meeting: agenda and minutes are frozen and sent."""
    actions.close_meeting(seen(request, pk), by=member_of(request))
    text = _("会議を終了しました。議事録を参加者に送ります。")
    return moved_on(request, text, to=reverse("meeting_minutes", args=[pk]))


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the new time, then put the meeting there."""
    found, member = seen(request, pk), member_of(request)
    require(member, "meetings.change")
    if request.method == "GET":
        context = {"meeting": found, "url": request.path, "starts_at": timezone.localtime(found.starts_at)}
        return render(request, "alignment/meetings/when.html", context)
    actions.move_meeting(found, moment_in(request), by=member, version=version_in(request))
    return moved_on(request, _("日時を変更し、参加者に知らせました。"), to=reverse("meeting", args=[pk]))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the meeting off."""
    actions.cancel_meeting(seen(request, pk), by=member_of(request))
    return moved_on(request, _("会議を中止し、参加者に知らせました。"), to=reverse("meetings"))


@require_POST
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who came."""
    came = {one for one in map(whole, request.POST.getlist("attended")[:200]) if one}
    actions.note_attendance(seen(request, pk), came, by=member_of(request))
    return moved_on(request, _("出席を記録しました。"), to=reverse("meeting_minutes", args=[pk]))


@require_POST
def letter_again(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """Send a mail again that did not go."""
    found = seen(request, pk)
    actions.send_letter_again(get_object_or_404(found.letters, pk=letter), by=member_of(request))
    return moved_on(request, _("もう一度送ります。"), to=reverse("meeting", args=[pk]))
