"""What stands in the way of sending a message, and who would not get it."""

from io import BytesIO

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.customers.consent.queries import WHY
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.segments.queries import people_of
from ryorin.lib.tables.writing import write_csv
from ryorin.marketing.mail import queries
from ryorin.marketing.mail.models import MailKind, Message
from ryorin.marketing.mail.rules.checks import Finding
from ryorin.web.answers import member_of, picked
from ryorin.web.marketing.mail.shared import frame_of, message_of, origin_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

MOST_LINES = 100_000
SHOWN = 20


@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found, for a segment as the audience where one is chosen, and the way to a test."""
    found, member = message_of(request, pk), member_of(request)
    frame = frame_of(request, found, here="mail_check")
    segments = Segment.objects.filter(archived_at__isnull=True).order_by("name")
    segment = picked(segments, request.GET.get("segment"))
    people = audience_of(member, segment) if segment else None
    everything = queries.check(found, people, origin=origin_of(request))
    left_out = queries.left_out(found, people) if people is not None else Person.objects.none()
    context = {
        **frame,
        "blocking": [(one, mend_of(one, found)) for one in everything if one.is_blocking],
        "advice": [(one, mend_of(one, found)) for one in everything if not one.is_blocking],
        "segments": segments,
        "segment": segment,
        "audience": queries.audience(found, people) if people is not None else None,
        "left_out": [(person, WHY.get(person.mail_reason, "")) for person in left_out[:SHOWN]],
        "is_promotion": found.kind == MailKind.PROMOTION,
        "members": Member.objects.filter(is_active=True).order_by("family_name", "given_name"),
        "tests": frame["edition"].tests.select_related("by")[:5],
        "may_export": may(member, "records.export"),
    }
    return render(request, "marketing/mail/check.html", context)


@require_GET
def left_out_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Return who of a segment would not get the message, with why, as CSV."""
    found, member = message_of(request, pk), member_of(request)
    require(member, "records.export")
    segment = picked(Segment.objects.all(), request.GET.get("segment") or "0")
    rows = [
        [
            person.pk,
            person.name,
            person.email,
            person.company.name if person.company else "",
            str(WHY[person.mail_reason]),
        ]
        for person in queries.left_out(found, audience_of(member, segment)).select_related("company")[:MOST_LINES]
    ]
    stream = BytesIO()
    write_csv(stream, [_("ID"), _("氏名"), _("メールアドレス"), _("会社"), _("理由")], rows)
    disposition = f'attachment; filename="left-out-{found.pk}.csv"'
    return HttpResponse(
        stream.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def audience_of(member: Member, segment: Segment) -> QuerySet[Person]:
    """Return the people of a segment as far as the member sees them."""
    people: QuerySet[Person] = Person.objects.visible_to(member).filter(pk__in=people_of(segment).values("pk"))
    return people


def mend_of(finding: Finding, message: Message) -> tuple[str, str]:
    """Return the page that mends a finding, and what the button says; nothing where the page is this one."""
    words, senders = reverse("mail_words", args=[message.pk]), reverse("mail_senders")
    if message.sender_id:
        senders = reverse("mail_sender", args=[message.sender_id])
    places = {
        "sender": (
            senders if message.sender_id else words,
            _("送信者を直す") if message.sender_id else _("送信者を選ぶ"),
        ),
        "address": (senders, _("送信者を開く")),
        "subject": (words, _("件名を直す")),
        "text": (f"{words}#text", _("テキスト版を直す")),
        "body": (words, _("文章を直す")),
        "rules": (reverse("mail_rules", args=[message.pk]), _("表示条件を直す")),
    }
    return places.get(finding.mend, ("", ""))
