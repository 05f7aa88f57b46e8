"""Appointments: planned, moved, called off, turned into activities; conflicts and the visits of a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import Activity
from ryorin.sales.calendar import actions, queries
from ryorin.sales.calendar.errors import AppointmentOver, NobodyToMeet, NotOverYet
from ryorin.sales.calendar.models import Appointment, AppointmentState, Feed
from ryorin.sales.calendar.rules import digest_of
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role, Scope, Team

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def visit(deal: Deal, sato: Member) -> Appointment:
    return actions.plan_appointment("visited", by=sato, deal=deal, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)


def test_a_visit_is_named_after_the_company_and_belongs_to_who_planned_it(visit: Appointment, sato: Member) -> None:
    assert (visit.title, visit.owner, visit.minutes) == ("株式会社アクメ 訪問", sato, 60)
    assert visit.person == visit.deal.person if visit.deal else False


def test_a_visit_that_was_kept_becomes_an_activity_without_typing_it_again(
    visit: Appointment, sato: Member, deal: Deal
) -> None:
    colleague = create_person(by=None, family_name="井上", company=visit.company)
    actions.change_appointment(visit, by=sato, version=1, people=[colleague])
    with clock.frozen(TUESDAY + 2 * HOUR):
        done = actions.finish_appointment(
            visit,
            by=sato,
            version=2,
            outcome="面談できた",
            body="予算化",
            next_action="見積を送る",
            next_action_on=date(2026, 11, 27),
        )
    activity = Activity.objects.get()
    assert done.activity == activity
    assert (activity.kind, activity.at, activity.minutes, activity.outcome) == ("visited", TUESDAY, 60, "面談できた")
    deal.refresh_from_db()
    assert (deal.next_action, deal.next_action_on) == ("見積を送る", date(2026, 11, 27))
    met = InboxTouchpoint.objects.filter(kind="visited").values_list("person_id", flat=True)
    assert set(met) == {visit.person_id, colleague.pk}


def test_it_is_done_once(visit: Appointment, sato: Member) -> None:
    with clock.frozen(TUESDAY + 2 * HOUR):
        actions.finish_appointment(visit, by=sato)
        with pytest.raises(AppointmentOver):
            actions.finish_appointment(visit, by=sato)
    assert Activity.objects.count() == 1


def test_what_lies_ahead_cannot_be_done(visit: Appointment, sato: Member) -> None:
    with pytest.raises(NotOverYet):
        actions.finish_appointment(visit, by=sato)


def test_a_moved_visit_takes_as_long_and_guests_are_told(visit: Appointment, sato: Member, mei: Member) -> None:
    actions.change_appointment(visit, by=sato, version=1, members=[mei, sato, mei])
    moved = actions.move_appointment(visit, TUESDAY + 3 * HOUR, by=sato, version=2)
    assert (moved.starts_at, moved.ends_at) == (TUESDAY + 3 * HOUR, TUESDAY + 4 * HOUR)
    assert moved.sequence == 2
    assert [one.text for one in mei.notifications.order_by("pk")] == ["予定「株式会社アクメ 訪問」が変わりました。"] * 2
    assert [guest.member for guest in moved.guests.all()] == [mei]


def test_a_stale_move_is_told(visit: Appointment, sato: Member) -> None:
    actions.move_appointment(visit, TUESDAY + HOUR, by=sato, version=1)
    with pytest.raises(StaleRecord):
        actions.move_appointment(visit, TUESDAY, by=sato, version=1)


def test_a_note_alone_is_no_news_for_calendars(visit: Appointment, sato: Member) -> None:
    changed = actions.change_appointment(visit, by=sato, version=1, note="資料を持参")
    assert (changed.sequence, changed.version) == (0, 2)
    assert actions.change_appointment(changed, by=sato, version=2, note="資料を持参").version == 2


def test_a_cancelled_visit_can_be_put_back_but_not_moved(visit: Appointment, sato: Member) -> None:
    actions.cancel_appointment(visit, by=sato, version=1, reason="先方の都合")
    with pytest.raises(AppointmentOver):
        actions.move_appointment(visit, TUESDAY, by=sato, version=None)
    back = actions.replan_appointment(visit, by=sato)
    assert (back.state, back.sequence) == (AppointmentState.PLANNED, 2)
    assert actions.replan_appointment(visit, by=sato).version == back.version


def test_a_visit_to_nobody_is_refused_but_an_internal_meeting_needs_nobody(sato: Member, our_company: object) -> None:
    with pytest.raises(NobodyToMeet):
        actions.plan_appointment("visited", by=sato, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)
    meeting = actions.plan_appointment("internal", by=sato, starts_at=TUESDAY, ends_at=TUESDAY + HOUR, title="営業会議")
    with clock.frozen(TUESDAY + HOUR):
        assert actions.finish_appointment(meeting, by=sato).activity is None


def test_conflicts_are_those_of_owner_and_guests(visit: Appointment, sato: Member, mei: Member) -> None:
    assert queries.conflicts([sato.pk], TUESDAY + HOUR, TUESDAY + 2 * HOUR) == []
    assert queries.conflicts([sato.pk], TUESDAY - HOUR, TUESDAY + HOUR / 2) == [visit]
    assert queries.conflicts([mei.pk], TUESDAY, TUESDAY + HOUR) == []
    actions.change_appointment(visit, by=sato, version=1, members=[mei])
    assert queries.conflicts([mei.pk], TUESDAY, TUESDAY + HOUR) == [visit]
    assert queries.conflicts([mei.pk, sato.pk], TUESDAY, TUESDAY + HOUR, besides=visit.pk) == []


def test_a_week_shows_what_the_member_may_see(visit: Appointment, sato: Member, mei: Member) -> None:
    kato = Member.objects.create_user(
        "kato@ryorin.example",
        family_name="加藤",
        role=Role.SALES,
        scope=Scope.TEAM,
        team=Team.objects.create(name="大阪"),
    )
    week = date(2026, 11, 23), date(2026, 11, 29)
    assert queries.between(sato, *week, tz="Asia/Tokyo") == [visit]
    assert queries.between(mei, *week, tz="Asia/Tokyo", of=[mei.pk]) == []
    assert queries.between(kato, *week, tz="Asia/Tokyo") == []
    actions.change_appointment(visit, by=sato, version=1, members=[kato])
    assert queries.between(kato, *week, tz="Asia/Tokyo") == [visit]
    assert queries.between(kato, *week, tz="Asia/Tokyo", of=[kato.pk]) == [visit]
    actions.cancel_appointment(visit, by=sato)
    assert queries.between(sato, *week, tz="Asia/Tokyo") == []


def test_the_visits_of_a_day_stand_by_city_with_phone_and_last_contact(sato: Member, our_company: object) -> None:
    def plan(name: str, prefecture: str, city: str, hour: int) -> Person:
        firm = create_company(by=None, name=name, prefecture=prefecture, city=city, street="1-2", phone="03-1111-2222")
        person = create_person(by=None, family_name=name, company=firm)
        start = TUESDAY.replace(hour=hour)
        actions.plan_appointment("visited", by=sato, person=person, starts_at=start, ends_at=start + HOUR)
        return person

    first = plan("あ社", "13", "港区", 10)
    plan("い社", "14", "横浜市西区", 11)
    plan("う社", "13", "港区", 15)
    log_activity("called", by=sato, person=first, at=NOW - timedelta(days=3))
    areas = queries.visits_of(sato, TUESDAY.date(), tz="Asia/Tokyo", of=[sato.pk])
    assert [(area.prefecture, area.city, len(area.visits)) for area in areas] == [
        ("東京都", "港区", 2),
        ("神奈川県", "横浜市西区", 1),
    ]
    stop = areas[0].visits[0]
    assert (stop.address, stop.phone, stop.last_contact) == ("東京都港区1-2", "03-1111-2222", NOW - timedelta(days=3))


def test_a_day_of_visits_costs_the_same_number_of_questions_however_many(
    sato: Member, our_company: object, django_assert_num_queries: object
) -> None:
    for hour in range(9, 17):
        person = create_person(by=None, family_name=f"人{hour}")
        start = TUESDAY.replace(hour=hour)
        actions.plan_appointment("visited", by=sato, person=person, starts_at=start, ends_at=start + HOUR)
    with django_assert_num_queries(3):  # type: ignore[operator]
        queries.visits_of(sato, TUESDAY.date(), tz="Asia/Tokyo", of=None)


def test_only_the_hash_of_a_feeds_secret_is_kept_and_a_new_one_closes_the_old(sato: Member, mei: Member) -> None:
    old = actions.make_feed(sato, by=sato)
    new = actions.make_feed(sato, by=sato)
    assert Feed.objects.get().digest == digest_of(new) != digest_of(old)
    with pytest.raises(NotAllowed):
        actions.make_feed(sato, by=mei)
    actions.stop_feed(sato, by=sato)
    assert not Feed.objects.exists()
