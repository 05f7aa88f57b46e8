"""How other segments use a segment: by naming it in their condition."""

from django.utils.translation import gettext_lazy as _

from ryorin.customers.segments.rules import SegmentUse
from ryorin.marketing.segments.queries import segments_naming

SEGMENT_USES = (SegmentUse(label=_("セグメントの条件"), find=segments_naming),)
