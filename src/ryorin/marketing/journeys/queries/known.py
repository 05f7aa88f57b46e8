"""What the cards of a journey may name now."""

from django.utils.translation import gettext as _

from ryorin.customers.segments.models import Segment, SegmentKind
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.checking import Finding, Known, findings
from ryorin.marketing.journeys.rules.drawing import Drawing, walk
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mail.queries import check
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


def all_findings(drawing: Drawing, names: Known | None = None) -> list[Finding]:
    """Return everything that is wrong with a drawing, and with the messages it sends."""
    found = findings(drawing, names or known())
    mails = [card for card in walk(drawing.cards) if card.kind == NodeKind.MAIL]
    used = Message.objects.current().in_bulk([card.config.get("message") for card in mails])
    faulty = {pk for pk, message in used.items() if any(one.is_blocking for one in check(message))}
    text = _("メッセージに直すところがあります。メッセージの確認画面で直してください。")
    return [*found, *(Finding(card.key, text) for card in mails if card.config.get("message") in faulty)]
