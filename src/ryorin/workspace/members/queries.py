from django.db.models import Count, Q, QuerySet

from ryorin.workspace.members.models import Member, Role, Team


def active_members() -> QuerySet[Member]:
    """Return the members who may sign in, by name."""
    return Member.objects.filter(is_active=True).select_related("team")


def all_members() -> QuerySet[Member]:
    """Return every member with the team, those who left last."""
    return Member.objects.select_related("team").order_by("-is_active", "family_name", "given_name", "pk")


def all_teams() -> QuerySet[Team]:
    """Return the teams by name, each with `size`, the number of its active members."""
    return Team.objects.annotate(size=Count("members", filter=Q(members__is_active=True))).order_by("name")


def is_last_administrator(member: Member) -> bool:
    """Return whether nobody else could administer if this member no longer did; locks the administrators' rows."""
    if member.role != Role.ADMINISTRATOR or not member.is_active:
        return False
    administrators = Member.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR, is_active=True)
    return {each.pk for each in administrators} == {member.pk}
