"""Forms: put together by a marketer, filled in by anybody, and what becomes of the answers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World

from ryorin.customers.consent.models import Consent
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.marketing.sites.actions import create_page, default_site
from ryorin.web.marketing import public

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
    {"name": "place", "label": "都道府県", "type": "select", "choices": ["東京都", "大阪府"], "maps_to": "prefecture"},
    {"name": "when", "label": "ご希望日", "type": "date"},
    {"name": "topics", "label": "関心", "type": "checkboxes", "choices": ["画像検査", "短納期"]},
    {"name": "news", "label": "案内メールを受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]
YUI = {
    "a-name": "青木 ゆい",
    "a-mail": "yui@aoki.example",
    "a-place": "東京都",
    "a-when": "2026/12/24",
    "a-topics": ["画像検査", "短納期"],
    "a-news": "on",
}


@pytest.fixture
def form(world: World) -> Form:
    made = create_form(
        by=world.mei,
        name="資料請求",
        slug="catalogue",
        title="カタログをお送りします",
        fields=QUESTIONS,
        consent_text="ご入力の情報は資料の送付に使います。",
        campaign=world.campaign,
    )
    return publish_form(made, by=world.mei)


@pytest.fixture
def mei(world: World) -> Client:
    client = Client()
    client.force_login(world.mei)
    return client


def token_on(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def opened(address: str = "/f/catalogue/") -> str:
    """Return the token of a page shown a minute ago."""
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        return token_on(Client().get(address).content.decode())


def test_an_answer_becomes_a_lead_with_its_source_and_consent(form: Form, world: World) -> None:
    answer = Client(enforce_csrf_checks=True).post("/f/catalogue/answer", YUI | {"token": opened()})
    assert answer.status_code == 200
    assert "送信しました" in answer.content.decode()
    yui = Person.objects.get(email="yui@aoki.example")
    assert (yui.family_name, yui.given_name, yui.prefecture) == ("青木", "ゆい", "13")
    assert (yui.source_campaign_id, yui.source_channel, yui.stage) == (world.campaign.pk, "event", "lead")
    assert "資料の送付に使います" in Consent.objects.get(person=yui).evidence
    assert FormAnswer.objects.get().values["when"] == "2026-12-24"


def test_the_address_with_utm_tells_the_channel(form: Form) -> None:
    token = opened("/f/catalogue/?utm_source=yahoo&utm_medium=cpc")
    Client().post("/f/catalogue/answer", YUI | {"token": token})
    kept = FormAnswer.objects.get()
    assert (kept.channel, kept.utm) == ("search", {"utm_source": "yahoo", "utm_medium": "cpc"})


def test_sending_twice_is_one_answer(form: Form) -> None:
    token = opened()
    for _time in range(2):
        assert Client().post("/f/catalogue/answer", YUI | {"token": token}).status_code == 200
    assert FormAnswer.objects.count() == 1


def test_faults_name_the_question_and_keep_what_was_typed(form: Form) -> None:
    typed = {"a-name": "<script>alert(1)</script>", "a-mail": "yui(at)aoki", "a-when": "2026-02-30"}
    answer = Client().post("/f/catalogue/answer", typed | {"token": opened()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「メールアドレス」の形式が正しくありません" in page
    assert "「ご希望日」は実在する日付を入力してください" in page
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    assert FormAnswer.objects.count() == 0


@pytest.mark.parametrize("sign", [{"website_url": "http://spam"}, {"token": "made-up"}, {"token": ""}])
def test_what_looks_like_a_machine_is_kept_apart(form: Form, sign: dict[str, str]) -> None:
    assert Client().post("/f/catalogue/answer", YUI | {"token": opened()} | sign).status_code == 200
    assert FormAnswer.objects.get().is_spam
    assert not Person.objects.filter(email="yui@aoki.example").exists()


def test_an_answer_sent_faster_than_anybody_types_is_kept_apart(form: Form) -> None:
    token = token_on(Client().get("/f/catalogue/").content.decode())
    Client().post("/f/catalogue/answer", YUI | {"token": token})
    assert FormAnswer.objects.get().is_spam


def test_a_token_of_another_form_does_not_count(form: Form, world: World) -> None:
    publish_form(create_form(by=world.mei, name="二", slug="second", title="二", fields=QUESTIONS), by=world.mei)
    Client().post("/f/catalogue/answer", YUI | {"token": opened("/f/second/")})
    assert FormAnswer.objects.get().is_spam


def test_very_many_answers_from_one_address_are_kept_apart_then_refused(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MANY", 1)
    monkeypatch.setattr(public, "TOO_MANY", 2)
    answers = [Client().post("/f/catalogue/answer", YUI | {"token": opened()}).status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    assert list(FormAnswer.objects.order_by("pk").values_list("is_spam", flat=True)) == [False, True]


def test_a_lost_database_leaves_what_was_typed_on_the_page(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened()

    def away(*_parts: object, **_more: object) -> None:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(public, "open_form", away)
    answer = Client().post("/f/catalogue/answer", YUI | {"token": token})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert 'value="yui@aoki.example"' in page and "もう一度送信してください" in page
    monkeypatch.undo()
    assert Client().post("/f/catalogue/answer", YUI | {"token": token_on(page)}).status_code == 200
    assert not FormAnswer.objects.get().is_spam


def test_drafts_are_not_found_and_closed_forms_say_so(form: Form, mei: Client, world: World) -> None:
    create_form(by=world.mei, name="下書き", slug="draft", title="下書き", fields=QUESTIONS)
    assert Client().get("/f/draft/").status_code == 404
    mei.post(f"/forms/{form.pk}/close")
    answer = Client().get("/f/catalogue/")
    assert answer.status_code == 410
    assert "受付は終了しました" in answer.content.decode()
    assert Client().post("/f/catalogue/answer", YUI | {"token": "x"}).status_code == 410


def test_only_the_public_pages_may_be_framed(form: Form, mei: Client) -> None:
    assert "frame-ancestors *" in Client().get("/f/catalogue/")["Content-Security-Policy"]
    for path in (f"/forms/{form.pk}", f"/forms/{form.pk}/preview", "/forms/"):
        assert "frame-ancestors 'none'" in mei.get(path)["Content-Security-Policy"]


@pytest.mark.parametrize(
    "body", ["a-unknown=1", "&".join(f"f{n}=1" for n in range(2_001)), "a-name=" + "x" * 10_000_000]
)
def test_too_many_and_too_large_answers_are_refused_without_breaking(form: Form, body: str) -> None:
    answer = Client().post("/f/catalogue/answer", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413, 422)
    assert FormAnswer.objects.count() == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_is_taken_or_refused(form: Form, text: str) -> None:
    answer = Client().post(
        "/f/catalogue/answer", {"a-name": text.encode("utf-8", "replace"), "a-mail": "x@y.example", "token": "x"}
    )
    assert answer.status_code in (200, 422, 429)


def test_doubted_answers_are_looked_through_and_taken(form: Form, mei: Client) -> None:
    Client().post("/f/catalogue/answer", YUI | {"token": "made-up"})
    page = mei.get(f"/forms/{form.pk}/answers?tab=spam").content.decode()
    assert "青木 ゆい" in page
    assert mei.post(f"/forms/answers/{FormAnswer.objects.get().pk}/accept").status_code == 302
    assert Person.objects.filter(email="yui@aoki.example").exists()
    assert "青木 ゆい" in mei.get(f"/forms/{form.pk}/answers").content.decode()


def test_answers_are_written_to_a_file_without_formulas(form: Form, mei: Client) -> None:
    Client().post("/f/catalogue/answer", YUI | {"a-name": "=HYPERLINK(1)", "token": opened()})
    text = b"".join(mei.get(f"/forms/{form.pk}/answers.csv")).decode("utf-8-sig")
    assert text.startswith("日時,お名前,メールアドレス")
    assert "'=HYPERLINK(1)" in text


def test_the_words_of_another_teams_people_are_not_shown(form: Form, world: World) -> None:
    Client().post("/f/catalogue/answer", YUI | {"token": opened()})
    Person.objects.filter(email="yui@aoki.example").update(owner=world.sato)
    kato = Client()
    kato.force_login(world.kato)
    assert "yui@aoki.example" not in kato.get(f"/forms/{form.pk}/answers").content.decode()
    answer = kato.get(f"/forms/{form.pk}/answers.csv")
    assert "yui@aoki.example" not in b"".join(answer).decode()


def test_a_form_is_begun_changed_and_published(mei: Client, world: World) -> None:
    place = mei.post("/forms/new", {"name": "demo", "campaign": world.campaign.pk})["Location"]
    made = Form.objects.get(name="demo")
    assert place == f"/forms/{made.pk}"
    data = {
        "version": made.version, "name": "demo", "slug": "demo", "title": "実機デモ", "campaign": "",
        "key": ["1", "0"], "name-0": "mail", "label-0": "メール", "type-0": "email", "maps_to-0": "email",
        "required-0": "on", "label-1": "ご関心", "type-1": "radio", "choices-1": "画像検査\n短納期\n",
        "consent_text": "お問い合わせへの回答のために利用します。",
    }  # fmt: skip
    assert mei.post(place, data).status_code == 302
    made.refresh_from_db()
    assert [(one["label"], one["required"], one["choices"]) for one in made.fields] == [
        ("ご関心", False, ["画像検査", "短納期"]),
        ("メール", True, []),
    ]
    assert mei.post(place, data).status_code == 409, "from a page that is out of date"
    mei.post(f"{place}/publish")
    assert "実機デモ" in Client().get("/f/demo/").content.decode()


def test_a_form_that_nobody_could_be_answered_by_is_refused_with_what_was_put_together(mei: Client, form: Form) -> None:
    data = {
        "version": form.version,
        "name": "n",
        "slug": "s",
        "title": "t",
        "key": ["0"],
        "label-0": "色は？",
        "type-0": "text",
    }
    answer = mei.post(f"/forms/{form.pk}", data)
    assert answer.status_code == 422
    assert "色は？" in answer.content.decode() and "相手が分からなくなります" in answer.content.decode()


@pytest.mark.parametrize(("path", "new"), [("/pages/", "/pages/new/"), ("/articles/", "/articles/new/")])
def test_lists_of_pages_and_articles_lead_to_a_new_one(mei: Client, world: World, path: str, new: str) -> None:
    create_page(site=default_site(), name="資料請求", path="request", html="<h1>資料請求</h1>", by=world.mei)
    assert f'href="{new}" data-new' in mei.get(path).content.decode()
