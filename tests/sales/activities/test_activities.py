import json
from datetime import date, timedelta

import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.activities import queries
from ryorin.sales.activities.actions import change_activity, delete_activity, log_activity
from ryorin.sales.activities.errors import ActivityInFuture, NobodyTookPart
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.sales.deals.actions import win_deal
from ryorin.sales.deals.errors import ValueTooLong
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.tasks.models import Task


def test_a_call_is_kept_with_its_person_and_company_and_told_to_the_timeline(
    ada: Person, acme: Company, sato: Member
) -> None:
    call = log_activity(ActivityKind.CALL, by=sato, person=ada, body="来週もう一度", outcome="話せた", minutes=6)
    assert (call.company, call.owner) == (acme, sato)
    touchpoint = InboxTouchpoint.objects.get(kind="called")
    assert (touchpoint.uid, touchpoint.person_id, touchpoint.member_id) == (call.touchpoint, ada.pk, sato.pk)
    assert json.loads(touchpoint.properties) == {
        "activity_id": call.pk,
        "note": "来週もう一度",
        "outcome": "話せた",
        "minutes": 6,
    }


def test_every_kind_of_activity_is_a_touchpoint_of_the_same_kind(ada: Person, sato: Member) -> None:
    for kind in ActivityKind:
        log_activity(kind, by=sato, person=ada)
    kinds = InboxTouchpoint.objects.filter(source="activities").values_list("kind", flat=True)
    assert list(kinds) == ["called", "visited", "met", "mailed", "noted"]


def test_an_activity_of_a_deal_brings_its_person_and_sets_its_next_action(
    deal: Deal, sato: Member, ada: Person
) -> None:
    day = date(2026, 12, 1)
    visit = log_activity(ActivityKind.VISIT, by=sato, deal=deal, next_action="見積を送る", next_action_on=day)
    deal.refresh_from_db()
    assert visit.person == ada
    assert (deal.next_action, deal.next_action_on) == ("見積を送る", day)
    assert not Task.objects.exists()


def test_a_next_action_without_an_open_deal_becomes_a_task(deal: Deal, sato: Member, ada: Person) -> None:
    win_deal(deal, by=sato)
    log_activity(ActivityKind.CALL, by=sato, deal=deal, next_action="納品後に電話", next_action_on=date(2026, 12, 1))
    task = Task.objects.get()
    assert (task.title, task.owner, task.about_type, task.about_id) == ("納品後に電話", sato, "person", ada.pk)
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-12-01T09:00:00+00:00"


def test_the_next_action_noted_by_a_marketer_becomes_a_task_of_theirs(deal: Deal, mei: Member) -> None:
    log_activity(ActivityKind.NOTE, by=mei, deal=deal, next_action="資料を送る")
    deal.refresh_from_db()
    assert deal.next_action == ""
    assert Task.objects.get().owner == mei


def test_an_activity_with_nobody_is_refused(sato: Member) -> None:
    with pytest.raises(NobodyTookPart):
        log_activity(ActivityKind.NOTE, by=sato, body="?")


def test_an_activity_of_tomorrow_is_refused(ada: Person, sato: Member) -> None:
    with pytest.raises(ActivityInFuture):
        log_activity(ActivityKind.CALL, by=sato, person=ada, at=clock.now() + timedelta(days=1))


def test_a_subject_that_is_too_long_is_refused_and_nothing_is_written(ada: Person, sato: Member) -> None:
    with pytest.raises(ValueTooLong, match="件名"):
        log_activity(ActivityKind.CALL, by=sato, person=ada, subject="あ" * 161)
    assert not Activity.objects.exists()


def test_a_reader_may_not_log_anything(ada: Person, sato: Member) -> None:
    sato.role = Role.READ_ONLY
    with pytest.raises(NotAllowed):
        log_activity(ActivityKind.CALL, by=sato, person=ada)


def test_an_activity_can_be_corrected_and_deleted(ada: Person, sato: Member) -> None:
    call = log_activity(ActivityKind.CALL, by=sato, person=ada, outcome="不在")
    assert change_activity(call, by=sato, outcome="話せた").outcome == "話せた"
    assert AuditEntry.objects.get(action="activity_changed").changes == '{"outcome":["不在","話せた"]}'
    delete_activity(call, by=sato)
    assert AuditEntry.objects.filter(action="activity_deleted", record_type="activity").exists()
    assert not Activity.objects.exists()


def test_activities_come_by_day_in_the_companys_time_and_page_without_a_gap(ada: Person, sato: Member) -> None:
    now = clock.now()
    for days in range(60):
        log_activity(ActivityKind.CALL, by=sato, person=ada, at=now - timedelta(days=days), minutes=5)
    rows = Activity.objects.visible_to(sato)
    first = queries.page(rows, tz="Asia/Tokyo")
    second = queries.page(rows, tz="Asia/Tokyo", before=first.next_before)
    days = [day.day for day in first.days + second.days]
    assert (len(first.days), len(second.days), second.next_before) == (50, 10, "")
    assert days == [clock.today() - timedelta(days=back) for back in range(60)]
    assert first.days[0].minutes == 5


def test_a_period_of_days_includes_both_ends(ada: Person, sato: Member) -> None:
    today = clock.today()
    for days in (0, 1, 2):
        log_activity(ActivityKind.CALL, by=sato, person=ada, at=clock.now() - timedelta(days=days))
    found = queries.in_days(Activity.objects.all(), today - timedelta(days=1), today, tz="Asia/Tokyo")
    assert found.count() == 2
