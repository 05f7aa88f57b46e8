"""Where mailings use segments: told on the segment's page."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from ryorin.customers.segments.rules import SegmentUse, Use, names_segment
from ryorin.marketing.mailings.models import Kind, Mailing


def using(segment: int) -> Iterator[Use]:
    """Yield the mailings that go to the segment, leave it out, or ask for it in their condition."""
    chosen = Mailing.objects.filter(Q(segments=segment) | Q(excluded=segment), kind=Kind.BULK).distinct()
    for mailing in chosen.order_by("-pk"):
        yield Use(label=mailing.name, url="mailing", pk=mailing.pk)
    for mailing in Mailing.objects.filter(kind=Kind.BULK, condition__isnull=False).exclude(segments=segment):
        if names_segment(mailing.condition, segment):
            yield Use(label=mailing.name, url="mailing", pk=mailing.pk)


SEGMENT_USES = (SegmentUse(label=pgettext_lazy("menu", "配信"), find=using),)
