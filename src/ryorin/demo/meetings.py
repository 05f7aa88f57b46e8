"""The monthly meeting of sales and marketing: the last one held, with its decisions, and the next one to come."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from ryorin.alignment.meetings.actions import (
    add_item,
    close_meeting,
    create_series,
    decide,
    note_attendance,
    refresh_agenda,
    say,
    write_block,
)
from ryorin.alignment.meetings.models import AgendaItem, Decision, Letter, Meeting
from ryorin.alignment.meetings.rules.rhythm import nth_weekday
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.workspace.tasks.actions import finish_task

NAMESPACE = UUID("6b1c3c6e-8f53-4f0b-9a55-6a52c0b3d0a1")
TAKING_PART = ("tamura", "okada", "mei", "nishi", "ono", "sato", "kondo", "hamada")
MINUTES = (
    ("okada", "展示会のリードは数が多い一方、予算が決まっていない人が目立つ。フォームで予算の時期を聞く案が出た。"),
    ("tamura", "受け取り率は上がってきた。返事の期限を過ぎたものが数件あり、不在のときの代わりを決めておく。"),
    ("sato", "受注した案件では、最初の訪問で実機を見せたことが決め手だった。デモ機の貸し出しを増やしたい。"),
    ("nishi", "検索広告は資料請求が増えたが、商談になる割合が低い。キーワードを見直す。"),
)
# What was decided, by whom it is done, after how many days it is due, and whether it was done.
DECISIONS = (
    ("資料請求フォームに「予算の時期」の質問を加える", "mei", 10, True),
    ("不在のときに引き継ぎを受ける人を決める", "tamura", 7, True),
    ("検索広告のキーワードを見直す", "nishi", 14, False),
    ("デモ機の貸し出し手順をまとめる", "sato", 40, False),
)


def hold_meetings(staff: Staff, *, now: datetime) -> None:
    """This function will plan the monthly meeting, hold last month's with its decisions, and prepare the next one."""
    members = [staff.members[name] for name in TAKING_PART]
    organiser = staff.members["tamura"]
    held_on = last_second_tuesday(now.astimezone(TOKYO).date())
    with clock.frozen(datetime.combine(held_on - timedelta(days=20), time(9), TOKYO)):
        series = create_series(
            by=organiser,
            name="営業・マーケ定例",
            purpose="同じ数字を見て、次の1か月にやることを決める",
            organiser=organiser,
            rhythm="monthly",
            weekday=1,
            nth=2,
            starts_on=held_on,
            begins_at=time(10),
            minutes=60,
            place="第1会議室",
            looks_at="last_month",
            members=[*members, staff.administrator],
        )
    held = series.meetings.order_by("starts_at")[0]
    hold(staff, held)
    coming = series.meetings.planned().filter(starts_at__gt=now).order_by("starts_at").first()
    if coming is None:
        return
    with clock.frozen(now):
        refresh_agenda(coming)
        add_item(
            coming, title="来期の展示会の出展先", text="候補は幕張と大阪\n費用と見込みの比較", by=staff.members["mei"]
        )
        item = AgendaItem.objects.filter(section__meeting=coming, is_own=False).order_by("section__position").first()
        if item is not None:
            say(item, "前回決めたことの効果も一緒に見たいです。", by=staff.members["okada"])


def hold(staff: Staff, meeting: Meeting) -> None:
    """This function will write the minutes and decisions of a meeting, close it, and do what was decided."""
    with clock.frozen(meeting.starts_at - timedelta(days=1)):
        refresh_agenda(meeting)
    with clock.frozen(meeting.starts_at + timedelta(minutes=40)):
        for place, (name, text) in enumerate(MINUTES):
            key, client = (uuid5(NAMESPACE, f"{kind}-{place}") for kind in ("block", "client"))
            write_block(meeting, key, text, by=staff.members[name], version=0, client_id=client)
        made = [
            decide(
                meeting,
                text=text,
                owner=staff.members[name],
                due_on=add_business_days(meeting.starts_at.date() + timedelta(days=days), 0),
                by=staff.members["tamura"],
            )
            for text, name, days, _done in DECISIONS
        ]
        note_attendance(meeting, set(meeting.participants.values_list("pk", flat=True)), by=staff.members["tamura"])
        close_meeting(meeting, by=staff.members["tamura"])
        sent(meeting)
    finish(made, meeting)


def sent(meeting: Meeting) -> None:
    """This function will note the mails as sent at the time: nobody of the invented company has a mailbox."""
    Letter.objects.filter(meeting=meeting).update(state="sent", sent_at=clock.now(), attempts=1)


def finish(made: Sequence[Decision], meeting: Meeting) -> None:
    """This function will tick off what was done since, two days before it was due."""
    for decision, (_text, _name, days, is_done) in zip(made, DECISIONS, strict=True):
        if is_done and decision.task is not None:
            with clock.frozen(meeting.starts_at + timedelta(days=days - 2)):
                finish_task(decision.task, by=decision.owner)


def last_second_tuesday(today: date) -> date:
    """Return the second Tuesday that lies at least a day back."""
    found = nth_weekday(today.year, today.month, weekday=1, nth=2)
    if found < today:
        return found
    before = today.replace(day=1) - timedelta(days=1)
    return nth_weekday(before.year, before.month, weekday=1, nth=2)
