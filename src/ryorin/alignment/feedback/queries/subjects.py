"""The works of marketing that things said are tied to: their models, names and owners."""

from collections.abc import Iterable
from typing import Any

from ryorin.alignment.feedback.models import Subject
from ryorin.customers.segments.models import Segment
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.mail.models import Message
from ryorin.marketing.pages.models import Form
from ryorin.marketing.sites.models import LandingPage
from ryorin.workspace.members.models import Member

MODELS: dict[str, Any] = {
    Subject.CAMPAIGN.value: Campaign,
    Subject.SEGMENT.value: Segment,
    Subject.PAGE.value: LandingPage,
    Subject.FORM.value: Form,
    Subject.MAIL.value: Message,
}


def names_of(subjects: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """Return the names of what is there, by sort and id; what was deleted is missing."""
    wanted: dict[str, list[int]] = {}
    for sort, pk in subjects:
        if sort and pk is not None:
            wanted.setdefault(sort, []).append(pk)
    return {
        (sort, pk): name
        for sort, ids in wanted.items()
        for pk, name in MODELS[sort].objects.filter(pk__in=ids).values_list("pk", "name")
    }


def owner_of(sort: str, subject_id: int) -> Member | None:
    """Return who owns a work of marketing, None where nobody does."""
    found = MODELS[sort].objects.select_related("owner").filter(pk=subject_id).first() if sort else None
    owner: Member | None = found.owner if found else None
    return owner
