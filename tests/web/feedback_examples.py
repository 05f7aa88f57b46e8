"""What addresses of feedback are about: three leads of the campaign that Sato sent back."""

from collections.abc import Callable
from typing import Any

from tests.alignment.feedbacks import leads_of, rejected
from tests.world import World

from ryorin.alignment.feedback.actions import follow_feedback
from ryorin.alignment.feedback.models import Suggestion


def suggestion_of(world: World) -> Suggestion:
    """Return the suggestion that Sato's answers led to."""
    found = Suggestion.objects.order_by("pk").first()
    if found is None:
        rejected(leads_of(world.campaign, 3, owner=world.sato), by=world.sato, offered_by=world.mei)
        follow_feedback()
        found = Suggestion.objects.get()
    return found


FEEDBACK_EXAMPLES: dict[str, Callable[[World], dict[str, Any]]] = {
    "suggestion": lambda world: {"pk": suggestion_of(world).pk},
    "feedback_panel": lambda world: {"sort": "campaign", "pk": world.campaign.pk},
    "feedback_words": lambda world: {"sort": "campaign", "pk": world.campaign.pk},
    "feedback_voice": lambda world: {"what": "handoff", "pk": world.handoff.pk},
}
