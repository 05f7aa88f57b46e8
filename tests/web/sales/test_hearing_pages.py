"""Hearings on the page: begun, saved answer by answer, finished; sheets edited without code."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.sales.hearing.conftest import SECTIONS
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.customers.voice.models import Need
from ryorin.sales.hearing.actions import create_sheet, first_sheets, start_hearing
from ryorin.sales.hearing.models import AnswerChange, Hearing, Sheet


@pytest.fixture
def hearing(world: World) -> Hearing:
    sheet = create_sheet(name="検査の聞き取り", by=world.kimura, sections=SECTIONS)
    return start_hearing(sheet, by=world.sato, deal=world.deal)


def post(client: Client, hearing: Hearing, **parts: object) -> object:
    body = {"question": "size", "value": "120", "version": 0, "client_id": str(uuid4())} | parts
    return client.post(f"/hearings/{hearing.pk}/answers/", json.dumps(body), content_type="application/json")


def test_a_hearing_is_begun_from_a_deal_once(as_: As, world: World) -> None:
    client = as_(world.sato)
    page = client.get(f"/hearings/new/?deal={world.deal.pk}")
    assert "BANT" in page.content.decode()
    assert "検査ラインの更新" in page.content.decode()
    data = {"sheet": first_sheets()[0].pk, "deal": world.deal.pk, "once": "abc"}
    first, second = (client.post("/hearings/new/", data) for _each in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Hearing.objects.get().person == world.ada


def test_an_answer_is_saved_and_read_back(as_: As, world: World, hearing: Hearing) -> None:
    client = as_(world.sato)
    saved = post(client, hearing)
    assert (saved.status_code, saved.json()["version"], saved.json()["is_other"]) == (200, 1, False)  # type: ignore[attr-defined]
    told = client.get(f"/hearings/{hearing.pk}/answers/").json()
    assert told["answers"]["size"] == {"version": 1, "value": "120", "said": "120", "by": "佐藤 健"}
    page = client.get(f"/hearings/{hearing.pk}/").content.decode()
    assert 'value="120"' in page
    assert 'data-version="1"' in page


def test_who_was_slower_is_told_what_the_other_answered(as_: As, world: World, hearing: Hearing) -> None:
    post(as_(world.tamura), hearing, value="99")
    late = post(as_(world.sato), hearing)
    assert late.status_code == 409  # type: ignore[attr-defined]
    assert late.json()["theirs"]["value"] == "99"  # type: ignore[attr-defined]
    assert "田村 葵さんが先に" in late.json()["message"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "parts",
    [
        {"version": "x"},
        {"version": -1},
        {"version": 2**40},
        {"client_id": "x"},
        {"value": "たくさん"},
        {"question": "budget", "value": "1e99"},
    ],
)
def test_what_cannot_be_read_is_told(as_: As, world: World, hearing: Hearing, parts: dict[str, object]) -> None:
    answer = post(as_(world.sato), hearing, **parts)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert answer.json()["message"]  # type: ignore[attr-defined]
    assert not AnswerChange.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a": "' + b"x" * 300_000 + b'"}']
)
def test_a_broken_body_is_told(as_: As, world: World, hearing: Hearing, body: bytes) -> None:
    answer = as_(world.sato).post(f"/hearings/{hearing.pk}/answers/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_hearing_is_finished_only_when_what_must_be_asked_was_answered(
    as_: As, world: World, hearing: Hearing
) -> None:
    client = as_(world.sato)
    assert client.post(f"/hearings/{hearing.pk}/finish/").status_code == 409
    post(client, hearing, question="budget", value="3,000,000")
    assert client.post(f"/hearings/{hearing.pk}/finish/").headers["Location"] == f"/deals/{world.deal.pk}"
    shown = client.get(f"/hearings/{hearing.pk}/").content.decode()
    assert "再開する" in shown
    assert "3,000,000" in shown
    assert client.post(f"/hearings/{hearing.pk}/reopen/").status_code == 302
    history = client.get(f"/hearings/{hearing.pk}/history/").content.decode()
    assert "¥3,000,000" in history


def test_the_deal_shows_its_hearings_needs_and_what_is_missing(as_: As, world: World, hearing: Hearing) -> None:
    client = as_(world.sato)
    need = {"id": str(uuid4()), "what": "検査が遅い", "words": "残業ばかりです", "strength": "5"}
    post(client, hearing, question="needs", value=[need])
    page = client.get(f"/deals/{world.deal.pk}").content.decode()
    assert "検査が遅い" in page
    assert "残業ばかりです" in page
    assert "検査の聞き取り" in page
    assert "課題と提案" in page
    assert Need.objects.get().strength == 5
    assert "検査が遅い" in client.get(f"/people/{world.ada.pk}").content.decode()
    assert "検査が遅い" in client.get(f"/companies/{world.acme.pk}").content.decode()


def test_the_lists_of_hearings_answers_and_needs_are_exported(as_: As, world: World, hearing: Hearing) -> None:
    client = as_(world.kimura)
    post(client, hearing, question="rival", value="yes")
    for address, words in (
        ("/hearings/", "検査の聞き取り"),
        ("/hearings/answers/", "質問rival"),
        ("/needs/", "ニーズ一覧"),
    ):
        assert words in client.get(address).content.decode()
    for plural in ("hearings", "hearing_answers", "needs"):
        assert client.get(reverse("export", args=[plural]), {"format": "csv"}).status_code == 200


def test_an_answer_list_costs_the_same_however_many_rows(
    as_: As, world: World, hearing: Hearing, django_assert_max_num_queries: object
) -> None:
    client = as_(world.sato)
    for key, value in (("size", "1"), ("mood", "4"), ("plan", "すぐ"), ("rival", "yes"), ("budget", "5")):
        post(client, hearing, question=key, value=value)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        client.get("/hearings/answers/")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        client.get(f"/hearings/{hearing.pk}/")


def test_a_sheet_is_edited_with_follow_ups_and_stages(as_: As, world: World) -> None:
    client = as_(world.kimura)
    assert client.post("/settings/hearing-sheets/", {"name": "新シート"}).status_code == 302
    sheet = Sheet.objects.get(name="新シート")
    stage = world.deal.pipeline.stages.all()[1]
    rows = {
        "version": sheet.version,
        "name": "新シート",
        "purpose": "試し",
        "key": ["s1", "qa", "qb"],
        "row-s1": "section",
        "title-s1": "はじめに",
        "row-qa": "question",
        "label-qa": "使っていますか",
        "type-qa": "yes",
        "row-qb": "question",
        "label-qb": "何を使っていますか",
        "type-qb": "text",
        "maps_to-qb": "competitor",
        "when_question-qb": "qa",
        "when_op-qb": "is",
        "when_value-qb": "はい",
        "before-qb": stage.pk,
        "required-qb": "on",
    }
    assert client.post(f"/settings/hearing-sheets/{sheet.pk}/", rows).status_code == 302
    (section,) = sheet.newest.sections
    assert section["questions"][1]["when"] == {"question": "qa", "op": "is", "value": "yes"}
    assert [rule.label for rule in stage.rules.all()] == ["何を使っていますか"]
    page = client.get(f"/settings/hearing-sheets/{sheet.pk}/").content.decode()
    assert "はじめに" in page
    assert 'value="はい"' in page
    stale = client.post(f"/settings/hearing-sheets/{sheet.pk}/", rows)
    assert stale.status_code == 409
    assert "ほかの人が先に更新しました" in stale.content.decode()


def test_a_sheet_that_makes_no_sense_comes_back_with_what_was_typed(as_: As, world: World) -> None:
    client = as_(world.kimura)
    sheet = first_sheets()[0]
    wrong = {
        "version": sheet.version, "name": "BANT", "key": ["qa"], "row-qa": "question", "label-qa": "選ぶ",
        "type-qa": "one",
    }  # fmt: skip
    answer = client.post(f"/settings/hearing-sheets/{sheet.pk}/", wrong)
    assert answer.status_code == 422
    assert "選択肢を入れてください" in answer.content.decode()
    assert 'value="選ぶ"' in answer.content.decode()


def test_a_stage_asks_and_the_board_is_told_where_to_fill_it_in(as_: As, world: World) -> None:
    stage = world.deal.pipeline.stages.all()[1]
    leader = as_(world.kimura)
    assert "お客さまの課題" in leader.get(f"/settings/stages/{stage.pk}/rules/").content.decode()
    assert (
        leader.post(f"/settings/stages/{stage.pk}/rules/", {"rule": ["field:problem", "part:決裁", "x:y"]}).status_code
        == 302
    )
    client = as_(world.sato)
    refused = client.post(
        f"/deals/{world.deal.pk}/move",
        {"stage": stage.pk, "version": world.deal.version},
        headers={"HX-Request": "true"},
    )
    assert refused.status_code == 409
    url = json.loads(refused.headers["HX-Trigger"])["stage-refused"]["url"]
    drawer = client.get(url).content.decode()
    assert "お客さまの課題" in drawer
    assert f"/deals/{world.deal.pk}#case-problem" in drawer
    assert "例外として進める" not in drawer
    assert "例外として進める" in as_(world.tamura).get(url).content.decode()
    plain = client.post(f"/deals/{world.deal.pk}/move", {"stage": stage.pk, "version": world.deal.version})
    assert plain.status_code in (403, 409)
    moved = as_(world.tamura).post(
        f"/deals/{world.deal.pk}/move",
        {"stage": stage.pk, "version": world.deal.version, "despite": "社長案件"},
        headers={"HX-Request": "true"},
    )
    assert moved.status_code == 204
    world.deal.refresh_from_db()
    assert world.deal.stage == stage


def test_the_problem_and_its_cost_are_edited_in_place(as_: As, world: World) -> None:
    client, pk = as_(world.sato), world.deal.pk
    assert "損失の計算" in client.get(f"/deals/{pk}/case/problem_cost/?edit").content.decode()
    saved = client.post(
        f"/deals/{pk}/case/problem_cost/",
        {"version": world.deal.version, "cost_basis": "月40時間 × 3人 × 4,000円 × 12か月", "problem_cost": ""},
    )
    assert "¥5,760,000" in saved.content.decode()
    stale = client.post(f"/deals/{pk}/case/problem/", {"version": world.deal.version, "problem": "遅い"})
    assert "自分の内容で上書きする" in stale.content.decode()
    unclear = client.post(f"/deals/{pk}/case/problem_cost/", {"version": 2, "cost_basis": "たくさん"})
    assert "計算できませんでした" in unclear.content.decode()
    assert client.get(f"/deals/{pk}/case/owner/").status_code == 404


def test_a_need_is_noted_corrected_and_counted(as_: As, world: World) -> None:
    client = as_(world.mei)
    data = {
        "kind": "wish",
        "what": "夜も使いたい",
        "strength": "4",
        "person": world.ada.pk,
        "area": "検査装置",
        "once": "n1",
    }
    for _each in range(2):
        assert client.post("/needs/new/", data).status_code == 302
    need = Need.objects.get()
    assert (need.person, need.company, need.source) == (world.ada, world.acme, "person")
    changed = data | {"what": "夜間も使いたい", "version": need.version, "state": "proposed"}
    assert client.post(f"/needs/{need.pk}/", changed).status_code == 302
    assert "ほかの人が先に" in client.post(f"/needs/{need.pk}/", changed).content.decode()
    summary = client.get("/needs/summary/").content.decode()
    assert "検査装置" in summary
    assert client.post("/needs/new/", {"kind": "wish", "what": "誰の声でもない", "strength": "3"}).status_code == 422
    assert client.post(f"/needs/{need.pk}/delete/")["Location"] == "/needs/"
    assert not Need.objects.exists()
