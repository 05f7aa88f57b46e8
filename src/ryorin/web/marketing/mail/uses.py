"""Where messages are used: mailings and journeys, which the leaf of mails itself does not know."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from ryorin.marketing.mailings.models import Kind, Mailing


@dataclass(frozen=True)
class Use:
    """One thing that sends a message."""

    kind: str | Promise
    name: str
    state: str
    url: str


def uses_of(message_ids: Collection[int]) -> dict[int, list[Use]]:
    """Return for each message what sends it, the newest first."""
    found: dict[int, list[Use]] = defaultdict(list)
    for one in Mailing.objects.filter(message_id__in=message_ids).order_by("-pk")[:500]:
        kind = Kind(one.kind).label
        found[one.message_id or 0].append(Use(kind, one.name, one.get_state_display(), _address("mailing", one.pk)))
    return found


def _address(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
