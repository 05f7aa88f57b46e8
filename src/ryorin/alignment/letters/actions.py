"""Letters that sales sends, paid for by a campaign: both are written together."""

from django.db import transaction

from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import record_cost
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.sales.approach.actions import mark_posted
from ryorin.sales.approach.models import ApproachList
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

KIND = "other"
LONGEST_NOTE = 120


@transaction.atomic
def send_letters(row: ApproachList, *, by: Member | None) -> int:
    """This function will note that the letters of a list went out and add what they cost to its campaign, once.

    Whoever may send letters books their cost; other costs of campaigns remain marketing's.
    """
    count = mark_posted(row, by=by)
    row.refresh_from_db()
    campaign = Campaign.objects.select_for_update().filter(pk=row.campaign_id).first() if row.campaign_id else None
    if not count or campaign is None or not row.piece_cost:
        return count
    day = clock.today(current().time_zone)
    held = CampaignCost.objects.filter(campaign=campaign, day=day, kind=KIND).first()
    note = "、".join(dict.fromkeys(filter(None, (held.note if held else "", row.name))))[:LONGEST_NOTE]
    amount = (held.amount if held else 0) + count * row.piece_cost
    record_cost(campaign, day, amount, kind=KIND, note=note, by=None)
    return count
