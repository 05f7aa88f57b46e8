"""Regular meetings in a real browser: shown by keys, minutes by two people at once, decided, accessible."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from tests.world import World, build_world

from ryorin.alignment.goals.actions import set_target
from ryorin.alignment.meetings.actions import add_item, close_meeting, create_series, refresh_agenda
from ryorin.alignment.meetings.models import AgendaItem, Meeting
from ryorin.alignment.meetings.queries.reading import minutes_of
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.deals.actions import win_deal
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.tasks.models import Task

Open = Callable[..., Page]
TWO_LOOKS = [("wide", "light"), ("narrow", "dark")]
TYPED = 15_000


@pytest.fixture
def company(transactional_db: None) -> None:
    """The small world brings its own company."""


@pytest.fixture
def world(company: None) -> World:
    Organisation.objects.all().delete()
    return build_world()


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting about this month, which began five minutes ago: a goal missed, a deal won."""
    today = clock.today()
    set_target("leads", today.replace(day=1), Decimal(400), by=world.kimura)
    create_person(by=world.mei, family_name="新井", source_channel="search")
    win_deal(world.deal, by=world.sato)
    catch_up()
    series = create_series(
        by=world.kimura, name="営業・マーケ定例", rhythm="weekly", weekday=today.weekday(), starts_on=date(2026, 1, 1),
        begins_at=time(23, 59), organiser=world.kimura, members=[world.kimura, world.mei, world.sato],
        looks_at="this_month",
    )  # fmt: skip
    found = series.meetings.order_by("starts_at").first()
    assert found is not None
    Meeting.objects.filter(pk=found.pk).update(starts_at=clock.now() - timedelta(minutes=5))
    found.refresh_from_db()
    refresh_agenda(found)
    return found


def test_the_slides_are_turned_by_keys_and_end_at_the_agenda(open_page: Open, world: World, meeting: Meeting) -> None:
    page = open_page(f"/meetings/{meeting.pk}/present/", by=world.mei)
    place, shown = page.locator("[data-place]"), page.locator("[data-slide]:not([hidden])")
    count = page.locator("[data-slide]").count()
    expect(place).to_have_text(f"1 / {count}")
    expect(shown).to_contain_text("営業・マーケ定例")
    page.keyboard.press("ArrowRight")
    expect(shown.get_by_role("heading")).to_have_text("本日の議題")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_text(f"2 / {count}")
    page.keyboard.press("End")
    expect(place).to_have_text(f"{count} / {count}")
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text(f"{count} / {count}")
    page.keyboard.press("Home")
    assert page.url.endswith("#1")
    page.goto(f"/meetings/{meeting.pk}/present/#3")
    expect(place).to_have_text(f"3 / {count}")
    page.keyboard.press("Escape")
    expect(page.locator("#agenda")).to_contain_text("目標とKPI")


def test_a_chart_on_a_slide_that_was_hidden_is_drawn_in_full(open_page: Open, world: World, meeting: Meeting) -> None:
    page = open_page(f"/meetings/{meeting.pk}/present/", by=world.mei)
    slides = page.locator("[data-slide]")
    number = next(place for place in range(slides.count()) if slides.nth(place).locator("[data-chart]").count())
    for _each in range(number):
        page.keyboard.press("ArrowRight")
    canvas = slides.nth(number).locator("canvas")
    expect(canvas).to_be_visible()
    page.wait_for_function("(canvas) => canvas.getBoundingClientRect().width > 500", arg=canvas.element_handle())


def test_two_people_write_the_minutes_at_the_same_time(open_page: Open, world: World, meeting: Meeting) -> None:
    mei = open_page(f"/meetings/{meeting.pk}/minutes/", by=world.mei)
    sato = open_page(f"/meetings/{meeting.pk}/minutes/", by=world.sato)
    mei.get_by_label("段落 1", exact=True).fill("展示会は名刺120枚")
    mei.keyboard.press("Enter")
    mei.keyboard.type("次回は幕張に出る")
    expect(mei.locator("#saving")).to_have_text("すべて保存しました", timeout=TYPED)
    sato.get_by_role("button", name="段落を追加").click()
    sato.keyboard.type("受注の決め手は実機")
    expect(sato.locator("#saving")).to_have_text("すべて保存しました", timeout=TYPED)
    for page in (mei, sato):
        for words in ("展示会は名刺120枚", "次回は幕張に出る", "受注の決め手は実機"):
            page.wait_for_function(
                "(words) => [...document.querySelectorAll('[data-block] textarea')].some((one) => one.value === words)",
                arg=words,
                timeout=TYPED,
            )
    assert sorted(block.text for block in minutes_of(meeting) if block.text) == sorted(
        ["展示会は名刺120枚", "次回は幕張に出る", "受注の決め手は実機"]
    )


