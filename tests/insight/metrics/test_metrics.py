"""Each KPI against rows counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.errors import BreakdownUnknown, MetricUnknown
from ryorin.insight.metrics.queries import by_part, rows_behind, series, total, value
from ryorin.lib.fiscal import period_of
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.deals.actions import lose_deal, open_deal, win_deal
from ryorin.sales.deals.models import LostReason
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db
NOVEMBER = period_of(date(2026, 11, 1))
OCTOBER = period_of(date(2026, 10, 1))


def at(day: int, *, month: int = 11, hour: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def lead(mei: Member, name: str, day: int, *, channel: str = "event", month: int = 11):
    return create_person(by=mei, family_name=name, at=at(day, month=month), source_channel=channel)


def test_leads_are_people_who_became_leads_in_the_period(mei):
    for name, day in (("安達", 1), ("佐伯", 15), ("吉田", 30)):
        lead(mei, name, day)
    lead(mei, "林", 31, month=10)
    catch_up()

    assert value("leads", NOVEMBER) == 3
    assert value("leads", OCTOBER) == 1


def test_a_day_begins_at_midnight_in_the_time_zone_of_the_company(mei):
    create_person(by=mei, family_name="早朝", at=datetime(2026, 10, 31, 15, 0, tzinfo=UTC))  # 1 November 00:00 in Tokyo
    create_person(by=mei, family_name="深夜", at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    catch_up()

    assert value("leads", NOVEMBER) == 1
    assert value("leads", OCTOBER) == 1


def test_the_parts_of_a_breakdown_add_up_to_the_whole(mei):
    for place, channel in enumerate(("event", "search", "event", "", "social")):
        lead(mei, f"人{place}", 1 + place, channel=channel)
    catch_up()

    parts = by_part("leads", NOVEMBER.start, NOVEMBER.end, breakdown="channel")

    assert {key: number.value for key, number in parts.items()} == {"event": 2, "search": 1, "social": 1, None: 1}
    assert total("leads", NOVEMBER.start, NOVEMBER.end) == 5


def test_cost_per_lead_divides_cost_by_leads_of_the_same_campaign(mei, kimura):
    fair = create_campaign(by=mei, name="秋の展示会", channel="event")
    record_cost(fair, date(2026, 11, 3), 300_000, by=mei)
    record_cost(fair, date(2026, 12, 3), 999, by=mei)
    for name in ("安達", "佐伯"):
        create_person(by=mei, family_name=name, at=at(4), source_channel="event", source_campaign_id=fair.pk)
    catch_up()

    assert value("costs", NOVEMBER) == 300_000
    assert value("cost_per_lead", NOVEMBER) == 150_000
    assert value("cost_per_lead", NOVEMBER, breakdown="campaign", key=fair.pk) == 150_000


def test_a_ratio_with_nothing_below_the_line_has_no_value(mei):
    fair = create_campaign(by=mei, name="秋の展示会", channel="event")
    record_cost(fair, date(2026, 11, 3), 300_000, by=mei)
    catch_up()

    assert value("cost_per_lead", NOVEMBER) is None


def test_visits_count_sessions_of_people_and_leave_machines_out(db):
    for session, verdict in (("a", "human"), ("a", "human"), ("b", "human"), ("c", "machine")):
        record(
            "page_view",
            source="test",
            at=at(5),
            visitor=f"v-{session}",
            verdict=verdict,
            properties={"session": session, "url": "https://ryorin.example/pricing"},
        )
    catch_up()

    assert value("visits", NOVEMBER) == 2


def test_close_rate_won_value_and_sales_cycle_come_from_closed_deals(sato):
    pipeline = default_pipeline()
    reason = LostReason.objects.first()
    for days, amount in ((10, 1_000_000), (20, 3_000_000)):
        deal = open_deal(name="検査装置", by=sato, pipeline=pipeline, amount=amount, at=at(1))
        win_deal(deal, by=sato, at=at(1) + timedelta(days=days))
    lost = open_deal(name="検査装置", by=sato, pipeline=pipeline, amount=9_000_000, at=at(1))
    lose_deal(lost, by=sato, reason=reason, at=at(20))
    open_deal(name="検査装置", by=sato, pipeline=pipeline, amount=1, at=at(2))
    catch_up()

    assert value("deals_opened", NOVEMBER) == 4
    assert value("close_rate", NOVEMBER) == pytest.approx(2 / 3)
    assert value("won_value", NOVEMBER) == 4_000_000
    assert value("sales_cycle_days", NOVEMBER) == 15


def test_revenue_takes_returns_off_and_the_average_leaves_them_out(mei):
    person = lead(mei, "安達", 1)
    for number, amount in (("A-1", 10_000), ("A-2", 20_000), ("A-3", -5_000)):
        record_order(
            number=number,
            ordered_at=at(8),
            channel="online",
            person=person,
            lines=[{"description": "替刃", "quantity": 1, "unit_price": amount, "amount": amount, "tax_rate": 10}],
        )
    catch_up()

    assert value("revenue", NOVEMBER) == 25_000
    assert value("average_order_value", NOVEMBER) == 15_000
    assert value("customers_won", NOVEMBER) == 1


def test_every_number_opens_the_rows_behind_it(mei):
    people = [lead(mei, name, day) for name, day in (("安達", 1), ("佐伯", 15))]
    lead(mei, "林", 31, month=10)
    catch_up()

    behind = rows_behind("leads", NOVEMBER.start, NOVEMBER.end, breakdown="channel", key="event")

    assert behind.record_type == "person"
    assert sorted(behind.ids) == sorted(person.pk for person in people)
    assert behind.total == value("leads", NOVEMBER, breakdown="channel", key="event")


def test_quarters_follow_the_fiscal_year(mei):
    lead(mei, "安達", 30, month=9)
    lead(mei, "佐伯", 1, month=10)
    catch_up()

    points = series("leads", start=date(2026, 4, 1), end=date(2027, 4, 1), grain="quarter")

    assert [(point.period.start.month, point.value) for point in points] == [(4, 0), (7, 1), (10, 1), (1, 0)]


def test_a_second_question_sees_what_happened_since(mei):
    lead(mei, "安達", 1)
    catch_up()
    assert value("leads", NOVEMBER) == 1

    lead(mei, "佐伯", 2)
    catch_up()

    assert value("leads", NOVEMBER) == 2


def test_unknown_metrics_and_breakdowns_are_refused(db):
    with pytest.raises(MetricUnknown):
        value("happiness", NOVEMBER)
    with pytest.raises(BreakdownUnknown):
        by_part("visits", NOVEMBER.start, NOVEMBER.end, breakdown="owner")


def test_qualified_people_are_counted_when_they_first_qualify(mei):
    person = lead(mei, "安達", 1, month=10)
    reach_stage(person, "qualified", at=at(3), why="ready")
    reach_stage(person, "qualified", at=at(9), why="ready")
    catch_up()

    assert value("qualified_leads", NOVEMBER) == 1
    assert connection.vendor in ("sqlite", "postgresql")
