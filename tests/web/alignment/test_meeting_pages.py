"""The pages of meetings, as those who take part use them."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from pptx import Presentation
from tests.world import World, build_world

from ryorin.alignment.goals.actions import set_target
from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import SendBackReason
from ryorin.alignment.meetings.actions import add_item, create_series, decide, refresh_agenda, write_block
from ryorin.alignment.meetings.models import AgendaItem, Decision, Letter, Meeting, MeetingState, Series
from ryorin.alignment.meetings.queries.deck import deck_of
from ryorin.alignment.meetings.queries.powerpoint import powerpoint_of
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.deals.actions import win_deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)
HTMX = {"HTTP_HX_REQUEST": "true"}
SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.frozen(NOW) as moment:
        yield moment


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return build_world()


@pytest.fixture
def meeting(world: World) -> Meeting:
    """The meeting of 1 December looks back at November: a goal missed, a deal won, a lead sent back."""
    set_target("leads", date(2026, 11, 1), Decimal(40), by=world.kimura)
    deal = accept_handoff(world.handoff, by=world.sato)
    win_deal(deal, by=world.sato, amount=5_000_000)
    lead = create_person(by=world.mei, family_name="返井", source_channel="event", source_campaign_id=world.campaign.pk)
    reason = SendBackReason.objects.get(name="予算なし")
    send_back_handoff(offer_handoff(lead, by=world.mei, owner=world.sato), by=world.sato, reason=reason)
    catch_up()
    series = create_series(
        by=world.kimura, name="営業・マーケ定例", rhythm="monthly", weekday=1, nth=1, starts_on=date(2026, 11, 1),
        begins_at=time(10), organiser=world.kimura, members=[world.kimura, world.mei, world.sato, world.ono],
        looks_at="last_month",
    )  # fmt: skip
    found = series.meetings.order_by("starts_at")[0]
    refresh_agenda(found)
    return Meeting.objects.get(pk=found.pk)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


FORM = {
    "name": "週次の確認", "rhythm": "weekly", "nth": "1", "weekday": "2", "starts_on": "2026-11-24",
    "begins_at": "13:30", "minutes": "30", "looks_at": "this_month", "mails_before": "1",
    "emails": "agency@partner.example\nx@y.example",
}  # fmt: skip


def test_a_regular_meeting_is_begun_by_the_form(signed_in: SignIn, world: World) -> None:
    client = signed_in(world.mei)
    assert "会議はまだありません" in page(client, "meetings")
    sent = FORM | {"organiser": world.mei.pk, "members": [world.mei.pk, world.sato.pk], "once": "1"}
    answer = client.post(reverse("meeting_series_new"), sent)
    series = Series.objects.get()
    assert answer.status_code == 302 and series.participants.count() == 4
    text = page(client, "meetings")
    assert "2026年11月25日（水）" in text and "13:30–14:00" in text and "毎週" in text
    assert client.post(reverse("meeting_series_new"), sent).status_code == 302 and Series.objects.count() == 1


def test_a_form_without_participants_says_so_and_keeps_what_was_typed(signed_in: SignIn, world: World) -> None:
    sent = FORM | {"organiser": world.mei.pk, "emails": ""}
    answer = signed_in(world.mei).post(reverse("meeting_series_new"), sent)
    text = answer.content.decode()
    assert answer.status_code == 422 and "参加者がいません" in text and "週次の確認" in text


def test_the_agenda_tells_numbers_reasons_and_where_the_rows_are(
    signed_in: SignIn, world: World, meeting: Meeting
) -> None:
    client = signed_in(world.mei)
    text = page(client, "meeting", meeting.pk)
    assert "2026年12月1日（火）" in text and "目標のペースを最も下回っている" in text
    assert "受け取り率50%" in text and "受注1件のうち、金額が最大です" in text
    assert "/metrics/leads/rows?from=2026-11-01&amp;to=2026-11-30" in text
    assert "/deals/list?f=" in text
    listed = client.get(text.split('href="/deals/list?f=')[1].split('"')[0].join(("/deals/list?f=", "")))
    assert "株式会社アクメ 安達" in listed.content.decode()
    rows = page(client, "handoffs_answered", **{"from": "2026-11-01", "to": "2026-11-30", "state": "sent_back"})
    assert "返井" in rows and "11/1〜11/30　1件" in rows
    none = page(client, "handoffs_answered", **{"from": "2026-10-01", "to": "2026-10-31"})
    assert "返井" not in none and "0件" in none


def test_items_are_added_moved_hidden_and_commented_on(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    client = signed_in(world.mei)
    assert "議題を追加" in page(client, "meeting_item_new", meeting.pk)
    added = client.post(
        reverse("meeting_item_new", args=[meeting.pk]), {"title": "出展先を選ぶ", "text": "候補"}, **HTMX
    )
    assert added.status_code == 204 and "agenda-changed" in added["HX-Trigger"]
    item = AgendaItem.objects.get(is_own=True)
    client.post(reverse("meeting_item_deed", args=[meeting.pk, item.pk, "say"]), {"text": "賛成です"}, **HTMX)
    client.post(reverse("meeting_item_deed", args=[meeting.pk, item.pk, "hide"]), **HTMX)
    text = page(client, "meeting", meeting.pk)
    assert "賛成です" in text and "非表示" in text
    assert "出展先を選ぶ" not in page(signed_in(world.ono), "meeting", meeting.pk)  # who only reads sees what is shown
    assert client.post(reverse("meeting_item_deed", args=[meeting.pk, item.pk, "burn"])).status_code == 404


def test_paragraphs_are_saved_as_typed_and_a_conflict_shows_both(
    signed_in: SignIn, world: World, meeting: Meeting
) -> None:
    url, key = reverse("meeting_blocks", args=[meeting.pk]), str(uuid4())

    def send(member: Member, text: str, version: int) -> Any:
        body = {"key": key, "text": text, "version": version, "client_id": str(uuid4()), "after": None}
        return signed_in(member).post(url, json.dumps(body), content_type="application/json")

    assert send(world.mei, "目標は40件", 0).json()["version"] == 1
    assert send(world.sato, "目標は45件", 1).json()["version"] == 2
    late = send(world.mei, "目標は50件", 1)
    assert late.status_code == 409 and late.json()["theirs"]["text"] == "目標は45件"
    told = signed_in(world.ono).get(url).json()
    assert [block["text"] for block in told["blocks"]] == ["目標は45件"] and told["state"] == "planned"


@pytest.mark.parametrize(
    "body", ["", "[]", '{"key": 1}', '{"key": "x", "text": "", "version": 0, "client_id": "y"}', "[" * 5000]
)
def test_what_cannot_be_read_is_refused_in_words(signed_in: SignIn, world: World, meeting: Meeting, body: str) -> None:
    url = reverse("meeting_blocks", args=[meeting.pk])
    answer = signed_in(world.mei).post(url, body, content_type="application/json")
    assert answer.status_code == 400 and "読み取れません" in answer.json()["message"]


def test_a_decision_becomes_a_task_and_stands_in_the_minutes(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    client = signed_in(world.mei)
    fields = {"text": "料金表を直す", "owner": world.sato.pk, "due_on": "2026-12-15"}
    client.post(reverse("meeting_decision_new", args=[meeting.pk]), fields, **HTMX)
    assert Task.objects.get(about_type="meeting").owner == world.sato
    text = page(client, "meeting_minutes", meeting.pk)
    assert "料金表を直す" in text and "佐藤 健" in text and "2026/12/15" in text
    assert "営業・マーケ定例" in signed_in(world.sato).get(reverse("tasks")).content.decode()
    decision = Decision.objects.get()
    path = reverse("meeting_decision", args=[meeting.pk, decision.pk])
    stale = client.post(path, fields | {"version": 7, "text": "別"}, **HTMX)
    assert stale.status_code == 409
    missing = client.post(reverse("meeting_decision_new", args=[meeting.pk]), {"text": "担当なし"}, **HTMX)
    assert missing.status_code == 400 and "担当者を選んでください" in missing.content.decode()


def test_closing_sends_the_minutes_and_leaves_a_record_that_only_reads(
    signed_in: SignIn, world: World, meeting: Meeting
) -> None:
    write_block(meeting, uuid4(), "来期の展示会を決めた", by=world.mei, version=0, client_id=uuid4())
    client = signed_in(world.kimura)
    early = client.post(reverse("meeting_close", args=[meeting.pk]))
    assert early.status_code == 409 and "まだ始まっていません" in early.content.decode()
    with clock.frozen(meeting.starts_at + timedelta(minutes=30)):
        client.post(reverse("meeting_close", args=[meeting.pk]))
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.CLOSED and Letter.objects.filter(kind="minutes").count() == 4
        text = page(client, "meeting_minutes", meeting.pk)
        assert "来期の展示会を決めた" in text and "data-minutes" not in text
        assert "議題を追加" not in page(client, "meeting", meeting.pk)


def test_the_slides_are_all_there_and_the_first_is_shown(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    text = page(signed_in(world.mei), "meeting_present", meeting.pk)
    assert text.count("data-slide ") == len(deck_of(meeting)) > 6
    assert text.count(" hidden>") >= len(deck_of(meeting)) - 1 and "本日の議題" in text


def test_the_powerpoint_has_native_charts_with_the_numbers_of_the_page(
    signed_in: SignIn, world: World, meeting: Meeting
) -> None:
    answer = signed_in(world.mei).get(reverse("meeting_pptx", args=[meeting.pk]))
    assert answer["Content-Type"].endswith("presentationml.presentation")
    deck = Presentation(io.BytesIO(answer.content))
    slides = deck_of(meeting)
    assert len(deck.slides) == len(slides)
    charts = 0
    for drawn, meant in zip(deck.slides, slides, strict=True):
        words = "\n".join(shape.text_frame.text for shape in drawn.shapes if shape.has_text_frame)
        assert meant.title in words
        found = [shape.chart for shape in drawn.shapes if shape.has_chart]
        assert len(found) == (meant.chart is not None and meant.table is None)
        for chart in found:
            charts += 1
            assert list(chart.plots[0].categories) == meant.chart.labels
            assert [list(series.values) for series in chart.plots[0].series] == [
                line.values for line in meant.chart.lines
            ]
        for shape in drawn.shapes:
            if shape.has_table:
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                assert rows[0] == meant.table.head
                assert rows[1:] == [[cell.text for cell in row] for row in meant.table.rows]
    assert charts >= 3
    theme = next(part for part in deck.part.package.iter_parts() if "theme" in str(part.partname))
    assert b"BIZ UDP" in theme.blob and b"3B5BDB" in theme.blob


def test_a_name_with_control_letters_and_a_very_long_item_still_make_a_powerpoint(
    world: World, meeting: Meeting
) -> None:
    add_item(meeting, title="長い題" * 50, text="行\n" * 60, by=world.mei)
    Meeting.objects.filter(pk=meeting.pk).update(name="定例\x0b会議")
    found = Meeting.objects.get(pk=meeting.pk)
    assert Presentation(io.BytesIO(powerpoint_of(found))).core_properties.title == "定例会議"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed (apt install poppler-utils)")
def test_the_pdf_says_what_the_page_says_and_later_the_minutes(
    signed_in: SignIn, world: World, meeting: Meeting
) -> None:
    def text_of() -> str:
        answer = signed_in(world.mei).get(reverse("meeting_pdf", args=[meeting.pk]))
        assert answer["Content-Type"] == "application/pdf"
        read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True)
        return read.stdout.decode()

    before = text_of()
    assert "会議資料" in before and "目標とKPI" in before and "受け取り率50%" in before and "¥5.0百万" in before
    write_block(meeting, uuid4(), "来期の展示会を決めた", by=world.mei, version=0, client_id=uuid4())
    decide(meeting, text="料金表を直す", owner=world.sato, due_on=date(2026, 12, 15), by=world.mei)
    after = text_of()
    assert "来期の展示会を決めた" in after and "料金表を直す" in after and "2026/12/15" in after


def test_a_meeting_is_read_in_english_by_an_english_member(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    world.mei.language = "en"
    world.mei.save()
    client = signed_in(world.mei)
    client.cookies["django_language"] = "en"
    text = page(client, "meeting", meeting.pk)
    assert "Tuesday, 1 December 2026" in text


def test_strangers_to_a_meeting_do_not_learn_of_it(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    client = signed_in(world.kato)
    for name in ("meeting", "meeting_minutes", "meeting_present", "meeting_pdf", "meeting_pptx", "meeting_blocks"):
        assert client.get(reverse(name, args=[meeting.pk])).status_code == 404
    assert "営業・マーケ定例" not in page(client, "meetings")


def test_a_meeting_is_moved_called_off_and_added(signed_in: SignIn, world: World, meeting: Meeting) -> None:
    client = signed_in(world.kimura)
    assert "2026-12-01T10:00" in page(client, "meeting_move", meeting.pk)
    moved = {"starts_at": "2026-12-02T15:00", "version": meeting.version}
    client.post(reverse("meeting_move", args=[meeting.pk]), moved)
    meeting.refresh_from_db()
    assert meeting.starts_at == datetime(2026, 12, 2, 15, tzinfo=TOKYO)
    wrong = client.post(
        reverse("meeting_move", args=[meeting.pk]), {"starts_at": "gestern", "version": meeting.version}
    )
    assert wrong.status_code == 400
    client.post(reverse("meeting_cancel", args=[meeting.pk]))
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.CANCELLED
    client.post(reverse("meeting_series_add", args=[meeting.series_id]), {"starts_at": "2026-12-10T09:00"})
    assert Meeting.objects.filter(meant_for=None).count() == 1
    client.post(reverse("meeting_series_running", args=[meeting.series_id]), {})
    assert not Series.objects.get().is_active
