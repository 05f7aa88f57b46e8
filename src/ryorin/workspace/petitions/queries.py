from ryorin.workspace.members.models import Member
from ryorin.workspace.petitions.models import Petition


def owned_by(member: Member, *, before: int | None = None, limit: int = 50) -> list[Petition]:
    """Return the member's own petitions, newest first, below petition `before`."""
    rows = Petition.objects.filter(owner=member)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def hashes_of(petition: Petition) -> list[str]:
    """Return the hashes of the attached files."""
    return list(petition.files.order_by("pk").values_list("sha256", flat=True))
