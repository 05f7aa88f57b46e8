"""Sequences on pages: written, started from a person, a deal or a list, carried out, explained."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.sequences.actions import advance_sequences, create_sequence, start_sequence
from ryorin.sales.sequences.models import Run, RunState, Sequence
from ryorin.sales.sequences.rules import Draft
from ryorin.web.sales.sequence_runs import mailto
from ryorin.workspace.tasks.models import Task

FRAGMENT = {"HX-Request": "true"}
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
MAIL = Draft(kind="mail", title="お礼のメール", subject="お礼（{自社}）", body="{氏名}\n{役職}さま")
CALL = Draft(kind="call", title="電話する", wait_days=2)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen(FRIDAY):
        yield


@pytest.fixture
def sequence(world: World) -> Sequence:
    return create_sequence(name="展示会フォロー", goal="面談の約束", steps=[MAIL, CALL], by=world.sato)


@pytest.fixture
def run(world: World, sequence: Sequence) -> Run:
    return start_sequence(sequence, [world.ada], by=world.sato, origin="電話：話せた").runs[0]


def typed(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "name": "掘り起こし",
        "goal": "",
        "kind": ["call", "mail"],
        "wait_days": ["0", "3"],
        "step_title": ["電話する", "資料を送る"],
        "subject": ["", "資料のご案内"],
        "body": ["", "{会社} {氏名}"],
        "once": "a-token",
    }
    return values | changes


def test_a_sequence_is_written_without_code_and_once(as_: As, world: World) -> None:
    browser = as_(world.sato)
    for _again in range(2):
        assert browser.post("/sequences/new/", typed()).status_code == 302
    found = Sequence.objects.get()
    steps = list(found.editions.get().steps.values_list("kind", "wait_days", "title"))
    assert steps == [("call", 0, "電話する"), ("mail", 3, "資料を送る")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wait_days": ["0", "x"]}, "ステップ2の待つ日数"),
        ({"wait_days": ["0", "9" * 40]}, "ステップ2の待つ日数"),
        ({"kind": ["call", "fax"]}, "ステップ2の種類"),
        ({"step_title": ["", "資料を送る"]}, "ステップ1の「すること」"),
        ({"body": ["", ""]}, "件名と文面を入力"),
        ({"body": ["{誕生日}", "文面"]}, "{誕生日}"),
        ({"kind": []}, "ステップを1つ以上"),
        ({"name": "\0"}, "入力"),
    ],
)
def test_what_cannot_be_carried_out_is_said_and_what_was_typed_stays(
    as_: As, world: World, changes: dict[str, object], said: str
) -> None:
    answer = as_(world.sato).post("/sequences/new/", typed(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Sequence.objects.exists()


def test_an_edit_over_somebody_elses_is_told(as_: As, world: World, sequence: Sequence) -> None:
    browser = as_(world.sato)
    path = f"/sequences/{sequence.pk}/edit/"
    assert browser.post(path, typed(name="展示会", version=1)).status_code == 302
    answer = browser.post(path, typed(name="別の名前", version=1))
    assert answer.status_code == 422
    assert "別の名前" in answer.content.decode()
    sequence.refresh_from_db()
    assert sequence.name == "展示会"
    assert sequence.editions.count() == 2


def test_people_chosen_on_a_list_are_let_in_and_others_explained(as_: As, world: World, sequence: Sequence) -> None:
    browser = as_(world.sato)
    ask = browser.post("/sequences/start/", {"ids": str(world.ada.pk)}, headers=FRAGMENT).content.decode()
    assert "安達" in ask and "展示会フォロー" in ask
    data = {"person": f"{world.ada.pk},999999,x", "sequence": sequence.pk, "origin": "顧客の一覧から"}
    answer = browser.post("/sequences/start/", data, headers=FRAGMENT)
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "1人のシーケンスを始めました。"
    assert Run.objects.get().origin == "顧客の一覧から"
    again = browser.post("/sequences/start/", data, headers=FRAGMENT)
    assert "対象外：すでに進行中 1人" in json.loads(again.headers["HX-Trigger"])["toast"]["text"]


def test_other_peoples_customers_cannot_be_let_in(as_: As, world: World, sequence: Sequence) -> None:
    answer = as_(world.kato).post(
        "/sequences/start/", {"person": world.ada.pk, "sequence": sequence.pk}, headers=FRAGMENT
    )
    assert "始める人を選んでください" in answer.content.decode()
    assert not Run.objects.exists()


def test_a_mail_step_shows_the_text_and_what_is_missing_and_is_kept_as_sent(as_: As, world: World, run: Run) -> None:
    advance_sequences()
    step = run.steps.get()
    browser = as_(world.sato)
    page = browser.get(f"/sequences/steps/{step.pk}/").content.decode()
    assert "安達 栄太 様" in page
    assert "分からない項目があります：役職" in page
    assert 'href="mailto:ada@acme.example?subject=' in page
    data = {"subject": "お礼", "body": "安達様", "outcome": "送付した"}
    browser.post(f"/sequences/steps/{step.pk}/", data, headers=FRAGMENT)
    mail = Activity.objects.get(kind="mailed")
    assert (mail.subject, mail.body) == ("お礼", "安達様")
    assert browser.post(f"/sequences/steps/{step.pk}/", data).status_code == 200
    assert Activity.objects.filter(kind="mailed").count() == 1
    assert not Task.objects.open().filter(about_id=world.ada.pk, title="お礼のメール").exists()


def test_a_run_says_why_the_person_is_there(as_: As, world: World, run: Run) -> None:
    page = as_(world.sato).get(f"/sequences/runs/{run.pk}/").content.decode()
    assert "ここにいる理由" in page
    assert "電話：話せた" in page
    assert "佐藤 健さんが「展示会フォロー」を開始" in page


@pytest.mark.parametrize(("what", "state"), [("pause", RunState.PAUSED), ("stop", RunState.STOPPED)])
def test_a_run_is_changed_from_its_page(as_: As, world: World, run: Run, what: str, state: RunState) -> None:
    browser = as_(world.sato)
    path = f"/sequences/runs/{run.pk}/change/"
    assert browser.post(path, {"what": what, "version": 1}, headers=FRAGMENT).status_code == 204
    run.refresh_from_db()
    assert run.state == state
    assert browser.post(path, {"what": what, "version": 1}, headers=FRAGMENT).status_code == 409
    assert browser.post(path, {"what": "dance", "version": 2}, headers=FRAGMENT).status_code == 404


def test_the_list_and_the_page_show_what_a_sequence_brought(
    as_: As, world: World, run: Run, sequence: Sequence
) -> None:
    browser = as_(world.sato)
    assert "展示会フォロー" in browser.get("/sequences/").content.decode()
    page = browser.get(f"/sequences/{sequence.pk}/").content.decode()
    assert "安達 栄太" in page
    for query in ("state=answered", "state=x&edition=x&after=x", "after=2026-11-22T00:00:00+00:00_1", "edition=9"):
        assert browser.get(f"/sequences/{sequence.pk}/?{query}").status_code == 200
    assert "安達 栄太" not in as_(world.kato).get(f"/sequences/{sequence.pk}/").content.decode()


def test_a_call_is_followed_by_a_sequence(as_: As, world: World, sequence: Sequence) -> None:
    data = {"kind": "called", "person": world.ada.pk, "outcome": "話せた", "sequence": sequence.pk}
    assert as_(world.sato).post("/activities/new", data, headers=FRAGMENT).status_code == 204
    assert Run.objects.get().origin == "電話：話せた"


def test_a_fresh_company_begins_with_samples(as_: As, world: World) -> None:
    browser = as_(world.sato)
    assert "見本から始める" in browser.get("/sequences/").content.decode()
    browser.post("/sequences/samples/")
    assert Sequence.objects.count() == 2


def test_the_persons_page_shows_what_is_planned(as_: As, world: World, run: Run) -> None:
    page = as_(world.sato).get(f"/people/{world.ada.pk}/sequences/").content.decode()
    assert "展示会フォロー" in page


def test_a_mail_link_carries_lines_and_signs_safely() -> None:
    link = mailto("ada@acme.example", "A&B?", "1行目\n2行目 #1")
    assert link.startswith("mailto:ada@acme.example?subject=A%26B%3F&body=")
    assert link.endswith("%0D%0A2%E8%A1%8C%E7%9B%AE%20%231")
