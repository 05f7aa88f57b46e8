"""Planning a campaign, changing it, recording what it cost, making links that lead back to it."""

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.campaigns.errors import CampaignCodeTaken, CampaignInvalid, CostInvalid, LinkInvalid
from ryorin.marketing.campaigns.models import Campaign, CampaignCost, CampaignState, Channel, TrackedLink
from ryorin.marketing.campaigns.rules import BUDGET, code_from, is_web_address, problem_with_period, state_on
from ryorin.workspace.approvals.actions import withdraw_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search import actions as search

LARGEST_AMOUNT = 10**15
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CHANGEABLE = (
    "name",
    "code",
    "channel",
    "state",
    "starts_on",
    "ends_on",
    "budget",
    "purpose",
    "owner",
    "external_key",
)


@transaction.atomic
def create_campaign(*, by: Member | None, **fields: Any) -> Campaign:
    """This function will plan a campaign; the code for utm_campaign is made from the name when none is given."""
    require(by, "campaigns.change")
    now = clock.now()
    campaign = Campaign(created_at=now, updated_at=now, owner=fields.pop("owner", by), **fields)
    campaign.code = campaign.code.strip() or code_from(campaign.name) or f"c-{secrets.token_hex(4)}"
    campaign.state = state_on(campaign, clock.today())
    check(campaign)
    campaign.save()
    search.index("campaign", [(campaign.pk, f"{campaign.name} {campaign.code}")], fresh=True)
    audit.record("campaign_created", "campaign", campaign.pk, by=by, name=campaign.name, channel=campaign.channel)
    return campaign


@transaction.atomic
def change_campaign(campaign: Campaign, *, by: Member | None, version: int | None, **fields: Any) -> Campaign:
    """This function will change the named fields; refuses when somebody else changed the campaign since `version`."""
    require(by, "campaigns.change")
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if version is not None and version != campaign.version:
        raise StaleRecord()
    changes = {}
    for name in CHANGEABLE:
        if name in fields and getattr(campaign, name) != fields[name]:
            changes[name] = [str(getattr(campaign, name)), str(fields[name])]
            setattr(campaign, name, fields[name])
    if not changes:
        return campaign
    campaign.state = state_on(campaign, clock.today())
    check(campaign)
    if changes.keys() & {"budget", "channel", "starts_on", "ends_on", "purpose"}:
        withdraw_of(BUDGET, campaign.pk, by=by, why=_("予算の内容が変わったため"))
    campaign.version += 1
    campaign.updated_at = clock.now()
    campaign.save()
    search.index("campaign", [(campaign.pk, f"{campaign.name} {campaign.code}")])
    audit.record("campaign_changed", "campaign", campaign.pk, by=by, **changes)
    return campaign


def settle_states() -> int:
    """This function will bring the states of campaigns with dates up to today, and return how many it changed."""
    today, settled = clock.today(), 0
    for campaign in Campaign.objects.exclude(starts_on=None, ends_on=None).exclude(state=CampaignState.ENDED):
        state = state_on(campaign, today)
        if state != campaign.state:
            same = Campaign.objects.filter(pk=campaign.pk, version=campaign.version)
            settled += same.update(state=state, updated_at=clock.now())
    return settled


def check(campaign: Campaign) -> None:
    """This function will refuse a campaign that cannot be: no name, unknown channel, end before start, code taken."""
    if not 0 < len(campaign.name.strip()) <= 120:
        raise CampaignInvalid(what=_("施策名を120文字以内で入力してください。"))
    if not 0 < len(campaign.code) <= 60:
        raise CampaignInvalid(what=_("コードを60文字以内で入力してください。"))
    if campaign.channel not in Channel.values:
        raise CampaignInvalid(what=_("チャネルを選んでください。"))
    if campaign.state not in CampaignState.values:
        raise CampaignInvalid(what=_("状態を選んでください。"))
    if problem_with_period(campaign.starts_on, campaign.ends_on):
        raise CampaignInvalid(what=_("終了日は開始日より後にしてください。"))
    if not 0 <= campaign.budget < LARGEST_AMOUNT:
        raise CampaignInvalid(what=_("予算は0以上、%(most)s未満にしてください。") % {"most": f"{LARGEST_AMOUNT:,}"})
    if Campaign.objects.filter(code=campaign.code).exclude(pk=campaign.pk).exists():
        raise CampaignCodeTaken(code=campaign.code)


@transaction.atomic
def record_cost(
    campaign: Campaign, day: date, amount: int, *, kind: str = "media", note: str = "", by: Member | None = None
) -> CampaignCost:
    """This function will set what the campaign cost on that day for that kind of cost, in minor units."""
    require(by, "campaigns.change")
    if amount < 0:
        raise CostInvalid(what=_("金額は0以上にしてください。"))
    cost, created = CampaignCost.objects.select_for_update().get_or_create(
        campaign=campaign, day=day, kind=kind, defaults={"amount": amount, "note": note, "updated_at": clock.now()}
    )
    before = None if created else cost.amount
    if created or (cost.amount, cost.note) != (amount, note):
        cost.amount, cost.note, cost.updated_at = amount, note, clock.now()
        cost.save()
        audit.record(
            "cost_recorded", "campaign", campaign.pk, by=by, day=day.isoformat(), kind=kind, amount=[before, amount]
        )
    return cost


@transaction.atomic
def delete_cost(cost: CampaignCost, *, by: Member | None) -> None:
    """This function will take back one day's cost."""
    require(by, "campaigns.change")
    audit.record("cost_deleted", "cost", cost.pk, by=by, campaign=cost.campaign_id, day=cost.day, amount=cost.amount)
    cost.delete()


@transaction.atomic
def add_link(
    campaign: Campaign,
    *,
    label: str,
    target: str,
    by: Member | None,
    utm_source: str = "",
    utm_medium: str = "",
    utm_content: str = "",
    utm_term: str = "",
) -> TrackedLink:
    """This function will make a short link to `target` that tells which campaign brought the visit."""
    require(by, "campaigns.change")
    if not is_web_address(target):
        raise LinkInvalid()
    link = TrackedLink.objects.create(
        campaign=campaign,
        code=free_code(),
        label=label.strip()[:80] or campaign.name[:80],
        target=target,
        utm_source=utm_source or campaign.channel,
        utm_medium=utm_medium or campaign.channel,
        utm_content=utm_content,
        utm_term=utm_term,
        created_at=clock.now(),
    )
    audit.record("link_created", "campaign", campaign.pk, by=by, code=link.code, target=target)
    return link


def free_code() -> str:
    """Return a short code no link has yet."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _position in range(7))
        if not TrackedLink.objects.filter(code=code).exists():
            return code
