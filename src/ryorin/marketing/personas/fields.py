"""How personas use a segment."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ryorin.customers.segments.rules import SegmentUse, Use
from ryorin.marketing.personas.models import Persona


def personas_from(segment: int) -> Iterator[Use]:
    """Yield the personas drawn from the segment."""
    for pk, name in Persona.objects.filter(segment_id=segment).values_list("pk", "name"):
        yield Use(name, "persona", pk)


SEGMENT_USES = (SegmentUse(label=_("ペルソナ"), find=personas_from),)
