"""The calendar in a real browser: planned at the desk, seen on the phone, marked done; sequences and next actions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.calendar.actions import plan_appointment
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.sequences.actions import create_sequence, start_sequence
from ryorin.sales.sequences.actions.engine import make_due_steps
from ryorin.sales.sequences.models import Sequence
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO)
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def ada(transactional_db: None, sato: Member) -> Person:
    acme = create_company(by=None, name="株式会社アクメ", prefecture="13", city="港区", street="1-2-3")
    return create_person(
        by=None, family_name="安達", given_name="栄太", company=acme, owner=sato, email="ada@acme.example"
    )


@pytest.fixture
def deal(ada: Person, sato: Member) -> Deal:
    return open_deal(name="検査ラインの更新", by=sato, person=ada, amount=3_800_000, owner=sato)


@pytest.fixture
def visit(deal: Deal, sato: Member) -> Iterator[Appointment]:
    start = datetime(2026, 11, 18, 10, 0, tzinfo=TOKYO)  # a Wednesday that is over
    with clock.frozen(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO)):
        found = plan_appointment("visited", by=sato, deal=deal, starts_at=start, ends_at=start.replace(hour=11))
    yield found


@pytest.fixture
def sequence(deal: Deal, ada: Person, sato: Member) -> Sequence:
    steps = [
        Draft(kind="mail", title="お礼のメール", subject="お礼", body="{氏名}\n本日はありがとうございました。"),
        Draft(kind="call", title="電話する", wait_days=2),
    ]
    with clock.frozen(FRIDAY):
        found = create_sequence(name="展示会フォロー", steps=steps, by=sato)
        start_sequence(found, [ada], by=sato)
        make_due_steps()
    return found


def test_a_visit_planned_at_the_desk_is_seen_on_the_phone_and_marked_done(
    open_page: Open, deal: Deal, sato: Member
) -> None:
    desk = open_page("/calendar/?day=2026-11-18", by=sato)
    desk.get_by_label("11/18に予定を入れる").click()
    drawer = desk.locator("#drawer")
    drawer.get_by_label("商談", exact=True).fill("検査ライン")
    drawer.get_by_role("button", name="検査ラインの更新").click()
    drawer.get_by_label("開始").fill("10:00")
    drawer.get_by_role("button", name="保存").click()
    expect(desk.locator(".cal-block")).to_contain_text("株式会社アクメ 訪問")

    phone = open_page("/calendar/?day=2026-11-18", by=sato, width="narrow")
    phone.locator(".cal-block a", has_text="株式会社アクメ 訪問").click()
    phone.locator("#drawer").get_by_role("button", name="実施を記録").click()
    phone.locator("#drawer").get_by_label("面談できた", exact=True).check()
    phone.locator("#drawer").get_by_label("内容", exact=True).fill("来期の予算に載せる")
    phone.locator("#drawer").get_by_role("button", name="保存").click()
    expect(phone.locator(".cal-block.is-done")).to_have_count(1)
    activity = Activity.objects.get()
    assert (activity.kind, activity.outcome, activity.body) == ("visited", "面談できた", "来期の予算に載せる")


def test_a_visit_is_dragged_to_another_day_and_hour(open_page: Open, visit: Appointment, sato: Member) -> None:
    page = open_page("/calendar/?day=2026-11-18", by=sato)
    block = page.locator(".cal-block").bounding_box()
    friday = page.locator('.cal-blocks[data-day="2026-11-20"]').bounding_box()
    assert block and friday
    page.mouse.move(block["x"] + 30, block["y"] + 10)
    page.mouse.down()
    page.mouse.move(block["x"] + 40, block["y"] + 20, steps=3)
    page.mouse.move(friday["x"] + 40, block["y"] + 10 + 96, steps=12)  # two hours lower
    page.mouse.up()
    expect(page.locator('.cal-blocks[data-day="2026-11-20"] .cal-block')).to_contain_text("12:00")
    expect(page.locator("#toasts")).to_contain_text("予定を動かしました")
    expect(page.locator("#drawer")).not_to_be_visible()
    visit.refresh_from_db()
    assert visit.starts_at == datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)


def test_a_click_into_the_grid_plans_there_and_says_who_is_taken(
    open_page: Open, visit: Appointment, sato: Member
) -> None:
    page = open_page("/calendar/?day=2026-11-18", by=sato)
    column = page.locator('.cal-blocks[data-day="2026-11-19"]')
    column.click(position={"x": 40, "y": 100})
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("日付")).to_have_value("2026-11-19")
    drawer.get_by_label("日付").fill("2026-11-18")
    drawer.get_by_label("開始").fill("10:30")
    drawer.get_by_label("開始").blur()
    expect(drawer).to_contain_text("同じ時間に別の予定があります")


def test_a_deal_without_a_next_action_gets_one_with_a_click(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.locator(".card.missing").get_by_role("button", name="来週訪問").click()
    expect(page.locator(".card.missing")).to_have_count(0)
    expect(page.locator(".deal-page")).to_contain_text("株式会社アクメ 訪問")


def test_a_step_is_carried_out_from_the_task_list(open_page: Open, sequence: Sequence, sato: Member) -> None:
    page = open_page("/tasks", by=sato)
    page.get_by_role("button", name="対応する").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("内容")).to_have_value("安達 栄太 様\n本日はありがとうございました。")
    drawer.get_by_role("button", name="送ったことにする").click()
    expect(page.locator("#tasks")).not_to_contain_text("お礼のメール")
    assert Activity.objects.get().kind == "mailed"


def test_steps_are_written_moved_and_taken_out_by_keyboard(open_page: Open, ada: Person, sato: Member) -> None:
    page = open_page("/sequences/new/", by=sato)
    page.get_by_label("シーケンス名").fill("掘り起こし")
    page.get_by_role("button", name="ステップを加える").press("Enter")
    rows = page.locator(".seq-edit > li")
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_label("すること").fill("電話する")
    rows.nth(2).get_by_label("種類").select_option("call")
    rows.nth(2).get_by_label("上へ").press("Enter")
    rows.nth(2).get_by_label("このステップを外す").press("Enter")
    rows.nth(0).get_by_label("このステップを外す").press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="掘り起こし")).to_be_visible()
    assert list(Sequence.objects.get().editions.get().steps.values_list("title", flat=True)) == ["電話する"]


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_calendar_and_sequences_are_accessible_and_never_wider_than_the_screen(
    open_page: Open,
    accessible: Callable[[Page], None],
    visit: Appointment,
    sequence: Sequence,
    sato: Member,
    width: str,
    scheme: str,
) -> None:
    run = sequence.runs.get()
    paths = [
        "/calendar/?day=2026-11-18",
        "/calendar/?day=2026-11-18&view=month",
        "/calendar/visits/?day=2026-11-18",
        "/calendar/new/",
        "/calendar/feed/",
        f"/calendar/{visit.pk}/",
        f"/calendar/{visit.pk}/finish/",
        "/next-actions/?whose=all",
        "/sequences/",
        f"/sequences/{sequence.pk}/",
        f"/sequences/{sequence.pk}/edit/",
        f"/sequences/runs/{run.pk}/",
        f"/sequences/steps/{run.steps.get().pk}/",
    ]
    for path in paths:
        page = open_page(path, by=sato, width=width, scheme=scheme)
        accessible(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
