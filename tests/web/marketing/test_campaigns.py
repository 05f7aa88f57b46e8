"""Pages of campaigns and the short links that everybody may follow."""

import json
from datetime import date

import pytest
from django.test import Client
from tests.world import World

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.marketing.campaigns.actions import add_link, record_cost
from ryorin.marketing.campaigns.models import Campaign, CampaignCost, TrackedLink
from ryorin.workspace.members.models import Member

PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture
def marketer(world: World) -> Client:
    return signed_in(world.mei)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def link(world: World) -> TrackedLink:
    return add_link(world.campaign, label="会場のちらし", target="https://acme.example/a?x=1#top", by=world.mei)


def test_a_campaign_is_planned_and_stands_in_the_list(marketer: Client, world: World) -> None:
    answer = marketer.post(
        "/campaigns/new",
        {"name": "春の検索広告", "channel": "search", "budget": "1,200,000", "starts_on": "2026-04-01", "owner": ""},
    )
    made = Campaign.objects.get(name="春の検索広告")
    assert answer["Location"] == f"/campaigns/{made.pk}"
    assert made.budget == 1_200_000
    page = marketer.get("/campaigns/").content.decode()
    assert "春の検索広告" in page and "秋の展示会" in page


def test_a_campaign_that_ends_before_it_begins_is_refused_beside_the_field(marketer: Client) -> None:
    data = {"name": "逆", "channel": "mail", "starts_on": "2026-05-02", "ends_on": "2026-05-01"}
    answer = marketer.post("/campaigns/new", data)
    assert answer.status_code == 422
    assert "終了日は開始日より後にしてください。" in answer.content.decode()


def test_a_campaign_changed_by_somebody_else_is_not_overwritten(marketer: Client, world: World) -> None:
    address = f"/campaigns/{world.campaign.pk}/edit"
    data = {"name": "秋の展示会 東京", "channel": "event", "code": world.campaign.code, "version": "1"}
    assert marketer.post(address, data).status_code == 302
    assert marketer.post(address, data | {"name": "遅れた変更"}).status_code == 409
    assert Campaign.objects.get(pk=world.campaign.pk).name == "秋の展示会 東京"


def test_the_page_shows_who_came_by_the_campaign_and_what_it_cost(marketer: Client, world: World) -> None:
    record_cost(world.campaign, date(2026, 11, 2), 300_000, by=world.mei)
    page = marketer.get(f"/campaigns/{world.campaign.pk}").content.decode()
    assert "安達" in page
    assert "¥300,000" in page or "￥300,000" in page


def test_other_teams_do_not_see_the_people_of_a_campaign(world: World) -> None:
    page = signed_in(world.kato).get(f"/campaigns/{world.campaign.pk}").content.decode()
    assert "安達" not in page


def test_the_numbers_of_a_campaign_come_from_the_metrics(marketer: Client, world: World) -> None:
    from ryorin.insight.lake.actions import catch_up

    record_cost(world.campaign, date(2026, 11, 2), 300_000, by=world.mei)
    catch_up()
    page = marketer.get(f"/campaigns/{world.campaign.pk}/numbers").content.decode()
    assert "リード単価" in page
    assert "300,000" in page


def test_numbers_of_an_empty_history_are_nothing_not_a_failure(marketer: Client, world: World) -> None:
    assert marketer.get(f"/campaigns/{world.campaign.pk}/numbers").status_code == 200


def test_a_month_of_costs_is_typed_in_at_once(marketer: Client, world: World) -> None:
    address = f"/campaigns/{world.campaign.pk}/costs"
    record_cost(world.campaign, date(2026, 11, 3), 5, by=world.mei)
    sheet = {"month": "2026-11", "kind": "media", "amount-1": "１２，０００", "note-1": "検索", "amount-30": "500"}
    assert marketer.post(address, sheet, headers={"HX-Request": "true"}).status_code == 204
    kept = {cost.day.day: (cost.amount, cost.note) for cost in CampaignCost.objects.all()}
    assert kept == {1: (12_000, "検索"), 30: (500, "")}, "an emptied day loses its cost"
    shown = marketer.get(address, {"month": "2026-11"}).content.decode()
    assert 'value="12,000"' in shown


@pytest.mark.parametrize("amount", ["abc", "-5", "9" * 30, "1e9999"])
def test_an_unreadable_amount_is_told_and_nothing_is_kept(marketer: Client, world: World, amount: str) -> None:
    sheet = {"month": "2026-11", "amount-1": "100", "amount-2": amount}
    answer = marketer.post(f"/campaigns/{world.campaign.pk}/costs", sheet)
    assert answer.status_code == 422
    assert CampaignCost.objects.count() == 0


def test_a_link_is_made_and_an_address_of_a_script_is_refused(marketer: Client, world: World) -> None:
    address = f"/campaigns/{world.campaign.pk}/links"
    assert marketer.post(address, {"target": "https://acme.example/", "label": "ちらし"}).status_code == 302
    answer = marketer.post(address, {"target": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert TrackedLink.objects.count() == 1


@pytest.mark.parametrize(("kind", "starts"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_a_link_has_a_qr_code_to_print(marketer: Client, link: TrackedLink, kind: str, starts: bytes) -> None:
    answer = marketer.get(f"/links/{link.pk}/qr.{kind}")
    assert answer.content.startswith(starts)
    assert marketer.get(f"/links/{link.pk}/qr.exe").status_code == 404


def test_a_short_link_leads_on_and_is_counted(link: TrackedLink, world: World) -> None:
    InboxTouchpoint.objects.all().delete()
    answer = Client(headers={"User-Agent": PERSON}).get(f"/l/{link.code}")
    assert answer.status_code == 302
    assert answer["Location"] == (
        f"https://acme.example/a?x=1&utm_source=event&utm_medium=event&utm_campaign={world.campaign.code}#top"
    )
    click = InboxTouchpoint.objects.get()
    assert (click.kind, click.campaign_id, click.channel, click.verdict) == (
        "link_clicked",
        world.campaign.pk,
        "event",
        "human",
    )
    assert json.loads(click.properties)["link"] == "会場のちらし"


def test_asking_only_for_the_head_of_a_link_is_not_counted(link: TrackedLink) -> None:
    before = InboxTouchpoint.objects.count()
    assert Client().head(f"/l/{link.code}").status_code == 302
    assert InboxTouchpoint.objects.count() == before


def test_a_machine_that_follows_a_link_is_marked(link: TrackedLink) -> None:
    Client(headers={"User-Agent": "curl/8.0"}).get(f"/l/{link.code}")
    assert InboxTouchpoint.objects.filter(kind="link_clicked").get().verdict == "machine"


def test_an_unknown_code_is_not_found_and_no_address_in_the_query_is_followed(link: TrackedLink) -> None:
    assert Client().get("/l/nowhere").status_code == 404
    answer = Client().get(f"/l/{link.code}?target=https://evil.example&next=https://evil.example")
    assert "evil" not in answer["Location"]
