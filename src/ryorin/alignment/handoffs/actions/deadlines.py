"""Watching the time limits of hand-offs."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.models import Handoff
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import LEADERS
from ryorin.workspace.notifications.actions import notify


def escalate_overdue() -> int:
    """This function will tell the team's managers of each hand-off past its deadline, once, and return how many."""
    due = Handoff.objects.overdue().filter(escalated_at__isnull=True).values_list("pk", flat=True)
    return sum(_escalate(pk) for pk in list(due))


@transaction.atomic
def _escalate(pk: int) -> bool:
    rows = Handoff.objects.overdue().select_for_update(of=("self",)).select_related("person", "owner")
    handoff = rows.filter(pk=pk, escalated_at__isnull=True).first()
    if handoff is None:
        return False
    handoff.escalated_at = handoff.updated_at = clock.now()
    handoff.save(update_fields=["escalated_at", "updated_at"])
    audit.record("handoff_escalated", "handoff", handoff.pk, by=None, deadline=handoff.deadline)
    text = _("%(name)sさんの引き継ぎが返事の期限を過ぎています（%(owner)s）") % {
        "name": handoff.person.name,
        "owner": handoff.owner or _("担当未定"),
    }
    told = {member.pk: member for member in [*_managers_of(handoff), *([handoff.owner] if handoff.owner else [])]}
    notify(told.values(), kind="handoff_overdue", text=text, url=f"/handoffs/{handoff.pk}/")
    return True


def _managers_of(handoff: Handoff) -> list[Member]:
    """Return the managers of the team; where it has none, all leaders."""
    leaders = Member.objects.filter(is_active=True, role__in=LEADERS)
    team = handoff.team_id or (handoff.owner.team_id if handoff.owner else None)
    managers = list(leaders.filter(role=Role.MANAGER, team_id=team)) if team else []
    return managers or list(leaders)
