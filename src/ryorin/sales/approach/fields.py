"""How lists of approaches use a segment: whom they add is asked by a condition."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ryorin.customers.segments.rules import SegmentUse, Use, names_segment
from ryorin.sales.approach.models import About, ApproachList


def lists_asking_for(segment: int) -> Iterator[Use]:
    """Yield the open lists whose condition names the segment."""
    rows = ApproachList.objects.filter(is_open=True, about=About.PERSON, condition__isnull=False)
    for pk, name, condition in rows.values_list("pk", "name", "condition"):
        if names_segment(condition, segment):
            yield Use(name, "approach_list", pk)


SEGMENT_USES = (SegmentUse(label=_("アプローチ"), find=lists_asking_for),)
