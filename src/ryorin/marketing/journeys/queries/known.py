"""What the cards of a journey may name now."""

from ryorin.customers.segments.models import Segment, SegmentKind
from ryorin.marketing.journeys.rules.checking import Known
from ryorin.marketing.mail.models import Message
from ryorin.workspace.members.models import Member
from ryorin.workspace.webhooks.models import Webhook


def known() -> Known:
    """Return segments, messages, webhooks and members that can be used, each with its name."""
    segments = list(Segment.objects.in_use().values_list("pk", "name", "kind"))
    members = Member.objects.filter(is_active=True)
    return Known(
        segments={pk: name for pk, name, _kind in segments},
        lists={pk: name for pk, name, kind in segments if kind == SegmentKind.SNAPSHOT},
        messages=dict(Message.objects.current().values_list("pk", "name")),
        webhooks=dict(Webhook.objects.in_use().values_list("pk", "name")),
        members={member.pk: member.name for member in members},
    )
