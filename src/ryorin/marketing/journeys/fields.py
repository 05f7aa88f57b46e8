"""Where journeys use segments: told on the segment's page."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ryorin.customers.segments.rules import SegmentUse, Use, names_segment
from ryorin.marketing.journeys.models import Journey


def using(segment: int) -> Iterator[Use]:
    """Yield the journeys whose start, cards or exclusions name the segment."""
    for journey in Journey.objects.select_related("live"):
        live = journey.live.drawing if journey.live else {}
        if segment in (journey.excluded or []) or any(names_segment(one, segment) for one in (journey.draft, live)):
            yield Use(label=journey.name, url="journey", pk=journey.pk)


SEGMENT_USES = (SegmentUse(label=_("ジャーニー"), find=using),)