def test_in_the_same_paragraph_the_second_is_asked_which_words_stay(
    open_page: Open, world: World, meeting: Meeting
) -> None:
    mei = open_page(f"/meetings/{meeting.pk}/minutes/", by=world.mei)
    mei.get_by_label("段落 1", exact=True).fill("目標は40件")
    expect(mei.locator("#saving")).to_have_text("すべて保存しました", timeout=TYPED)
    sato = open_page(f"/meetings/{meeting.pk}/minutes/", by=world.sato)
    sato.route("**/blocks/", lambda route: route.abort())  # Sato's line is down while Mei goes on writing
    sato.get_by_label("段落 1", exact=True).fill("目標は50件")
    expect(sato.locator("#saving")).to_contain_text("未送信 1件", timeout=TYPED)
    mei.get_by_label("段落 1", exact=True).fill("目標は45件")
    expect(mei.locator("#saving")).to_have_text("すべて保存しました", timeout=TYPED)
    sato.unroute("**/blocks/")
    note = sato.locator("[data-note]").first
    expect(note).to_contain_text("林 芽衣さんが同じ段落を先に書き換えました", timeout=30_000)
    expect(note).to_contain_text("目標は45件")
    sato.get_by_role("button", name="自分の文にする").click()
    expect(sato.locator("#saving")).to_have_text("すべて保存しました", timeout=TYPED)
    assert [block.text for block in minutes_of(meeting)] == ["目標は50件"]
    expect(mei.get_by_label("段落 1", exact=True)).to_have_value("目標は50件", timeout=TYPED)


def test_an_item_becomes_a_decision_a_task_and_the_meeting_is_closed(
    open_page: Open, world: World, meeting: Meeting
) -> None:
    page = open_page(f"/meetings/{meeting.pk}/", by=world.kimura)
    page.get_by_role("button", name="議題を追加").click()
    page.get_by_label("議題必須").fill("展示会の出展先")
    page.locator("dialog").get_by_role("button", name="保存").click()
    item = page.locator(".finding", has_text="展示会の出展先")
    expect(item).to_be_visible()
    item.get_by_text("コメント", exact=True).click()
    item.get_by_label("「展示会の出展先」へのコメント").fill("幕張がよいです")
    item.get_by_role("button", name="送る").click()
    expect(page.locator(".said")).to_contain_text("幕張がよいです")
    item.get_by_role("button", name="決定事項にする").click()
    page.get_by_label("決まったこと").fill("幕張に申し込む")
    page.get_by_label("担当").select_option(label="林 芽衣")
    page.get_by_label("期限").fill((clock.today() + timedelta(days=9)).isoformat())
    page.locator("dialog").get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("担当者のタスクに追加しました")
    assert Task.objects.get(title="幕張に申し込む").owner == world.mei
    page.get_by_role("link", name="議事録と決定事項").click()
    expect(page.locator("#decisions")).to_contain_text("幕張に申し込む")
    page.get_by_role("button", name="会議を終了して送る").click()
    page.locator("#confirm").get_by_role("button", name="実行する").click()
    expect(page.locator("main")).to_contain_text("議事の記録はありません。")
    meeting.refresh_from_db()
    assert meeting.is_closed


def test_an_item_is_moved_with_the_keyboard_and_keeps_the_focus(
    open_page: Open, world: World, meeting: Meeting
) -> None:
    for title in ("甲", "乙"):
        add_item(meeting, title=title, by=world.mei)
    page = open_page(f"/meetings/{meeting.pk}/", by=world.mei)
    page.get_by_role("button", name="「甲」を下へ").press("Enter")
    expect(page.locator(".finding h3").nth(-1)).to_have_text("甲")
    expect(page.get_by_role("button", name="「甲」を下へ")).to_be_focused()
    assert list(AgendaItem.objects.filter(is_own=True).values_list("title", flat=True)) == ["乙", "甲"]


@pytest.mark.parametrize(("width", "scheme"), TWO_LOOKS)
def test_the_pages_of_meetings_are_accessible(
    open_page: Open, accessible: Callable[[Page], None], world: World, meeting: Meeting, width: str, scheme: str
) -> None:
    add_item(meeting, title="展示会", text="候補", by=world.mei)
    paths = [
        "/meetings/", "/meetings/series/new/", f"/meetings/series/{meeting.series_id}/", f"/meetings/{meeting.pk}/",
        f"/meetings/{meeting.pk}/minutes/", f"/meetings/{meeting.pk}/present/#2", f"/meetings/{meeting.pk}/present/#3",
    ]  # fmt: skip
    for path in paths:
        page = open_page(path, by=world.kimura, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    close_meeting(meeting, by=world.kimura)
    accessible(open_page(f"/meetings/{meeting.pk}/minutes/", by=world.kimura, width=width, scheme=scheme))
