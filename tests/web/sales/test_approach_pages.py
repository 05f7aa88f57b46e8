"""Lists of approaches on their pages: made, called through, printed, counted."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.customers.people.actions import change_person, create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.sales.activities.models import Activity
from ryorin.sales.approach.actions import add_chosen, create_list, record_attempt, take, take_next
from ryorin.sales.approach.models import ApproachList, Attempt, Outcome, Target, TargetState
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.deals.models import Deal
from ryorin.workspace.tasks.models import Task

FRAGMENT = {"HX-Request": "true"}
NAMED = {"b0r0-what": "f:family_name", "b0r0-op": "contains", "b0r0-value": "安達", "joint": "all", "about": "routing"}


@pytest.fixture
def ada(world: World) -> Person:
    return change_person(
        world.ada, by=None, version=None, phone="03-1234-5678", postal_code="100-0005", city="千代田区", street="1-1"
    )


@pytest.fixture
def calls(world: World, ada: Person) -> ApproachList:
    row = create_list(by=world.sato, name="展示会フォロー", script="{会社名}の{姓}様、{自社名}の{担当者}です。")
    add_chosen(row, [ada.pk], by=world.sato)
    return row


@pytest.fixture
def target(calls: ApproachList) -> Target:
    return calls.targets.get()


def outcome(name: str, method: str = "call") -> Outcome:
    return Outcome.objects.get(name=name, method=method)


def screen(target: Target) -> str:
    return f"/approach/{target.list_id}/call/{target.pk}/"


def test_a_list_is_made_from_a_condition(as_: As, world: World, ada: Person) -> None:
    form = {"name": "安達さんたち", "method": "call", "quiet_days": "0", "goal": "3", **NAMED}
    answer = as_(world.sato).post("/approach/new/person/", form)
    row = ApproachList.objects.get()
    assert answer["Location"] == f"/approach/{row.pk}/"
    assert [one.person for one in row.targets.all()] == [ada]
    assert (row.goal, row.owner) == (3, world.sato)
    assert "安達" in as_(world.sato).get(f"/approach/{row.pk}/").content.decode()


def test_a_form_sent_twice_makes_one_list(as_: As, world: World, ada: Person) -> None:
    form = {"name": "安達さんたち", "method": "call", "once": "a-token", **NAMED}
    for _time in range(2):
        as_(world.sato).post("/approach/new/person/", form)
    assert ApproachList.objects.count() == 1


def test_the_preview_says_who_would_be_left_out(as_: As, world: World) -> None:
    form = {"name": "", "method": "call", "quiet_days": "0", **NAMED}
    page = as_(world.sato).post("/approach/preview/person/", form).content.decode()
    assert "電話番号なし" in page


def test_rows_chosen_in_the_list_of_people_become_a_list(as_: As, world: World, ada: Person) -> None:
    page = as_(world.sato).post("/approach/new/person/", {"chosen": "1", "ids": [ada.pk]}).content.decode()
    assert "選んだ1件" in page
    as_(world.sato).post("/approach/new/person/", {"name": "選んだ人", "method": "visit", "ids": [ada.pk]})
    assert ApproachList.objects.get().targets.get().person == ada


def test_a_condition_that_cannot_be_read_is_told(as_: As, world: World) -> None:
    answer = as_(world.sato).post("/approach/new/person/", {"name": "x", "method": "call", "text": "{"})
    assert answer.status_code == 422
    assert ApproachList.objects.count() == 0
    assert as_(world.sato).get("/approach/new/deal/").status_code == 404


def test_the_screen_shows_the_script_filled_in_and_the_number_to_dial(
    as_: As, world: World, target: Target, calls: ApproachList
) -> None:
    page = as_(world.sato).get(screen(target)).content.decode()
    assert "株式会社アクメの安達様、両輪工業株式会社の佐藤です。" in page
    assert 'href="tel:0312345678"' in page
    assert "仕様の確認" in page
    assert "検査ラインの更新" in page


def test_the_number_of_questions_does_not_grow_with_history(as_: As, world: World, target: Target) -> None:
    browser = as_(world.sato)
    browser.get(screen(target))
    with CaptureQueriesContext(connection) as few:
        browser.get(screen(target))
    for number in range(1, 6):
        person = create_person(by=None, family_name=f"飯田{number}", phone="03-1111-2222")
        add_chosen(target.list, [person.pk], by=world.sato)
        Activity.objects.create(
            kind="called", at=clock.now(), person=world.ada, owner=world.mei, created_at=clock.now(),
            updated_at=clock.now(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        browser.get(screen(target))
    assert len(many) <= len(few)


def test_a_call_is_kept_and_the_next_person_comes(as_: As, world: World, target: Target) -> None:
    iida = create_person(by=None, family_name="飯田", phone="03-1111-2222")
    add_chosen(target.list, [iida.pk], by=world.sato)
    form = {"number": "1", "outcome": outcome("接続").pk, "note": "また来週", "go": "next"}
    answer = as_(world.sato).post(screen(target), form)
    assert answer["Location"] == screen(Target.objects.get(person=iida))
    as_(world.sato).post(screen(target), form)
    assert Attempt.objects.count() == 1
    assert Activity.objects.filter(body="また来週").count() == 1


def test_the_last_person_leads_back_to_the_list(as_: As, world: World, target: Target) -> None:
    answer = as_(world.sato).post(screen(target), {"number": "1", "outcome": outcome("接続").pk, "go": "next"})
    assert answer["Location"] == f"/approach/{target.list_id}/"


def test_the_back_button_with_another_answer_is_told(as_: As, world: World, target: Target) -> None:
    as_(world.sato).post(screen(target), {"number": "1", "outcome": outcome("不在").pk})
    answer = as_(world.sato).post(screen(target), {"number": "1", "outcome": outcome("接続").pk})
    assert answer.status_code == 409
    assert "すでに「不在」として記録されています" in answer.content.decode()


def test_an_appointment_and_its_deal_are_made_from_the_screen(as_: As, world: World, target: Target) -> None:
    at = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT14:00")
    form = {"number": "1", "outcome": outcome("アポ獲得").pk, "starts_at": at, "kind": "visited", "deal_name": "導入"}
    as_(world.sato).post(screen(target), form)
    assert Appointment.objects.get().deal == Deal.objects.get(name="導入")


def test_what_is_missing_is_told_and_what_was_typed_stays(as_: As, world: World, target: Target) -> None:
    answer = as_(world.sato).post(
        screen(target), {"number": "1", "outcome": outcome("拒否").pk, "note": "不要とのこと"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "架電禁止にする理由を入力してください" in page
    assert "不要とのこと" in page
    assert Attempt.objects.count() == 0


def test_consumers_are_told_who_calls_and_why_first(as_: As, world: World, target: Target) -> None:
    ApproachList.objects.update(is_consumer=True, goods="浄水器", purpose="新製品のご案内")
    page = as_(world.sato).get(screen(target)).content.decode()
    assert "特定商取引法16条" in page
    assert "浄水器" in page
    assert page.index("特定商取引法16条") < page.index("トークスクリプト")


def test_a_person_who_must_not_be_called_has_no_form_and_no_number(as_: As, world: World, target: Target) -> None:
    Person.objects.filter(pk=target.person_id).update(do_not_call=True, do_not_call_reason="本人の希望")
    page = as_(world.sato).get(screen(target)).content.decode()
    assert "本人の希望" in page
    assert "tel:" not in page
    assert 'id="attempt"' not in page


def test_skipping_and_leaving_give_the_person_back(as_: As, world: World, target: Target, calls: ApproachList) -> None:
    take_next(calls, by=world.sato)
    as_(world.sato).post(f"/approach/{calls.pk}/skip/{target.pk}/", {"go": "stop"})
    target.refresh_from_db()
    assert (target.holder, target.state) == (None, TargetState.WAITING)
    take(target, by=world.sato)
    as_(world.sato).post(f"/approach/{calls.pk}/skip/{target.pk}/", {"go": "skip"})
    target.refresh_from_db()
    assert target.state == TargetState.LATER


def test_visits_are_noted_in_the_drawer(as_: As, world: World, ada: Person) -> None:
    row = create_list(by=world.sato, name="挨拶", method="visit")
    add_chosen(row, [ada.pk], by=world.sato)
    page = as_(world.sato).get(f"/approach/{row.pk}/visits/?prefecture=13").content.decode()
    assert "〒100-0005 東京都千代田区1-1" in page
    target = row.targets.get()
    form = {"number": "1", "outcome": outcome("面談できた", "visit").pk, "note": "お元気そう"}
    answer = as_(world.sato).post(f"/approach/{row.pk}/visits/{target.pk}/", form, headers=FRAGMENT)
    assert answer.status_code == 204
    assert Activity.objects.get(kind="visited").body == "お元気そう"


def test_letters_have_labels_and_addresses_and_their_cost_goes_to_the_campaign(
    as_: As, world: World, ada: Person
) -> None:
    row = create_list(by=world.sato, name="挨拶状", method="letter", campaign_id=world.campaign.pk, piece_cost=120)
    add_chosen(row, [ada.pk], by=world.sato)
    browser = as_(world.sato)
    pdf = browser.get(f"/approach/{row.pk}/labels/?layout=24&skip=3")
    assert pdf["Content-Disposition"].startswith("attachment")
    assert pdf.content.startswith(b"%PDF")
    csv = BytesIO(browser.get(f"/approach/{row.pk}/addresses/").content).read().decode("utf-8-sig")
    assert "100-0005,東京都,千代田区,1-1,,株式会社アクメ,,,安達 栄太,様,アダチ エイタ" in csv
    for _time in range(2):
        browser.post(f"/approach/{row.pk}/posted/")
    assert CampaignCost.objects.get().amount == 120
    assert row.tries.count() == 1


def test_results_count_calls_and_open_the_people(as_: As, world: World, target: Target) -> None:
    record_attempt(target, number=1, outcome=outcome("接続"), by=world.sato)
    browser = as_(world.sato)
    for by in ("list", "caller", "hour", "weekday", "outcome", "method"):
        assert browser.get(f"/approach/results/?by={by}").status_code == 200, by
    page = browser.get(f"/approach/results/people/?by=list&key={target.list_id}&only=connected").content.decode()
    assert "安達 栄太" in page
    assert "安達 栄太" not in browser.get("/approach/results/people/?only=won").content.decode()


def test_strange_addresses_are_no_failure(as_: As, world: World, calls: ApproachList) -> None:
    browser = as_(world.sato)
    for address in (
        "/approach/?method=x&before=999999999999999999999",
        f"/approach/{calls.pk}/?state=x&why=y&outcome=99999999999999999999&after=1e9&q=%00",
        "/approach/results/?by=x&from=2026-13-45&to=zzz&list=9999999999999999999&caller=-1&method=q",
        "/approach/results/people/?by=hour&key=99&only=x&before=1_2",
        f"/approach/{calls.pk}/visits/?prefecture=99&city=%00",
    ):
        assert browser.get(address).status_code == 200, address
    assert browser.post(f"/approach/{calls.pk}/call/{10**18}/", {}).status_code == 404
    huge = {"number": "9" * 30, "outcome": "9" * 30, "note": "\0" * 5}
    assert browser.post(screen(calls.targets.get()), huge).status_code == 422


def test_own_outcomes_are_made_in_the_settings(as_: As, world: World, calls: ApproachList) -> None:
    browser = as_(world.kimura)
    browser.post("/settings/approach/new/", {"method": "call", "name": "受付で断られた", "then": "done"})
    own = outcome("受付で断られた")
    browser.post(f"/settings/approach/{own.pk}/", {"name": "受付止まり", "then": "retry"})
    browser.post(f"/settings/approach/{own.pk}/", {"to": "up"})
    assert "受付止まり" in browser.get("/settings/approach/").content.decode()
    browser.post(f"/settings/approach/{own.pk}/", {"active": "0"})
    own.refresh_from_db()
    assert (own.name, own.then, own.is_active) == ("受付止まり", "retry", False)


def test_a_changed_list_tells_who_was_slower(as_: As, world: World, calls: ApproachList) -> None:
    form = {"name": "新しい名前", "quiet_days": "5", "version": "1"}
    as_(world.sato).post(f"/approach/{calls.pk}/edit/", form)
    answer = as_(world.tamura).post(f"/approach/{calls.pk}/edit/", form | {"name": "別の名前"})
    assert answer.status_code == 409
    calls.refresh_from_db()
    assert (calls.name, calls.quiet_days) == ("新しい名前", 5)


def test_promised_calls_stand_on_top_of_the_lists(as_: As, world: World, target: Target) -> None:
    at = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    as_(world.sato).post(screen(target), {"number": "1", "outcome": outcome("折り返し約束").pk, "again_at": at})
    assert "約束した電話" in as_(world.sato).get("/approach/").content.decode()
    assert Task.objects.filter(title__startswith="折り返し電話").count() == 1


def test_a_company_is_closed_to_calls_with_a_reason_and_opened_again(as_: As, world: World) -> None:
    acme, address = world.acme, f"/companies/{world.acme.pk}/calls/"
    assert "架電禁止にする" in as_(world.sato).get(f"/companies/{acme.pk}").content.decode()

    as_(world.sato).post(address, {"reason": "総務からのお断り"})
    acme.refresh_from_db()
    assert (acme.do_not_call, acme.do_not_call_reason) == (True, "総務からのお断り")
    page = as_(world.sato).get(f"/companies/{acme.pk}").content.decode()
    assert "総務からのお断り" in page and "架電禁止を解除" in page

    as_(world.sato).post(address, {"allow": "1"})
    acme.refresh_from_db()
    assert not acme.do_not_call
