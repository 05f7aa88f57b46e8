from datetime import date, timedelta

import pytest
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.workspace.tasks.models import Task

FRAGMENT = {"HX-Request": "true"}


def test_what_was_done_stands_under_its_day(as_: As, world: World) -> None:
    page = as_(world.sato).get("/activities").content.decode()
    assert "仕様の確認" in page
    assert "今日" in page


def test_activities_are_narrowed_by_whom_what_and_when(as_: As, world: World) -> None:
    browser = as_(world.sato)
    for query, is_shown in (
        ("whose=me", True),
        ("whose=team", True),
        (f"whose={world.mei.pk}", False),
        ("kind=called", True),
        ("kind=met", False),
        ("period=today", True),
        ("period=all", True),
        ("whose=x&kind=x&period=x&before=x", True),
    ):
        assert ("仕様の確認" in browser.get(f"/activities?{query}").content.decode()) is is_shown, query


def test_the_quick_form_knows_the_deal_it_was_opened_from(as_: As, world: World) -> None:
    page = as_(world.sato).get(f"/activities/new?deal={world.deal.pk}", headers=FRAGMENT).content.decode()
    assert f'name="deal" value="{world.deal.pk}"' in page
    assert "話せた" in page


def test_a_visit_is_kept_with_its_outcome_and_the_next_action_of_the_deal(as_: As, world: World) -> None:
    as_(world.sato).post(
        "/activities/new",
        {
            "kind": "visited",
            "deal": world.deal.pk,
            "outcome": "面談できた",
            "body": "来期の予算に載せる",
            "next_action": "見積を送る",
            "soon": "3",
        },
        headers=FRAGMENT,
    )
    visit = Activity.objects.get(kind="visited")
    assert (visit.person, visit.company, visit.outcome) == (world.ada, world.acme, "面談できた")
    world.deal.refresh_from_db()
    assert world.deal.next_action == "見積を送る"
    assert world.deal.next_action_on is not None
    assert world.deal.next_action_on > clock.today()


