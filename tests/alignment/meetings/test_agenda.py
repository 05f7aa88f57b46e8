"""The agenda makes itself, says why each item is there, and keeps what people did to it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.alignment.meetings.conftest import NOW, TOKYO

from ryorin.alignment.agreements.actions import propose_agreement, sign_agreement
from ryorin.alignment.agreements.rules import Vow
from ryorin.alignment.feedback.actions import follow_feedback
from ryorin.alignment.feedback.models import Suggestion
from ryorin.alignment.goals.actions import set_target
from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import SendBackReason
from ryorin.alignment.meetings.actions import (
    add_item,
    change_item,
    close_meeting,
    decide,
    move_item,
    move_section,
    refresh_agenda,
    refresh_due,
    remove_item,
    say,
    show_item,
    show_section,
)
from ryorin.alignment.meetings.errors import CommentInvalid, ItemGone, ItemInvalid, MeetingClosed
from ryorin.alignment.meetings.models import AgendaItem, Meeting
from ryorin.alignment.meetings.queries.agenda import ShownSection, agenda_of
from ryorin.alignment.meetings.queries.sections import PROVIDERS
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.deals.actions import lose_deal, open_deal, win_deal
from ryorin.sales.deals.models import LostReason
from ryorin.web.alignment.meetings.links import address_of
from ryorin.workspace.members.models import Scope
from ryorin.workspace.tasks.actions import finish_task


@pytest.fixture
def meeting(begin) -> Meeting:
    """The meeting of December looks back at November, in which everything happens."""
    return begin(looks_at="last_month").meetings.order_by("starts_at")[0]


def section(meeting: Meeting, key: str, **asked: bool) -> ShownSection:
    return next(one for one in agenda_of(meeting, **asked) if one.row.key == key)


def titles(meeting: Meeting, key: str) -> list[str]:
    return [item.view.title for item in section(meeting, key).items]


def test_every_section_is_there_and_an_empty_one_says_so(meeting):
    assert refresh_agenda(meeting)
    assert {one.row.key for one in agenda_of(meeting, with_hidden=True)} == {one.key for one in PROVIDERS}
    assert "受注した商談はありません" in section(meeting, "won").view.empty
    assert "最初の会議です" in section(meeting, "decided").view.empty


def test_a_period_without_any_data_is_told_plainly(begin):
    meeting = begin(looks_at="last_quarter").meetings.order_by("starts_at")[0]
    refresh_agenda(meeting)
    assert section(meeting, "kpi").view.empty == "2026年度 第2四半期のデータはまだありません。"
    assert "費用の記録はありません" in section(meeting, "campaigns").view.empty


def test_a_kpi_without_a_goal_is_shown_and_said_to_have_none(meeting, world):
    catch_up()
    refresh_agenda(meeting)
    view = section(meeting, "kpi").view
    assert view.lead == "この期間の目標は決まっていません。実績だけを載せます。"
    leads = next(row for row in view.table.rows if row[0].text == "リード数" or "リード" in row[0].text)
    assert leads[1].text == "1" and leads[2].text == "未設定" and leads[3].text == "–"
    assert leads[1].ref.to == "metric_rows"
    assert view.chart is None and section(meeting, "kpi").items == []


def test_the_largest_deviations_come_first_with_the_channels_that_moved_them(meeting, world):
    for number, (channel, month) in enumerate((("search", 10), ("search", 10), ("search", 10), ("event", 11))):
        at = datetime(2026, month, 5, tzinfo=TOKYO)
        create_person(by=world.mei, family_name=f"人{number}", source_channel=channel, at=at)
    set_target("leads", date(2026, 11, 1), Decimal(40), by=world.kimura)
    set_target("deals_opened", date(2026, 11, 1), Decimal(1), by=world.kimura)
    catch_up()
    refresh_agenda(meeting)
    found = section(meeting, "kpi")
    leads = found.items[0]
    assert leads.row.key == "kpi:leads" and leads.view.mood == "bad"
    assert [figure.value for figure in leads.view.figures][:3] == ["2", "40", "5%"]
    told = [point.text for point in leads.view.points]
    assert told == [
        "前の期間の同じ日数と比べて −1。その内訳：", "検索広告：−3", "展示会・セミナー：+2",
    ]  # fmt: skip
    assert leads.view.chart.lines[0].values[-2:] == [3, 2]
    assert found.view.chart.labels and found.view.chart.lines[0].values[0] == 5.0


def test_the_distance_of_revenue_to_its_goal_is_explained_by_the_kpi_tree_to_the_yen(meeting, world):
    set_target("revenue", date(2026, 11, 1), Decimal(5_000_000), by=world.kimura)
    set_target("leads", date(2026, 11, 1), Decimal(2), by=world.kimura)
    catch_up()
    refresh_agenda(meeting)
    found = section(meeting, "kpi").items[0]
    assert found.row.key == "kpi:revenue"
    gap, parts = found.row.data["gap"], found.row.data["branches"]
    assert gap < 0 and sum(part for _of, _to, part in parts) == gap
    told = found.view.points
    assert told[0].text.startswith("今日までの目標との差 −") and told[0].ref.to == "kpi_tree"
    assert len(told) == 1 + sum(1 for _of, _to, part in parts if part)
    assert address_of(told[0].ref) == "/goals/tree?at=2026-11-01&grain=month&against=goal"


def test_promises_that_are_not_kept_are_on_the_agenda(meeting, world):
    with clock.frozen(NOW - timedelta(days=22)):
        vows = (Vow("volume", 40), Vow("answer", 90, 3))
        made = propose_agreement(vows, rhythm="month", by=world.tamura)
        sign_agreement(made, by=world.tamura, side="marketing")
        sign_agreement(made, by=world.kimura, side="sales")
    refresh_agenda(meeting)
    found = section(meeting, "handoffs")
    item = next(one for one in found.items if one.row.key.startswith("handoffs:promise:"))
    assert item.view.title == "引き継ぐリード 40件以上" and item.view.mood == "bad"
    assert item.view.why == "2026年11月の途中で遅れている、マーケティングの約束です。"
    assert item.view.figures[0].value == "1"
    kept = next(one for one in found.view.figures if one.label == "守られている約束")
    assert kept.mood == "bad" and kept.value.startswith("0／")


def test_acceptance_is_shown_beside_that_of_the_period_before(meeting, world):
    with clock.frozen(NOW - timedelta(days=30)):
        person = create_person(by=world.mei, family_name="前田", source_channel="event")
        accept_handoff(offer_handoff(person, by=world.mei, owner=world.sato), by=world.sato)
    accept_handoff(world.handoff, by=world.sato)
    refresh_agenda(meeting)
    rate = next(one for one in section(meeting, "handoffs").view.figures if one.label == "受け取り率")
    assert (rate.value, rate.note) == ("100%", "前の期間 100%")


def test_handoffs_are_counted_by_answer_reason_and_team(meeting, world):
    accept_handoff(world.handoff, by=world.sato)
    reason = SendBackReason.objects.get(name="予算なし")
    for number in range(3):
        person = create_person(
            by=world.mei, family_name=f"返{number}", source_channel="event", source_campaign_id=world.campaign.pk
        )
        send_back_handoff(offer_handoff(person, by=world.mei, owner=world.sato), by=world.sato, reason=reason)
    catch_up()
    refresh_agenda(meeting)
    found = section(meeting, "handoffs")
    assert found.view.lead == "2026年11月は4件に返事があり、1件を受け取りました（受け取り率25%）。"
    assert found.view.chart.labels == ["予算なし"] and found.view.chart.lines[0].values == [3.0]
    assert [cell.text for cell in found.view.table.rows[0]] == ["東京営業", "4", "1", "25%"]
    assert found.items[0].view.why == "差し戻し3件のうち3件がこの理由です。"
    assert found.items[0].view.ref.asked["state"] == "sent_back"


def test_what_sales_said_again_and_again_becomes_a_proposal(meeting, world):
    reason = SendBackReason.objects.get(name="予算なし")
    for number in range(3):
        person = create_person(
            by=world.mei, family_name=f"返{number}", source_channel="event", source_campaign_id=world.campaign.pk
        )
        send_back_handoff(offer_handoff(person, by=world.mei, owner=world.sato), by=world.sato, reason=reason)
    catch_up()
    refresh_agenda(meeting)
    assert section(meeting, "proposals").view.empty
    follow_feedback()
    refresh_agenda(meeting)
    item = section(meeting, "proposals").items[0].view
    assert item.title.startswith("施策「秋の展示会」は「予算なし」が目立ちます")
    assert item.figures[0].value == "3人" and "3件中3件" in item.points[0].text
    assert (item.ref.to, item.ref.id) == ("suggestion", Suggestion.objects.get().pk)


def test_a_won_deal_is_told_from_its_timeline_with_dates(meeting, world):
    deal = accept_handoff(world.handoff, by=world.sato)
    with clock.frozen(NOW + timedelta(days=2)):
        log_activity("visited", by=world.sato, person=world.ada, deal=deal, subject="工場の見学")
    with clock.frozen(NOW + timedelta(days=4)):
        win_deal(deal, by=world.sato, amount=5_000_000)
    catch_up()
    with clock.frozen(NOW + timedelta(days=5)):
        refresh_agenda(meeting)
    item = section(meeting, "won").items[0].view
    assert "株式会社アクメ" in item.title and item.why.startswith("受注1件のうち、金額が最大です")
    told = [(point.day, point.text) for point in item.points]
    assert 3 <= len(told) <= 6
    assert told[0][1] == "展示会・セミナー「秋の展示会」で最初の接点ができました。"
    assert any("営業が" in text and "受け取りました" in text for _day, text in told)
    assert told[-1] == (date(2026, 11, 28), "商談の開始から4日で受注しました（¥5.0百万）。")
    assert any("訪問1回" in text for _day, text in told)
    assert item.ref.to == "deal" and item.ref.id == deal.pk
    assert "安達" not in str(AgendaItem.objects.filter(section__key="won").values_list("data", flat=True)[0])


def test_a_lost_deal_says_why_and_how_far_it_came(meeting, world):
    reason = LostReason.objects.first()
    lose_deal(world.deal, by=world.sato, reason=reason, note="他社に決定")
    refresh_agenda(meeting)
    found = section(meeting, "lost")
    assert found.view.figures[0].value == "1" and found.view.chart.labels == [reason.name]
    assert reason.name in found.items[0].view.points[-1].text


def test_the_organiser_sees_and_shows_no_more_than_their_own_rows(begin, world):
    world.kato.scope = Scope.OWN
    world.kato.save()
    win_deal(world.deal, by=world.sato)
    meeting = begin(organiser=world.kato, members=[world.kato]).meetings.order_by("starts_at")[0]
    refresh_agenda(meeting)
    assert "受注した商談はありません" in section(meeting, "won").view.empty


def test_without_an_organiser_only_what_needs_nobody_is_gathered(meeting, world):
    world.kimura.is_active = False
    world.kimura.save()
    refresh_agenda(Meeting.objects.get(pk=meeting.pk))
    assert "主催者がいないか" in section(meeting, "won").view.empty
    assert section(meeting, "decided").view.empty.startswith("これが最初の会議")


def test_what_people_did_survives_new_data(meeting, world):
    win_deal(world.deal, by=world.sato)
    other = open_deal(by=world.sato, name="別の商談", amount=9_000_000, owner=world.sato, source_channel="tv")
    win_deal(other, by=world.sato)
    refresh_agenda(meeting)
    first, second = (item.row for item in section(meeting, "won").items[:2])
    move_item(first, up=False, by=world.mei)
    show_item(second, shown=False, by=world.mei)
    own = add_item(meeting, title="展示会の出展", text="候補：幕張\n費用は二百万円", by=world.mei)
    say(first, "導入の決め手を聞きたい", by=world.sato)
    order = [one.row.key for one in agenda_of(meeting, with_hidden=True)]
    kpi = section(meeting, "kpi", with_hidden=True).row
    move_section(kpi, up=False, by=world.mei)
    show_section(section(meeting, "campaigns", with_hidden=True).row, shown=False, by=world.mei)

    refresh_agenda(meeting)

    shown = section(meeting, "won", with_hidden=True)
    assert [item.row.pk for item in shown.items] == [second.pk, first.pk]
    assert shown.items[0].row.is_hidden and shown.items[1].comments[0].text == "導入の決め手を聞きたい"
    assert titles(meeting, "own") == ["展示会の出展"]
    assert [point.text for point in section(meeting, "own").items[0].view.points] == ["候補：幕張", "費用は二百万円"]
    after = [one.row.key for one in agenda_of(meeting, with_hidden=True)]
    assert after.index("kpi") == order.index("kpi") + 1
    assert "campaigns" not in [one.row.key for one in agenda_of(meeting)]
    change_item(own, title="展示会", text="", by=world.mei)
    remove_item(own, by=world.mei)
    assert "own" not in [one.row.key for one in agenda_of(meeting)]


def test_an_item_that_no_longer_holds_goes_unless_somebody_spoke_of_it(meeting, world):
    lose_deal(world.deal, by=world.sato, reason=LostReason.objects.first())
    refresh_agenda(meeting)
    row = section(meeting, "lost").items[0].row
    say(row, "価格だけではないはず", by=world.mei)
    world.deal.refresh_from_db()
    type(world.deal).objects.filter(pk=world.deal.pk).update(closed_at=NOW - timedelta(days=200))
    refresh_agenda(meeting)
    kept = section(meeting, "lost").items[0]
    assert kept.row.is_stale and kept.comments[0].text == "価格だけではないはず"


def test_what_was_decided_is_asked_about_next_time(begin, world, later):
    first, second = begin().meetings.order_by("starts_at")
    with later(first):
        due = date(2026, 12, 15)
        done = decide(first, text="料金表を直す", owner=world.mei, due_on=due, by=world.kimura)
        decide(first, text="予算を聞く質問を加える", owner=world.sato, due_on=due, by=world.kimura)
        finish_task(done.task, by=world.mei)
        close_meeting(first, by=world.kimura)
    with clock.frozen(datetime(2027, 1, 4, 9, tzinfo=TOKYO)):
        refresh_agenda(second)
        found = section(second, "decided")
        assert found.view.lead == "前回（12/1）までの決定事項2件のうち、1件が完了しました。"
        told = {item.view.title: item.view.lead for item in found.items}
    assert told == {"料金表を直す": "12/1に完了しました。", "予算を聞く質問を加える": "期限を20日過ぎています。"}


def test_the_owner_of_a_decision_who_left_is_named_as_such(begin, world, later):
    first, second = begin().meetings.order_by("starts_at")
    with later(first):
        decide(first, text="料金表を直す", owner=world.mei, due_on=date(2026, 12, 15), by=world.kimura)
        close_meeting(first, by=world.kimura)
    world.mei.is_active = False
    world.mei.save()
    with clock.frozen(datetime(2027, 1, 4, 9, tzinfo=TOKYO)):
        refresh_agenda(second)
        texts = [point.text for point in section(second, "decided").items[0].view.points]
    assert texts == ["担当：林 芽衣（利用停止中）　期限：12/15", "担当者を選び直してください。"]


def test_agendas_are_gathered_anew_every_hour_until_the_meeting(series, later):
    assert refresh_due() == 1  # December's; January's is more than a fortnight away
    assert refresh_due() == 0
    with clock.frozen(NOW + timedelta(minutes=61)):
        assert refresh_due() == 1
    with later(series.meetings.order_by("starts_at")[0]):
        assert refresh_due() == 0


def test_one_section_that_fails_does_not_take_the_others_along(meeting, monkeypatch):
    monkeypatch.setattr("ryorin.alignment.meetings.queries.sections.kpi.board", lambda *args, **named: 1 / 0)
    refresh_agenda(meeting)
    assert section(meeting, "kpi").view.empty.startswith("集計できませんでした")
    assert section(meeting, "lost").view.empty.endswith("失注した商談はありません。")


def test_a_closed_meeting_is_frozen(meeting, world, later):
    refresh_agenda(meeting)
    item = add_item(meeting, title="展示会", by=world.mei)
    with later(meeting):
        close_meeting(meeting, by=world.kimura)
        win_deal(world.deal, by=world.sato)
        assert not refresh_agenda(meeting)
        with pytest.raises(MeetingClosed):
            add_item(meeting, title="あとから", by=world.mei)
        with pytest.raises(MeetingClosed):
            say(item, "あとから", by=world.mei)
    assert "受注した商談はありません" in section(meeting, "won").view.empty


def test_items_need_words_and_found_ones_are_not_reworded(meeting, world):
    lose_deal(world.deal, by=world.sato, reason=LostReason.objects.first())
    refresh_agenda(meeting)
    item = section(meeting, "lost").items[0].row
    with pytest.raises(ItemInvalid):
        add_item(meeting, title="  ", by=world.mei)
    with pytest.raises(CommentInvalid):
        say(item, "", by=world.mei)
    with pytest.raises(ItemGone):
        change_item(item, title="別の題", text="", by=world.mei)
