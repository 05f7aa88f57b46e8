"""A campaign's budget asks for approval where a route says so."""

from django.test import Client
from tests.world import World

from ryorin.marketing.campaigns.actions import ask_for_budget, change_campaign
from ryorin.marketing.campaigns.rules import BUDGET, budget_digest, budget_facts
from ryorin.workspace.approvals.actions import approve, create_route
from ryorin.workspace.approvals.models import Approval, ApprovalState, Who
from ryorin.workspace.approvals.queries import standing
from ryorin.workspace.approvals.rules import Stage, Standing


def over_three_million(world: World) -> None:
    stage = Stage(who=Who.MEMBERS, member_ids=(world.tamura.pk,))
    condition = {"field": "budget", "op": "gte", "value": 3_000_000}
    create_route(BUDGET, name="300万円以上", condition=condition, stages=[stage], by=None)


def test_a_large_budget_is_asked_for_and_approved_on_the_campaigns_page(client: Client, world: World) -> None:
    over_three_million(world)
    client.force_login(world.mei)
    path = f"/campaigns/{world.campaign.pk}"
    assert "承認を申請する" not in client.get(path).content.decode()  # there is no budget yet
    campaign = change_campaign(world.campaign, by=world.mei, version=None, budget=5_000_000)
    assert "承認を申請する" in client.get(path).content.decode()
    client.post(f"{path}/approval/", {"note": "展示会の小間を倍にします"})
    approval = Approval.objects.get()
    assert (approval.kind, approval.facts["budget"]) == (BUDGET, 5_000_000)
    approve(approval, by=world.tamura)
    assert "承認済み" in client.get(path).content.decode()
    facts, digest = budget_facts(campaign), budget_digest(campaign)
    assert standing(BUDGET, campaign.pk, facts=facts, digest=digest) is Standing.APPROVED


def test_a_changed_budget_takes_the_waiting_request_back(world: World) -> None:
    over_three_million(world)
    campaign = change_campaign(world.campaign, by=world.mei, version=None, budget=5_000_000)
    approval = ask_for_budget(campaign, by=world.mei)
    assert approval is not None
    campaign = change_campaign(campaign, by=world.mei, version=None, budget=6_000_000)
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WITHDRAWN
    facts, digest = budget_facts(campaign), budget_digest(campaign)
    assert standing(BUDGET, campaign.pk, facts=facts, digest=digest) is Standing.NEEDED


def test_a_small_budget_needs_nobody(world: World) -> None:
    over_three_million(world)
    assert (
        ask_for_budget(change_campaign(world.campaign, by=world.mei, version=None, budget=1_000), by=world.mei) is None
    )