def test_a_plain_form_leads_back_to_where_it_was_opened(as_: As, world: World) -> None:
    answer = as_(world.sato).post(
        "/activities/new", {"kind": "called", "person": world.ada.pk, "next": f"/people/{world.ada.pk}"}
    )
    assert answer.url == f"/people/{world.ada.pk}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_the_way_back_never_leaves_the_house(as_: As, world: World, place: str) -> None:
    answer = as_(world.sato).post("/activities/new", {"kind": "called", "deal": world.deal.pk, "next": place})
    assert answer.url == f"/deals/{world.deal.pk}"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "flew"}, "種類"),
        ({"deal": ""}, "相手、会社、商談のいずれか"),
        ({"deal": "999999"}, "見つかりません"),
        ({"at": "2026-02-30T10:00"}, "日時"),
        ({"at": "2199-01-01T10:00"}, "未来"),
        ({"minutes": "-5"}, "時間"),
        ({"next_action_on": "2026-02-30"}, "存在しない日付"),
    ],
)
def test_a_mistake_in_the_quick_form_is_told_and_nothing_is_written(
    as_: As, world: World, values: dict[str, str], words: str
) -> None:
    typed = {"kind": "called", "deal": world.deal.pk, "body": "聞いたこと"} | values
    answer = as_(world.sato).post("/activities/new", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "聞いたこと" in page
    assert Activity.objects.count() == 1


def test_who_must_not_be_called_is_shown_in_the_form(as_: As, world: World) -> None:
    world.ada.do_not_call = True
    world.ada.do_not_call_reason = "本人の希望"
    world.ada.save()
    page = as_(world.sato).get(f"/activities/new?person={world.ada.pk}").content.decode()
    assert "架電禁止" in page
    assert "本人の希望" in page


def test_an_activity_is_corrected_deleted_and_brought_back(as_: As, world: World) -> None:
    browser, number = as_(world.sato), world.activity.pk
    assert "仕様の確認" in browser.get(f"/activities/{number}", headers=FRAGMENT).content.decode()
    browser.post(f"/activities/{number}", {"subject": "仕様と納期", "outcome": "話せた"}, headers=FRAGMENT)
    world.activity.refresh_from_db()
    assert (world.activity.subject, world.activity.outcome) == ("仕様と納期", "話せた")
    answer = browser.post(f"/activities/{number}/delete", headers=FRAGMENT)
    assert not Activity.objects.exists()
    browser.post(answer["HX-Trigger"].split('"undo": "')[1].split('"')[0], headers=FRAGMENT)
    assert Activity.objects.get().subject == "仕様と納期"


def test_the_activity_of_another_team_is_not_found(as_: As, world: World) -> None:
    browser = as_(world.kato)
    assert "仕様の確認" not in browser.get("/activities").content.decode()
    for path in ("", "/delete"):
        assert browser.post(f"/activities/{world.activity.pk}{path}").status_code == 404
    assert browser.get(f"/activities/new?deal={world.deal.pk}").status_code == 404


def test_a_reader_logs_nothing(as_: As, world: World) -> None:
    assert as_(world.ono).post("/activities/new", {"kind": "called", "deal": world.deal.pk}).status_code == 403


def test_the_list_of_activities_shows_them(as_: As, world: World) -> None:
    assert "仕様の確認" in as_(world.sato).get("/activities/list").content.decode()


def test_tasks_and_next_actions_stand_on_one_list(as_: As, world: World) -> None:
    yesterday = clock.today() - timedelta(days=1)
    world.deal.next_action, world.deal.next_action_on = "見積の返事を聞く", yesterday
    world.deal.save()
    page = as_(world.sato).get("/tasks").content.decode()
    assert page.index("期限を過ぎたもの") < page.index("見積の返事を聞く") < page.index("日付なし")
    assert "見積を送る" in page


def test_the_list_of_another_member_is_empty_and_everybodys_is_not(as_: As, world: World) -> None:
    assert "見積を送る" not in as_(world.mei).get("/tasks").content.decode()
    assert "見積を送る" in as_(world.mei).get("/tasks?whose=all").content.decode()
    assert "見積を送る" not in as_(world.kato).get("/tasks?whose=all").content.decode()


def test_a_task_is_added_finished_taken_back_put_off_changed_and_deleted(as_: As, world: World) -> None:
    browser = as_(world.sato)
    browser.post("/tasks/new", {"title": "電話", "due_on": "2026-12-01"}, headers=FRAGMENT)
    task = Task.objects.get(title="電話")
    assert task.owner == world.sato
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-12-01T09:00:00+00:00"
    answer = browser.post(f"/tasks/{task.pk}/finish", headers=FRAGMENT)
    undo = answer["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert not Task.objects.open().filter(pk=task.pk).exists()
    browser.post(undo, headers=FRAGMENT)
    browser.post(f"/tasks/{task.pk}/snooze", {"until": "next_week"}, headers=FRAGMENT)
    task.refresh_from_db()
    assert task.due_at.astimezone().date() == clock.today() + timedelta(days=7)
    browser.post(
        f"/tasks/{task.pk}", {"title": "折り返し電話", "owner": world.mei.pk, "version": task.version}, headers=FRAGMENT
    )
    task.refresh_from_db()
    assert (task.title, task.owner, task.due_at) == ("折り返し電話", world.mei, None)
    answer = browser.post(f"/tasks/{task.pk}/delete", headers=FRAGMENT)
    assert not Task.objects.filter(pk=task.pk).exists()
    browser.post(answer["HX-Trigger"].split('"undo": "')[1].split('"')[0], headers=FRAGMENT)
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_task_belongs_to_the_record_it_was_made_from(as_: As, world: World) -> None:
    as_(world.sato).post("/tasks/new", {"title": "確認", "about": "deal", "id": world.deal.pk}, headers=FRAGMENT)
    assert Task.objects.get(title="確認").about_label == "検査ラインの更新"
    assert as_(world.sato).get("/tasks/new?about=deal&id=999999").status_code == 404


@pytest.mark.parametrize(("values", "words"), [({"title": ""}, "すること"), ({"due_on": "2026-02-30"}, "存在しない")])
def test_a_mistake_in_a_task_is_told(as_: As, world: World, values: dict[str, str], words: str) -> None:
    answer = as_(world.sato).post("/tasks/new", {"title": "x"} | values)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_task_changed_meanwhile_is_not_overwritten(as_: As, world: World) -> None:
    page = as_(world.sato).post(
        f"/tasks/{world.task.pk}", {"title": "x", "owner": world.sato.pk, "version": 99}, headers=FRAGMENT
    )
    assert "ほかの人が先に更新しました" in page.content.decode()
    world.task.refresh_from_db()
    assert world.task.title == "見積を送る"


def test_the_task_of_another_team_is_not_found(as_: As, world: World) -> None:
    for path in ("", "/finish", "/reopen", "/snooze", "/delete"):
        assert as_(world.kato).post(f"/tasks/{world.task.pk}{path}").status_code == 404


def test_todays_date_in_the_form_is_the_companys(as_: As, world: World) -> None:
    today: date = clock.today()
    assert f'value="{today.isoformat()}"' in as_(world.sato).get("/tasks").content.decode()
