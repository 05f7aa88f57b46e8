"""The calendar's pages: weeks, months, forms, moves by hand, visits, feeds and invitations."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.calendar.actions import cancel_appointment, change_appointment, plan_appointment
from ryorin.sales.calendar.models import Appointment, Feed
from ryorin.workspace.tasks.actions import add_task

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
HOUR = timedelta(hours=1)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def visit(world: World) -> Appointment:
    return plan_appointment("visited", by=world.sato, deal=world.deal, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)


def form(world: World, **changes: object) -> dict[str, object]:
    """Return what the form sends for a visit to Acme."""
    values: dict[str, object] = {
        "kind": "visited",
        "deal": world.deal.pk,
        "day": "2026-11-25",
        "start": "13:30",
        "minutes": "90",
        "owner": world.sato.pk,
        "once": "a-token",
    }
    return values | changes


def test_a_week_shows_appointments_tasks_and_holidays(as_: As, world: World, visit: Appointment) -> None:
    add_task(title="見積を送る", owner=world.sato, by=world.sato, due_at=TUESDAY + 2 * HOUR)
    page = as_(world.sato).get("/calendar/?day=2026-11-24").content.decode()
    assert "株式会社アクメ 訪問" in page
    assert "勤労感謝の日" in page
    assert "見積を送る" in page
    assert f'data-move="/calendar/{visit.pk}/move/"' in page


def test_somebody_elses_week_is_shown_when_asked_for(as_: As, world: World, visit: Appointment) -> None:
    browser = as_(world.mei)
    assert visit.title not in browser.get("/calendar/?day=2026-11-24").content.decode()
    query = f"day=2026-11-24&whose=members&members={world.sato.pk}&members={world.mei.pk}"
    assert visit.title in browser.get(f"/calendar/?{query}").content.decode()
    assert visit.title in browser.get(f"/calendar/?{query}&view=month").content.decode()
    assert visit.title not in as_(world.kato).get(f"/calendar/?{query}").content.decode()


@pytest.mark.parametrize(
    "query", ["view=x&day=x&whose=x&members=x", "day=0001-01-01", "day=9999-12-31", "day=%00", "members=" + "9" * 40]
)
def test_nonsense_in_the_address_shows_today(as_: As, world: World, query: str) -> None:
    for view in ("week", "month"):
        assert as_(world.sato).get(f"/calendar/?{query}&view={view}").status_code == 200


def test_a_week_costs_the_same_however_full_it_is(as_: As, world: World, django_assert_max_num_queries: object) -> None:
    for number in range(20):
        start = TUESDAY + timedelta(minutes=30 * number)
        plan_appointment(
            "visited", by=world.sato, deal=world.deal, starts_at=start, ends_at=start + HOUR, members=[world.mei]
        )
    browser = as_(world.sato)
    browser.get("/calendar/")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        browser.get("/calendar/?day=2026-11-24&whose=team")


def test_a_visit_is_planned_once_even_when_the_form_is_sent_twice(as_: As, world: World) -> None:
    browser = as_(world.sato)
    for _again in range(2):
        answer = browser.post("/calendar/new/", form(world), headers=FRAGMENT)
        assert answer.status_code == 204
    found = Appointment.objects.get()
    assert (found.starts_at, found.minutes) == (datetime(2026, 11, 25, 13, 30, tzinfo=TOKYO), 90)
    assert found.person == world.ada


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2026-02-31"},
        {"day": "9999-12-31"},
        {"start": "25:00"},
        {"minutes": "7"},
        {"kind": "party"},
        {"deal": ""},
        {"online_link": "javascript:alert(1)"},
        {"title": "x" * 200},
        {"owner": "999999"},
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_nothing_is_planned(
    as_: As, world: World, changes: dict[str, object]
) -> None:
    answer = as_(world.sato).post("/calendar/new/", form(world, **changes))
    assert answer.status_code == 422
    assert "入力内容を確かめてください" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_dragged_visit_moves_and_a_stale_one_is_told(as_: As, world: World, visit: Appointment) -> None:
    browser = as_(world.sato)
    path = f"/calendar/{visit.pk}/move/"
    answer = browser.post(path, {"start": "2026-11-26T15:15", "version": 1}, headers=FRAGMENT)
    assert "calendar-changed" in json.loads(answer.headers["HX-Trigger"])
    visit.refresh_from_db()
    assert visit.starts_at == datetime(2026, 11, 26, 15, 15, tzinfo=TOKYO)
    assert browser.post(path, {"start": "2026-11-27T10:00", "version": 1}, headers=FRAGMENT).status_code == 409
    assert browser.post(path, {"start": "soon", "version": 2}, headers=FRAGMENT).status_code == 422
    assert browser.post(path, {"start": "9999-12-31T23:00", "version": 2}, headers=FRAGMENT).status_code == 400


def test_the_form_says_who_is_taken_at_that_time(as_: As, world: World, visit: Appointment) -> None:
    query = {"day": "2026-11-24", "start": "10:30", "minutes": "60", "owner": world.sato.pk}
    page = as_(world.mei).get("/calendar/clashes/", query).content.decode()
    assert "同じ時間に別の予定があります" in page
    assert "佐藤 健：株式会社アクメ 訪問" in page
    hidden = as_(world.kato).get("/calendar/clashes/", query).content.decode()
    assert "ほかの予定" in hidden and "アクメ" not in hidden
    assert "同じ時間" not in as_(world.mei).get("/calendar/clashes/", query | {"besides": visit.pk}).content.decode()
    assert as_(world.mei).get("/calendar/clashes/", {"day": "x", "owner": "x"}).status_code == 200


def test_an_edit_over_somebody_elses_change_is_told(as_: As, world: World, visit: Appointment) -> None:
    change_appointment(visit, by=world.sato, version=1, note="資料")
    answer = as_(world.sato).post(f"/calendar/{visit.pk}/edit/", form(world, version=1))
    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.starts_at == TUESDAY


def test_a_kept_visit_is_recorded_from_the_phone(as_: As, world: World, visit: Appointment) -> None:
    before = Activity.objects.count()
    with clock.frozen(TUESDAY + 2 * HOUR):
        browser = as_(world.sato)
        assert "面談できた" in browser.get(f"/calendar/{visit.pk}/finish/").content.decode()
        data = {
            "version": 1,
            "outcome": "面談できた",
            "body": "来期に導入",
            "minutes": 45,
            "next_action": "見積",
            "soon": "3",
        }
        browser.post(f"/calendar/{visit.pk}/finish/", data, headers=FRAGMENT)
        browser.post(f"/calendar/{visit.pk}/finish/", data, headers=FRAGMENT)
    assert Activity.objects.count() == before + 1
    world.deal.refresh_from_db()
    assert world.deal.next_action == "見積"


def test_visits_of_a_day_name_place_and_phone(as_: As, world: World, visit: Appointment) -> None:
    page = as_(world.sato).get("/calendar/visits/?day=2026-11-24").content.decode()
    assert "株式会社アクメ 訪問" in page
    assert "住所が登録されていません" in page
    assert "この日の訪問はありません" in as_(world.mei).get("/calendar/visits/?day=2026-11-24").content.decode()
    assert visit.title in as_(world.mei).get("/calendar/visits/?day=2026-11-24&whose=all").content.decode()


def secret_address(browser: Client) -> str:
    page = browser.post("/calendar/feed/").content.decode()
    return page.split('id="feed-address" value="http://testserver')[1].split('"')[0]


def events(text: bytes) -> list[object]:
    return Calendar.from_ical(text).walk("VEVENT")


def test_a_feed_is_read_without_signing_in_and_follows_changes(as_: As, world: World, visit: Appointment) -> None:
    address = secret_address(as_(world.sato))
    stranger = Client()
    answer = stranger.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert event["DTSTART"].dt == TUESDAY and event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{visit.uid}@ryorin", 0, "CONFIRMED")
    assert stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    change_appointment(visit, by=world.sato, version=1, starts_at=TUESDAY + HOUR, ends_at=TUESDAY + 2 * HOUR)
    cancel_appointment(visit, by=world.sato)
    (event,) = events(stranger.get(address).content)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{visit.uid}@ryorin", 2, "CANCELLED")
    assert Feed.objects.get().read_at is not None


def test_a_renewed_or_stopped_feed_closes_its_old_address(as_: As, world: World) -> None:
    browser, stranger = as_(world.sato), Client()
    old = secret_address(browser)
    new = secret_address(browser)
    assert (stranger.get(old).status_code, stranger.get(new).status_code) == (404, 200)
    assert "feed-address" not in browser.get("/calendar/feed/").content.decode()
    browser.post("/calendar/feed/stop/")
    assert stranger.get(new).status_code == 404


def test_the_feed_of_a_member_who_left_is_closed(as_: As, world: World) -> None:
    address = secret_address(as_(world.sato))
    world.sato.is_active = False
    world.sato.save()
    assert Client().get(address).status_code == 404


def test_an_invitation_names_who_invites_and_who_comes_but_not_our_notes(
    as_: As, world: World, visit: Appointment
) -> None:
    change_appointment(
        visit,
        by=world.sato,
        version=1,
        members=[world.mei],
        note="値引きは5%まで",
        online_link="https://meet.example/a",
    )
    answer = as_(world.sato).get(f"/calendar/{visit.pk}/invitation.ics")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == f"mailto:{world.sato.email}"
    assert {str(guest) for guest in event["ATTENDEE"]} == {"mailto:ada@acme.example", f"mailto:{world.mei.email}"}
    assert "値引き" not in answer.content.decode()
    assert event["URL"] == "https://meet.example/a"
    cancel_appointment(visit, by=world.sato)
    off = Calendar.from_ical(as_(world.sato).get(f"/calendar/{visit.pk}/invitation.ics").content)
    assert (off["METHOD"], off.walk("VEVENT")[0]["STATUS"]) == ("CANCEL", "CANCELLED")
