"""Regular meetings: their next days come by themselves, once, and follow the series."""

from datetime import date, datetime, time, timedelta

import pytest
from tests.alignment.meetings.conftest import NOW, TOKYO

from ryorin.alignment.meetings.actions import (
    add_item,
    add_meeting,
    cancel_meeting,
    change_series,
    move_meeting,
    plan_meetings,
    resume_series,
    stop_series,
)
from ryorin.alignment.meetings.errors import MeetingGone, OrganiserMissing, ParticipantsMissing, SeriesInvalid
from ryorin.alignment.meetings.models import Meeting, MeetingState, Series
from ryorin.lib import clock
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.organisation.models import Organisation


def days(series: Series) -> list[date]:
    found = series.meetings.order_by("starts_at").values_list("starts_at", flat=True)
    return [moment.astimezone(TOKYO).date() for moment in found]


def test_the_next_meetings_are_made_with_the_series(series):
    assert days(series) == [date(2026, 12, 1), date(2027, 1, 5)]
    first = series.meetings.order_by("starts_at")[0]
    assert first.starts_at == datetime(2026, 12, 1, 10, tzinfo=TOKYO)
    assert {str(one) for one in first.participants.all()} == {"木村 薫", "林 芽衣", "佐藤 健", "agency@partner.example"}
    assert AuditEntry.objects.filter(action="series_created", record_id=series.pk).exists()


def test_planning_again_makes_none_twice_and_time_brings_the_next(series):
    assert plan_meetings() == 0
    with clock.frozen(NOW + timedelta(days=30)):
        assert plan_meetings() == 1
    assert days(series)[-1] == date(2027, 2, 2)


def test_a_meeting_on_a_holiday_or_a_closed_day_is_put_on_the_next_business_day(begin):
    Organisation.objects.update(closed_days=["2027-01-12"])
    series = begin(name="月曜会", rhythm="weekly", weekday=0)
    assert date(2027, 1, 13) in days(series)  # 11th: 成人の日, 12th: closed
    assert date(2027, 1, 11) not in days(series)


def test_an_address_of_a_member_is_the_member(begin, world):
    series = begin(members=[world.mei], emails=["Sato@ryorin.example", "sato@ryorin.example", " a@b.example "])
    assert [(one.member, one.email) for one in series.participants.all()] == [
        (world.mei, ""), (world.sato, ""), (None, "a@b.example"),
    ]  # fmt: skip


def test_a_changed_day_plans_anew_what_nobody_has_worked_on(series, world):
    first = series.meetings.order_by("starts_at")[0]
    add_item(first, title="新製品の発表", by=world.mei)
    change_series(series, by=world.kimura, weekday=3, name="木曜会")
    assert date(2026, 12, 1) in days(series) and date(2026, 12, 3) in days(series)
    assert date(2027, 1, 5) not in days(series) and date(2027, 1, 7) in days(series)
    assert set(series.meetings.values_list("name", flat=True)) == {"木曜会"}


def test_new_participants_are_asked_to_the_meetings_to_come(series, world):
    change_series(series, by=world.kimura, members=[world.kimura, world.tamura], emails=[])
    for meeting in series.meetings.all():
        assert {str(one) for one in meeting.participants.all()} == {"木村 薫", "田村 葵"}


def test_a_stopped_series_plans_nothing_until_it_goes_on(series, world):
    stop_series(series, by=world.kimura)
    assert days(series) == [] and plan_meetings() == 0
    resume_series(series, by=world.kimura)
    assert len(days(series)) == 2


def test_one_meeting_more_can_be_added_moved_and_called_off(series, world):
    extra = add_meeting(series, datetime(2026, 12, 15, 14, tzinfo=TOKYO), by=world.mei)
    moved = move_meeting(extra, datetime(2026, 12, 16, 15, tzinfo=TOKYO), by=world.mei, version=extra.version)
    assert moved.starts_at.astimezone(TOKYO).hour == 15
    assert cancel_meeting(moved, by=world.mei).state == MeetingState.CANCELLED
    told = Notification.objects.filter(member=world.sato).values_list("kind", flat=True)
    assert {"meeting_moved", "meeting_cancelled"} <= set(told)
    with pytest.raises(SeriesInvalid):
        add_meeting(series, NOW - timedelta(days=1), by=world.mei)


def test_a_moved_meeting_is_not_made_again(series, world):
    first = series.meetings.order_by("starts_at")[0]
    move_meeting(first, datetime(2026, 12, 2, 10, tzinfo=TOKYO), by=world.kimura)
    assert plan_meetings() == 0


def test_a_meeting_without_participants_is_refused(begin):
    with pytest.raises(ParticipantsMissing):
        begin(members=[], emails=[])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "}, {"name": "長" * 81}, {"minutes": 0}, {"minutes": 10_000}, {"rhythm": "daily"}, {"weekday": 9},
        {"nth": 0}, {"looks_at": "yesterday"}, {"mails_before": 99}, {"link": "javascript:alert(1)"},
        {"emails": ["not an address"]}, {"begins_at": None},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(begin, wrong):
    with pytest.raises(SeriesInvalid):
        begin(**wrong)
    assert not Series.objects.exists() and not Meeting.objects.exists()


def test_an_organiser_who_left_cannot_begin_a_series(begin, world):
    world.mei.is_active = False
    world.mei.save()
    with pytest.raises(OrganiserMissing):
        begin(organiser=world.mei)


def test_a_series_changed_meanwhile_is_not_overwritten(series, world):
    change_series(series, by=world.kimura, version=1, place="第2会議室")
    with pytest.raises(StaleRecord):
        change_series(series, by=world.mei, version=1, place="第3会議室")


def test_readers_begin_no_meetings_and_strangers_see_none(series, meeting, world):
    with pytest.raises(NotAllowed):
        change_series(series, by=world.ono, begins_at=time(9))
    assert not Meeting.objects.visible_to(world.kato).exists() and not Series.objects.visible_to(world.kato).exists()
    assert Meeting.objects.visible_to(world.tamura).count() == 2  # leaders see every meeting
    with pytest.raises(MeetingGone):
        cancel_meeting(meeting, by=world.kato)
