"""Minutes by several hands, decisions that become tasks, and closing."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from tests.alignment.meetings.conftest import TOKYO

from ryorin.alignment.meetings.actions import (
    change_decision,
    close_meeting,
    decide,
    drop_decision,
    note_attendance,
    write_block,
)
from ryorin.alignment.meetings.errors import (
    BlockStale,
    BlockTooLong,
    BlockUnknown,
    DecisionInvalid,
    MeetingClosed,
    MeetingNotBegun,
)
from ryorin.alignment.meetings.models import BlockChange, Letter, Meeting
from ryorin.alignment.meetings.queries.reading import decisions_of, minutes_of, people_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.tasks.actions import delete_task, finish_task
from ryorin.workspace.tasks.models import Task

DUE = date(2026, 12, 15)


def write(meeting, text, *, by, key=None, version=0, after=None, gone=False, client=None):
    return write_block(
        meeting, key or uuid4(), text, by=by, version=version, client_id=client or uuid4(), after=after, is_gone=gone
    )


def texts(meeting) -> list[str]:
    return [block.text for block in minutes_of(meeting)]


def test_two_people_writing_different_paragraphs_lose_nothing(meeting, world):
    first = write(meeting, "出席を確認", by=world.mei)
    second = write(meeting, "展示会の振り返り", by=world.sato)
    write(meeting, "出席を確認した。", by=world.mei, key=first.key, version=1)
    write(meeting, "展示会の振り返り：名刺120枚", by=world.sato, key=second.key, version=1)
    assert texts(meeting) == ["出席を確認した。", "展示会の振り返り：名刺120枚"]


def test_the_second_in_the_same_paragraph_is_told_and_the_first_stays(meeting, world):
    block = write(meeting, "目標は40件", by=world.mei)
    write(meeting, "目標は45件", by=world.sato, key=block.key, version=1)
    with pytest.raises(BlockStale, match="佐藤 健さんが同じ段落を先に"):
        write(meeting, "目標は50件", by=world.mei, key=block.key, version=1)
    assert texts(meeting) == ["目標は45件"]
    write(meeting, "目標は50件", by=world.mei, key=block.key, version=2)
    assert texts(meeting) == ["目標は50件"]


def test_the_same_words_sent_twice_count_once(meeting, world):
    key, client = uuid4(), uuid4()
    for _each in range(3):
        write(meeting, "一度だけ", by=world.mei, key=key, client=client)
    assert texts(meeting) == ["一度だけ"] and BlockChange.objects.count() == 1


def test_paragraphs_stand_where_they_were_begun(meeting, world):
    first = write(meeting, "一", by=world.mei)
    write(meeting, "三", by=world.sato)
    write(meeting, "二", by=world.mei, after=first.key)
    assert texts(meeting) == ["一", "二", "三"]


def test_so_many_paragraphs_between_two_keep_their_order(meeting, world):
    first = write(meeting, "0", by=world.mei)
    write(meeting, "end", by=world.mei)
    for number in range(60, 0, -1):
        write(meeting, str(number), by=world.mei, after=first.key)
    assert texts(meeting) == ["0", *map(str, range(1, 61)), "end"]


def test_a_paragraph_taken_out_is_kept_in_the_history(meeting, world):
    block = write(meeting, "書き間違い", by=world.mei)
    write(meeting, "書き間違い", by=world.mei, key=block.key, version=1, gone=True)
    assert texts(meeting) == [] and block.changes.count() == 2


def test_a_decision_is_a_task_of_its_owner(meeting, world):
    decision = decide(meeting, text="予算を聞く質問を加える", owner=world.sato, due_on=DUE, by=world.mei)
    task = Task.objects.get(pk=decision.task_id)
    assert (task.title, task.owner, task.about_type, task.about_id) == (
        "予算を聞く質問を加える", world.sato, "meeting", meeting.pk,
    )  # fmt: skip
    assert task.due_at == datetime(2026, 12, 15, 18, tzinfo=TOKYO) and task.why == "「営業・マーケ定例」で決定"
    changed = change_decision(decision, text="予算を聞く", owner=world.mei, due_on=DUE, by=world.mei, version=1)
    task.refresh_from_db()
    assert (task.title, task.owner) == ("予算を聞く", world.mei)
    with pytest.raises(StaleRecord):
        change_decision(decision, text="別", owner=world.mei, due_on=DUE, by=world.sato, version=1)
    drop_decision(changed, by=world.mei)
    assert not Task.objects.filter(pk=task.pk).exists()


def test_who_was_not_there_and_has_something_to_do_can_read_the_meeting(meeting, world):
    meeting.participants.filter(member=world.sato).delete()
    assert meeting not in Meeting.objects.visible_to(world.sato)
    decision = decide(meeting, text="予算を聞く", owner=world.sato, due_on=DUE, by=world.mei)
    assert meeting in Meeting.objects.visible_to(world.sato)
    change_decision(decision, text="予算を聞く", owner=world.mei, due_on=DUE, by=world.mei, version=1)
    change_decision(decision, text="予算を聞く", owner=world.sato, due_on=DUE, by=world.mei, version=2)
    assert [one.member for one in meeting.participants.all()].count(world.sato) == 1


def test_what_became_of_a_decision_is_what_became_of_its_task(meeting, world):
    made = [decide(meeting, text=text, owner=world.sato, due_on=DUE, by=world.mei) for text in ("甲", "乙", "丙")]
    finish_task(made[0].task, by=world.sato)
    delete_task(made[1].task, by=world.sato)
    assert [one.state for one in decisions_of(meeting)] == ["done", "gone", "open"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " "}, "決定事項を200文字以内"),
        ({"owner": None}, "担当者を選んで"),
        ({"due_on": None}, "期限の日を"),
        ({"due_on": date(2026, 11, 23)}, "今日以降"),
    ],
)
def test_a_decision_needs_words_an_owner_and_a_day(meeting, world, wrong, said):
    fields = {"text": "質問を加える", "owner": world.sato, "due_on": DUE} | wrong
    with pytest.raises(DecisionInvalid, match=said):
        decide(meeting, by=world.mei, **fields)
    assert not Task.objects.filter(about_type="meeting").exists()


def test_a_reader_is_given_no_decision_and_writes_no_minutes(meeting, world):
    with pytest.raises(DecisionInvalid, match="受け持てません"):
        decide(meeting, text="質問を加える", owner=world.ono, due_on=DUE, by=world.mei)
    with pytest.raises(NotAllowed):
        write(meeting, "横から", by=world.ono)


def test_a_paragraph_that_is_too_long_is_refused(meeting, world):
    with pytest.raises(BlockTooLong):
        write(meeting, "長" * 4001, by=world.mei)


def test_closing_freezes_the_minutes_and_writes_to_everybody_once(meeting, world, later):
    block = write(meeting, "以上", by=world.mei)
    with pytest.raises(MeetingNotBegun):
        close_meeting(meeting, by=world.kimura)
    with later(meeting):
        came = {one.row.pk for one in people_of(meeting) if one.row.member in (world.mei, world.sato)}
        note_attendance(meeting, came, by=world.mei)
        close_meeting(meeting, by=world.kimura)
        with pytest.raises(MeetingClosed):
            close_meeting(meeting, by=world.mei)
        with pytest.raises(MeetingClosed):
            write(meeting, "追記", by=world.mei, key=block.key, version=1)
    assert {letter.email for letter in Letter.objects.filter(kind="minutes")} == {
        "kimura@ryorin.example", "mei@ryorin.example", "sato@ryorin.example", "agency@partner.example",
    }  # fmt: skip
    assert [one.attended for one in people_of(meeting)] == [False, True, True, False]
    assert AuditEntry.objects.filter(action="meeting_closed", record_id=meeting.pk).count() == 1


def test_a_participant_who_left_stays_by_name_and_gets_no_mail(meeting, world, later):
    world.sato.is_active = False
    world.sato.save()
    with later(meeting):
        close_meeting(meeting, by=world.kimura)
    assert [one.name for one in people_of(meeting) if one.is_gone] == ["佐藤 健"]
    assert not Letter.objects.filter(email="sato@ryorin.example").exists()


def test_a_paragraph_of_another_meeting_is_not_written_from_here(series, world):
    here, there = series.meetings.order_by("starts_at")
    client = uuid4()
    block = write(there, "あちらの話", by=world.mei, client=client)
    with pytest.raises(BlockUnknown):
        write(here, "こちらから", by=world.mei, key=block.key, version=1)
    with pytest.raises(BlockUnknown):
        write(here, "こちらから", by=world.mei, client=client)
    assert texts(here) == [] and texts(there) == ["あちらの話"]
