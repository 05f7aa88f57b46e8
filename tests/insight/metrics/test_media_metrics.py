"""What came of creatives and flights, against rows counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ryorin.customers.identity.models import Identity
from ryorin.customers.people.actions import create_person
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.queries import by_part, rows_behind, total
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.media.actions import make_creative, place, plan_flight, record_figures
from ryorin.marketing.media.models import Placement
from ryorin.marketing.media.rules import Told
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.queries import default_pipeline

pytestmark = pytest.mark.django_db
START, END = date(2026, 11, 1), date(2026, 12, 1)
NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)


@pytest.fixture
def placement(mei) -> Placement:
    campaign = create_campaign(by=mei, name="秋の広告", code="autumn", channel="search")
    flight = plan_flight(
        campaign, by=mei, vehicle="Google 検索", channel="search", source="google",
        starts_on=START, ends_on=date(2026, 11, 30), budget=300_000,
    )  # fmt: skip
    return place(
        make_creative(campaign, by=mei, name="資料請求バナー", landing="https://acme.example/"), flight, by=mei
    )


def came_by(placement: Placement, visitor: str, *, at: datetime = NOON) -> Touchpoint:
    properties = {
        "url": f"https://acme.example/?utm_content={placement.code}",
        "session": f"s-{visitor}",
        "utm_content": placement.code,
    }
    return Touchpoint(
        kind="page_view", source="collector", visitor=visitor, at=at, channel="search",
        campaign_id=placement.campaign_id, properties=properties,
    )  # fmt: skip


def test_visits_leads_and_deals_belong_to_the_creative_and_flight_people_came_by(mei, sato, placement):
    ada = create_person(by=mei, family_name="安達", at=NOON + timedelta(hours=1))
    create_person(by=mei, family_name="通りすがり", at=NOON + timedelta(hours=1))
    now = clock.now()
    Identity.objects.create(visitor="visitor-ada", person=ada, since=now, why="form_submitted", updated_at=now)
    record_many([came_by(placement, "visitor-ada"), came_by(placement, "visitor-other")])
    pipeline = default_pipeline()
    deal = open_deal(by=sato, name="案件", person=ada, pipeline=pipeline, stage=pipeline.stages.first(), amount=500_000)
    win_deal(deal, by=sato)
    catch_up()
    until = (clock.today() if clock.today() >= END else END) + timedelta(days=2)

    def of(name: str, by: str, key: int) -> float | None:
        found = by_part(name, START, until, breakdown=by).get(key)
        return found.value if found else None

    flight, creative = placement.flight_id, placement.creative_id
    assert of("visits", "flight", flight) == of("visits", "creative", creative) == 2
    assert of("leads", "flight", flight) == of("leads", "creative", creative) == 1
    assert total("leads", START, until) == 2
    assert of("deals_won", "creative", creative) == 1
    assert of("won_value", "flight", flight) == 500_000
    assert rows_behind("leads", START, until, breakdown="creative", key=creative).ids == [ada.pk]


def test_a_visit_after_becoming_a_lead_does_not_count_for_the_lead(mei, placement):
    ada = create_person(by=mei, family_name="安達", at=NOON - timedelta(hours=1))
    now = clock.now()
    Identity.objects.create(visitor="visitor-ada", person=ada, since=now, why="form_submitted", updated_at=now)
    record_many([came_by(placement, "visitor-ada")])
    catch_up()

    assert placement.creative_id not in by_part("leads", START, END, breakdown="creative")


def test_cost_and_what_media_count_by_flight(mei, placement):
    lines = [
        Told(day=date(2026, 11, day), campaign_name="秋の広告", cost=1_000 * day, impressions=100 * day, clicks=day)
        for day in (3, 4)
    ]
    record_figures(lines, source="google", by=mei)
    catch_up()
    flight = placement.flight_id

    assert by_part("costs", START, END, breakdown="flight")[flight].value == 7_000
    assert by_part("costs", START, END, breakdown="campaign")[placement.campaign_id].value == 7_000
    assert by_part("impressions", START, END, breakdown="flight")[flight].value == 700
    assert total("ad_clicks", START, END) == 7
    assert rows_behind("costs", START, END, breakdown="flight", key=flight).record_type == "figure"


def test_a_cost_per_lead_is_known_by_creative_too(mei, placement):
    ada = create_person(by=mei, family_name="安達", at=NOON + timedelta(hours=1))
    now = clock.now()
    Identity.objects.create(visitor="visitor-ada", person=ada, since=now, why="form_submitted", updated_at=now)
    record_many([came_by(placement, "visitor-ada")])
    told = Told(day=date(2026, 11, 3), campaign_name="秋の広告", ad_name=f"広告 {placement.code}", cost=9_000)
    record_figures([told], source="google", by=mei)
    catch_up()

    assert by_part("cost_per_lead", START, END, breakdown="creative")[placement.creative_id].value == 9_000
