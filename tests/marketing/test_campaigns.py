"""Campaigns: planned, paid for, and linked to."""

from datetime import UTC, date, datetime

import pytest

from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import (
    add_link,
    change_campaign,
    create_campaign,
    delete_cost,
    record_cost,
    settle_states,
)
from ryorin.marketing.campaigns.errors import CampaignCodeTaken, CampaignInvalid, CostInvalid, LinkInvalid
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.campaigns.queries import campaign_of, cost_so_far, names
from ryorin.marketing.campaigns.rules import channel_of_visit, code_from, with_utm
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.search.queries import find_ids


@pytest.fixture
def fair(mei) -> Campaign:
    return create_campaign(
        by=mei,
        name="秋の展示会（幕張）",
        channel="event",
        starts_on=date(2026, 9, 18),
        ends_on=date(2026, 9, 20),
        budget=3_000_000,
    )


def test_a_campaign_gets_a_code_its_state_by_its_dates_and_can_be_found(fair):
    assert fair.code
    assert fair.state == ("ended" if clock.today() > date(2026, 9, 20) else fair.state)
    assert find_ids("展示会", "campaign") == [fair.pk]
    assert names([fair.pk, None]) == {fair.pk: "秋の展示会（幕張）"}


def test_a_campaign_is_found_by_the_code_in_an_address(fair):
    assert campaign_of({"utm_campaign": fair.code}) == fair
    assert campaign_of({"utm_source": "x"}) is None


def test_costs_are_one_number_per_day_and_kind_and_the_last_word_counts(fair, mei):
    record_cost(fair, date(2026, 9, 18), 100_000, by=mei)
    record_cost(fair, date(2026, 9, 18), 120_000, by=mei)
    travel = record_cost(fair, date(2026, 9, 18), 30_000, kind="travel", by=mei)

    assert cost_so_far([fair.pk]) == {fair.pk: 150_000}
    delete_cost(travel, by=mei)
    assert cost_so_far([fair.pk]) == {fair.pk: 120_000}
    assert verify().ok


def test_a_link_keeps_its_target_and_says_where_it_came_from(fair, mei):
    link = add_link(fair, label="名刺の裏", target="https://acme.example/catalogue?x=1", by=mei, utm_medium="qr")

    assert len(link.code) == 7
    assert with_utm(link.target, {"utm_campaign": fair.code, "utm_medium": link.utm_medium}) == (
        f"https://acme.example/catalogue?x=1&utm_medium=qr&utm_campaign={fair.code}"
    )


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "//evil.example", "acme.example", "https://", "https://a b", "http://[x"]
)
def test_links_lead_to_web_addresses_only(fair, mei, target):
    with pytest.raises(LinkInvalid):
        add_link(fair, label="x", target=target, by=mei)


def test_impossible_campaigns_are_refused(mei, fair):
    with pytest.raises(CampaignInvalid):
        create_campaign(by=mei, name=" ", channel="event")
    with pytest.raises(CampaignInvalid):
        create_campaign(by=mei, name="x", channel="telepathy")
    with pytest.raises(CampaignInvalid):
        create_campaign(by=mei, name="x", channel="event", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))
    with pytest.raises(CampaignCodeTaken):
        create_campaign(by=mei, name="x", channel="event", code=fair.code)
    with pytest.raises(CostInvalid):
        record_cost(fair, date(2026, 9, 18), -1, by=mei)


def test_the_second_of_two_editors_is_told(fair, mei):
    change_campaign(fair, by=mei, version=fair.version, budget=1)
    with pytest.raises(StaleRecord):
        change_campaign(fair, by=mei, version=fair.version, budget=2)


def test_sales_may_not_plan_campaigns(sato):
    with pytest.raises(NotAllowed):
        create_campaign(by=sato, name="x", channel="event")


@pytest.mark.parametrize(
    ("utm", "referrer", "channel"),
    [
        ({"utm_medium": "cpc"}, "https://www.google.com/", "search"),
        ({}, "https://www.google.co.jp/", "organic"),
        ({}, "https://t.co/abc", "social"),
        ({}, "https://partner.example/", "referral"),
        ({}, "", "direct"),
        ({}, "https://us.example/top", "direct"),
        ({"utm_medium": "email"}, "", "mail"),
        ({"utm_medium": "carrier-pigeon"}, "", "other"),
    ],
)
def test_the_channel_of_a_visit(utm, referrer, channel):
    assert channel_of_visit(utm, referrer, own_host="us.example") == channel


def test_a_code_is_made_of_plain_letters():
    assert code_from("Autumn Fair ２０２６！") == "autumn-fair-2026"
    assert code_from("秋") == ""


def test_campaigns_begin_and_end_by_their_dates(mei) -> None:
    with clock.frozen(datetime(2026, 10, 1, tzinfo=UTC)):
        fair = create_campaign(
            by=mei, name="秋の展示会", channel="event", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 3)
        )
        undated = create_campaign(by=mei, name="紹介", channel="referral", state="running")
    states = []
    for day in (1, 3, 4):
        with clock.frozen(datetime(2026, 11, day, tzinfo=UTC)):
            settle_states()
        fair.refresh_from_db()
        states.append(fair.state)
    undated.refresh_from_db()
    assert (states, undated.state) == (["running", "running", "ended"], "running")
