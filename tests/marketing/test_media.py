"""Flights with their months, creatives with their versions, placements with their links, figures and whose they are."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ryorin.marketing.campaigns.actions import create_campaign, delete_campaign, record_cost, restore_campaign
from ryorin.marketing.campaigns.errors import CampaignInUse
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.marketing.media.actions import (
    add_version,
    approve_creative,
    change_creative,
    change_flight,
    delete_creative,
    delete_flight,
    make_creative,
    move_creative,
    move_flight,
    place,
    plan_flight,
    record_figures,
    restore_flight,
    type_figures,
)
from ryorin.marketing.media.actions.previews import redrawn
from ryorin.marketing.media.errors import (
    CreativeInUse,
    CreativeInvalid,
    CreativeNotReady,
    FiguresInvalid,
    FlightInUse,
    FlightInvalid,
    WrongCampaign,
)
from ryorin.marketing.media.models import Creative, CreativeState, Figure, Flight
from ryorin.marketing.media.queries.plan import plan_of
from ryorin.marketing.media.queries.sheets import qr_sheet
from ryorin.marketing.media.rules import Told, expected_between, months_between, spent_between, spread
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.files.errors import FileTooLarge, KindNotAllowed
from ryorin.workspace.members.errors import NotAllowed, StaleRecord

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def autumn(mei) -> Campaign:
    return create_campaign(by=mei, name="秋の展示会", code="autumn", channel="search", budget=1_000_000)


def booked(autumn, mei, **fields) -> Flight:
    values = {
        "vehicle": "Google 検索", "channel": "search", "starts_on": date(2026, 11, 16), "ends_on": date(2026, 12, 15),
        "budget": 300_000,
    }  # fmt: skip
    return plan_flight(autumn, by=mei, **(values | fields))


def banner(autumn, mei, **fields) -> Creative:
    return make_creative(autumn, by=mei, **({"name": "バナー", "landing": "https://acme.example/"} | fields))


def png(width: int = 40, height: int = 30, mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, (width, height), "red").save(kept, "PNG")
    return kept.getvalue()


def test_a_budget_is_spread_over_the_months_by_days(autumn, mei):
    flight = booked(autumn, mei)

    assert list(flight.months.values_list("month", "amount")) == [(NOVEMBER, 150_000), (DECEMBER, 150_000)]


@given(
    total=st.integers(0, 10**12),
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 1_000),
)
def test_the_parts_of_a_budget_always_add_up(total, first, days):
    last = date.fromordinal(first.toordinal() + days)

    parts = spread(total, first, last)

    assert sum(parts.values()) == total
    assert list(parts) == list(months_between(first, last))
    assert min(parts.values()) >= 0


def test_months_can_be_set_one_by_one_and_moving_spreads_anew(autumn, mei):
    flight = booked(autumn, mei)
    flight = change_flight(flight, by=mei, version=1, months={NOVEMBER: 250_000, DECEMBER: 10_000})
    assert flight.budget == 260_000

    moved = move_flight(flight, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 30), by=mei, version=2)

    assert list(moved.months.values_list("month", "amount")) == [(DECEMBER, 260_000)]


def test_the_plan_adds_up_by_channel_and_month_and_leaves_out_what_is_cancelled(autumn, mei):
    booked(autumn, mei)
    booked(autumn, mei, vehicle="新聞", channel="print", budget=90_000, starts_on=NOVEMBER, ends_on=date(2026, 11, 30))
    booked(autumn, mei, vehicle="中止", channel="tv", budget=5, state="cancelled")

    plan = plan_of(Flight.objects.all(), NOVEMBER, date(2027, 1, 1))

    assert {channel: dict(months) for channel, months in plan.by_channel.items()} == {
        "search": {NOVEMBER: 150_000, DECEMBER: 150_000},
        "print": {NOVEMBER: 90_000},
    }
    assert plan.by_month == {NOVEMBER: 240_000, DECEMBER: 150_000}


def test_what_is_expected_of_a_part_of_a_flight():
    first, last = date(2026, 11, 16), date(2026, 12, 15)

    assert expected_between(300, first, last, DECEMBER, date(2027, 1, 1)) == 150
    assert spent_between({NOVEMBER: 150, DECEMBER: 150}, first, last, date(2026, 11, 16), date(2026, 11, 26)) == 100
    assert expected_between(300, first, last, date(2025, 1, 1), date(2025, 2, 1)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"vehicle": " "},
        {"ends_on": date(2026, 11, 1)},
        {"ends_on": date(2036, 1, 1)},
        {"budget": -1},
        {"channel": "smoke"},
        {"source": "typing"},
        {"leads": -5},
        {"months": {date(2027, 5, 1): 3}},
    ],
)
def test_a_flight_that_cannot_be_is_refused(autumn, mei, wrong):
    with pytest.raises(FlightInvalid):
        booked(autumn, mei, **wrong)
    assert not Flight.objects.exists()


def test_a_stale_change_of_a_flight_is_refused(autumn, mei):
    flight = booked(autumn, mei)
    change_flight(flight, by=mei, version=1, supplier="代理店")

    with pytest.raises(StaleRecord):
        change_flight(flight, by=mei, version=1, supplier="別の代理店")


def test_a_flight_without_figures_is_deleted_and_comes_back_with_its_months(autumn, mei):
    entry = delete_flight(booked(autumn, mei), by=mei)
    assert not Flight.objects.exists()

    restored = restore_flight(entry, by=mei)

    assert restored.months.count() == 2


def test_a_flight_takes_its_placements_along_and_back(autumn, mei):
    creative, flight = banner(autumn, mei), booked(autumn, mei)
    placement = place(creative, flight, by=mei)

    entry = delete_flight(flight, by=mei)
    assert creative.placements.count() == 1
    restore_flight(entry, by=mei)

    assert creative.placements.get(flight=flight.pk).link == placement.link


def test_a_flight_with_figures_stays(autumn, mei):
    flight = booked(autumn, mei)
    type_figures(flight, date(2026, 11, 20), by=mei, cost=5_000, leads=2)

    with pytest.raises(FlightInUse):
        delete_flight(flight, by=mei)
    assert CampaignCost.objects.get().amount == 5_000


def test_figures_typed_again_replace_and_nothing_takes_the_cost_away(autumn, mei):
    flight, day = booked(autumn, mei), date(2026, 11, 20)
    type_figures(flight, day, by=mei, cost=5_000)
    type_figures(flight, day, by=mei, cost=7_000)
    assert CampaignCost.objects.get().amount == 7_000

    type_figures(flight, day, by=mei, cost=0)

    assert not CampaignCost.objects.exists()
    assert Figure.objects.get().cost == 0


def test_figures_below_nothing_are_refused_whole(autumn, mei):
    lines = [Told(day=NOVEMBER, campaign_name="autumn", cost=1), Told(day=NOVEMBER, campaign_name="x", cost=-1)]

    with pytest.raises(FiguresInvalid):
        record_figures(lines, source="google", by=mei)
    assert not Figure.objects.exists()


def test_a_creative_runs_only_when_it_was_approved(autumn, mei, kimura):
    creative = banner(autumn, mei)
    with pytest.raises(CreativeNotReady):
        move_creative(creative, CreativeState.RUNNING, by=mei, version=None)
    with pytest.raises(CreativeNotReady, match="ファイル"):
        approve_creative(creative, by=kimura, version=None)
    add_version(creative, png(), name="a.png", by=mei)
    with pytest.raises(NotAllowed):
        approve_creative(creative, by=mei, version=None)

    approved = approve_creative(creative, by=kimura, version=None)

    assert (approved.state, approved.approved_by) == ("approved", kimura)
    assert move_creative(approved, CreativeState.RUNNING, by=mei, version=None).state == "running"


def test_a_new_version_or_another_landing_page_has_to_be_approved_anew(autumn, mei, kimura):
    creative = banner(autumn, mei, headline="はこちら")
    approve_creative(creative, by=kimura, version=None)
    changed = change_creative(creative, by=mei, version=None, landing="https://acme.example/new")
    assert changed.state == CreativeState.DRAFT
    assert creative.placements.get().link.target == "https://acme.example/new"

    approve_creative(creative, by=kimura, version=None)
    add_version(creative, png(), name="b.png", by=mei)

    creative.refresh_from_db()
    assert (creative.state, creative.approved_by) == (CreativeState.DRAFT, None)


def test_a_preview_is_drawn_anew_without_what_else_the_file_holds(autumn, mei):
    content = png(1_600, 900) + b"<script>alert(1)</script>"

    version = add_version(banner(autumn, mei), content, name="../../x.html.png", by=mei)

    shown = redrawn(content)
    assert b"script" not in shown
    with Image.open(io.BytesIO(shown)) as picture:
        assert picture.size == (640, 360)
    assert version.file.name == "x.html.png"
    assert version.preview is not None


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"<html>", b"MZ\x90\0"]
)
def test_what_could_run_is_not_kept(autumn, mei, content):
    creative = banner(autumn, mei)

    with pytest.raises(KindNotAllowed):
        add_version(creative, content, name="x.png", by=mei)
    assert not creative.versions.exists()


def test_a_file_of_fifty_megabytes_is_refused(autumn, mei):
    with pytest.raises(FileTooLarge):
        add_version(banner(autumn, mei), png() + b"\0" * 50_000_000, name="x.png", by=mei)


def test_a_placement_has_a_link_of_its_own_and_placing_twice_makes_one(autumn, mei):
    creative, flight = banner(autumn, mei), booked(autumn, mei, source="google")

    placement = place(creative, flight, by=mei)

    assert place(creative, flight, by=mei) == placement
    link = placement.link
    assert (link.utm_content, link.utm_source, link.utm_medium) == (placement.code, "google", "cpc")
    assert creative.placements.count() == 2


def test_a_creative_is_placed_on_flights_of_its_own_campaign_only(autumn, mei):
    other = create_campaign(by=mei, name="別", code="other", channel="tv")

    with pytest.raises(WrongCampaign):
        place(banner(autumn, mei), booked(other, mei), by=mei)


def test_a_creative_with_figures_stays(autumn, mei):
    creative = banner(autumn, mei)
    code = creative.placements.get().code
    record_figures([Told(day=NOVEMBER, campaign_name="?", content=code, cost=3)], source="meta", by=mei)

    with pytest.raises(CreativeInUse):
        delete_creative(creative, by=mei)


def test_a_creative_needs_a_name_and_a_web_address(autumn, mei):
    for wrong in ({"name": ""}, {"landing": "javascript:alert(1)"}, {"kind": "smell"}):
        with pytest.raises(CreativeInvalid):
            banner(autumn, mei, **wrong)


def test_the_sheet_of_qr_codes_is_a_pdf(autumn):
    assert qr_sheet("秋", [("バナー", "新聞", "https://a.example/l/x")], company="両輪").startswith(b"%PDF")


def test_a_campaign_nothing_refers_to_is_deleted_and_put_back(autumn, mei):
    place(banner(autumn, mei), booked(autumn, mei), by=mei)

    entry = delete_campaign(autumn, by=mei)
    assert not Campaign.objects.exists()
    restored = restore_campaign(entry, by=mei)

    assert restored.flights.count() == 1
    placed = restored.creatives.get().placements.exclude(flight=None).get()
    assert placed.link.campaign == restored


def test_a_campaign_in_use_is_kept_and_the_refusal_says_why(autumn, mei, world):
    record_cost(autumn, NOVEMBER, 100, by=mei)
    with pytest.raises(CampaignInUse, match="費用1件"):
        delete_campaign(autumn, by=mei)
    with pytest.raises(CampaignInUse):
        delete_campaign(world.campaign, by=mei)
    assert Campaign.objects.filter(pk__in=(autumn.pk, world.campaign.pk)).count() == 2


def test_conversions_keep_their_fractions(autumn, mei):
    record_figures([Told(day=NOVEMBER, campaign_name="autumn", conversions=Decimal("1.25"))], source="x", by=mei)

    assert Figure.objects.get().conversions == Decimal("1.25")


def test_what_is_written_down_about_media(autumn, mei, kimura):
    flight, creative = booked(autumn, mei), banner(autumn, mei, headline="はこちら")
    place(creative, flight, by=mei)
    approve_creative(creative, by=kimura, version=None)
    type_figures(flight, NOVEMBER, by=mei, cost=1)

    facts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"flight_planned", "creative_made", "creative_placed", "creative_approved", "figures_typed"} <= facts


def test_sales_may_not_plan_media(autumn, sato):
    with pytest.raises(NotAllowed):
        booked(autumn, sato)
    with pytest.raises(NotAllowed):
        banner(autumn, sato)
