"""Test sends: the mail as it will be, to members, filled in as one customer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ryorin.connectors.smtp.actions import send_letter
from ryorin.lib.errors import Refusal
from ryorin.marketing.mail import actions
from ryorin.marketing.mail.errors import SenderMissing, TestAddressMissing, TestSendFailed
from ryorin.web.answers import member_of, moved_on, way_back
from ryorin.web.lists.state import whole
from ryorin.web.marketing.mail.shared import message_of, person_in, shown
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST = 10


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the message to the chosen members, its subject marked; say what the server said where it did not go."""
    found, by = message_of(request, pk), member_of(request)
    require(by, "mail.change")
    ids = [one for one in map(whole, request.POST.getlist("to")[:MOST]) if one]
    members = list(Member.objects.filter(pk__in=ids, is_active=True))
    if not members:
        raise TestAddressMissing()
    if found.sender is None:
        raise SenderMissing()
    edition, person = found.newest, person_in(request)
    edition.message = found
    mail = shown(request, edition, person)
    subject = _("[テスト] %(subject)s") % {"subject": mail.subject}
    problems = []
    for member in members:
        problem = ""
        try:
            send_letter(to=member.email, subject=subject, html=mail.html, text=mail.text, sender=found.sender)
        except Refusal as refusal:
            problem = str(refusal)
            problems.append(problem)
        actions.note_test(edition, to=member.email, by=by, person_id=person.pk if person else None, problem=problem)
    if problems:
        raise TestSendFailed(why=problems[0])
    told = _("%(count)s人にテスト送信しました。") % {"count": len(members)}
    return moved_on(request, told, to=way_back(request, "mail_check", pk=pk))
