"""Asking for approval of a campaign's budget."""

from django.db import transaction

from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.campaigns.rules import BUDGET, budget_digest, budget_facts
from ryorin.workspace.approvals.actions import request
from ryorin.workspace.approvals.models import Approval
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def ask_for_budget(campaign: Campaign, *, by: Member, note: str = "") -> Approval | None:
    """This function will ask those whom the routes say to approve the budget as it is; None: nobody has to."""
    require(by, "campaigns.change")
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    return request(
        BUDGET,
        campaign.pk,
        title=campaign.name,
        url=f"/campaigns/{campaign.pk}",
        facts=budget_facts(campaign),
        digest=budget_digest(campaign),
        by=by,
        note=note,
    )
