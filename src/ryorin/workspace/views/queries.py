from django.db.models import Q, QuerySet

from ryorin.workspace.members.models import Member
from ryorin.workspace.views.models import SavedView


def views_for(member: Member, record_type: str) -> QuerySet[SavedView]:
    """Return the member's own views of a kind of record and those shared by others, by name."""
    return (
        SavedView.objects.filter(record_type=record_type)
        .filter(Q(owner=member) | Q(is_shared=True))
        .select_related("owner")
    )
