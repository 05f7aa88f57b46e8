"""Pages of messages: begun from a sample, written, previewed, checked, tested; nonsense is answered, never kept."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.examples import mail_message_of
from tests.web.segment_examples import segment_of
from tests.world import World

from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.marketing.mail.actions import change_message
from ryorin.marketing.mail.models import MailTemplate, Message, SenderIdentity, TestSend
from ryorin.web.marketing.mail import checking, testing


@pytest.fixture
def mei_in(world: World) -> Client:
    client = Client()
    client.force_login(world.mei)
    return client


@pytest.fixture
def message(world: World) -> Message:
    return mail_message_of(world)


def at(name: str, message: Message) -> str:
    return reverse(name, args=[message.pk])


def test_a_message_begins_with_a_sample_once_however_often_it_is_sent(mei_in: Client, message: Message) -> None:
    page = mei_in.get(reverse("mail_message_new"))
    assert "ニュースレター" in page.content.decode()
    given = {"name": "春の便り", "kind": "promotion", "language": "ja", "begin": "sample-newsletter", "once": "t1"}
    for _time in range(2):
        answer = mei_in.post(reverse("mail_message_new"), given)
        assert answer.status_code == 302
    made = Message.objects.get(name="春の便り")
    assert answer["Location"] == at("mail_edit", made) and "今月の読みもの" in made.newest.mjml


def test_every_page_of_a_message_opens(mei_in: Client, message: Message, world: World) -> None:
    pages = ("mail_message", "mail_edit", "mail_words", "mail_rules", "mail_check", "mail_versions")
    for name in pages:
        answer = mei_in.get(at(name, message))
        assert answer.status_code == 200 and message.name in answer.content.decode()
    for view in ("wide", "narrow", "dark", "text"):
        assert mei_in.get(f"{at('mail_message', message)}?view={view}&person={world.ada.pk}").status_code == 200
    assert mei_in.get(f"{at('mail_message', message)}?person=999999").status_code == 404


def test_the_frame_lets_nothing_run_and_shows_the_person(mei_in: Client, message: Message, world: World) -> None:
    change_message(message, by=world.mei, version=None, subject="{{姓|お客さま}}様")
    page = mei_in.get(f"{at('mail_frame', message)}?person={world.ada.pk}&scheme=dark")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert "@media all" in page.content.decode() and world.ada.family_name in page.content.decode()


def test_the_editor_saves_and_tells_who_was_late(mei_in: Client, message: Message) -> None:
    body = message.newest.mjml.replace("当日の内容", "プログラム")
    send = {"version": message.version, "mjml": body}
    first = mei_in.post(at("mail_save", message), json.dumps(send), content_type="application/json")
    assert first.json()["version"] == message.version + 1 and "プログラム" in message.newest.mjml
    late = mei_in.post(at("mail_save", message), json.dumps(send), content_type="application/json")
    assert late.status_code == 409 and "ほかの人" in late.json()["message"]
    assert mei_in.get(at("mail_save", message)).json() == {"version": message.version + 1}


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"version": "x", "mjml": 1}', '{"version": 1, "mjml": "x"}', "[" * 9999]
)
def test_nonsense_from_the_editor_is_answered(mei_in: Client, message: Message, body: str) -> None:
    before = message.newest.mjml
    answer = mei_in.post(at("mail_save", message), body, content_type="application/json")
    assert 400 <= answer.status_code < 500 and answer.json()["message"]
    assert message.newest.mjml == before


def test_words_are_changed_as_plain_fields(mei_in: Client, message: Message) -> None:
    page = mei_in.get(at("mail_words", message))
    button = next(piece for piece, _rows in page.context["pieces"] if piece.kind == "button")
    given = {
        "version": message.version, "name": "案内", "subject": "件名", "preheader": "前書き", "kind": "promotion",
        "language": "ja", f"p{button.number}.text": "申し込む", f"p{button.number}.href": "https://ryorin.example/s",
    }  # fmt: skip
    assert mei_in.post(at("mail_words", message), given).status_code == 302
    message.refresh_from_db()
    assert message.name == "案内" and 'href="https://ryorin.example/s"' in message.newest.mjml
    late = mei_in.post(at("mail_words", message), given | {"subject": "遅い"})
    assert late.status_code == 409 and "遅い" in late.content.decode()
    assert message.newest.subject == "件名"


def test_the_check_names_everybody_who_is_left_out(
    mei_in: Client, message: Message, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = segment_of(world)
    create_person(by=None, family_name="別府", email="ben@acme.example")
    monkeypatch.setattr(checking, "audience_of", lambda _member, _segment: Person.objects.all())
    page = mei_in.get(f"{at('mail_check', message)}?segment={segment.pk}").content.decode()
    assert "リンク先がありません" in page and "別府" in page
    file = mei_in.get(f"{at('mail_left_out', message)}?segment={segment.pk}").content.decode("utf-8-sig")
    assert "別府" in file and "同意" in file


def test_a_missing_foot_is_put_back_by_one_click(mei_in: Client, message: Message, world: World) -> None:
    bare = "<mjml><mj-body><mj-section><mj-column><mj-text>本文</mj-text></mj-column></mj-section></mj-body></mjml>"
    message = change_message(message, by=world.mei, version=None, mjml=bare)
    assert "配信停止のリンクがありません" in mei_in.get(at("mail_check", message)).content.decode()
    mei_in.post(at("mail_footer", message), {"version": message.version})
    assert "配信停止のリンクがありません" not in mei_in.get(at("mail_check", message)).content.decode()


def test_a_test_goes_to_members_with_its_subject_marked(
    mei_in: Client, message: Message, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(testing, "send_letter", lambda **mail: sent.append(mail) or "250 ok")
    answer = mei_in.post(at("mail_test", message), {"to": [world.mei.pk, world.sato.pk], "person": world.ada.pk})
    assert answer.status_code == 302
    assert {mail["to"] for mail in sent} == {world.mei.email, world.sato.email}
    assert sent[0]["subject"] == "[テスト] ご案内" and "両輪工業".encode() in sent[0]["html"]
    assert {one.person_id for one in TestSend.objects.all()} == {world.ada.pk}


def test_a_test_that_cannot_go_out_says_why_and_is_noted(
    mei_in: Client, message: Message, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_mail: object) -> str:
        raise Refusal("535 authentication failed")

    monkeypatch.setattr(testing, "send_letter", refused)
    answer = mei_in.post(at("mail_test", message), {"to": world.mei.pk})
    assert answer.status_code == 502 and "535 authentication failed" in answer.content.decode()
    assert TestSend.objects.get().problem == "535 authentication failed"
    nobody = mei_in.post(at("mail_test", message), {})
    assert nobody.status_code == 400 and "宛先" in nobody.content.decode()


def test_a_message_is_copied_kept_as_template_and_archived(mei_in: Client, message: Message) -> None:
    mei_in.post(at("mail_duplicate", message))
    assert Message.objects.filter(name=f"{message.name}のコピー").exists()
    mei_in.post(at("mail_template_keep", message), {"name": "型"})
    assert MailTemplate.objects.filter(name="型").exists()
    mei_in.post(at("mail_archive", message))
    assert message.name in mei_in.get(f"{reverse('mail_messages')}?tab=archive").content.decode()


def test_a_rule_shows_a_block_to_some_people(mei_in: Client, message: Message) -> None:
    given = {"about": "segment", "joint": "all", "b0r0-what": "f:prefecture", "b0r0-op": "is", "b0r0-value": "13"}
    answer = mei_in.post(at("mail_rules", message), given | {"name": "東京の方", "version": message.version})
    assert answer.status_code == 302
    message.refresh_from_db()
    (key,) = message.newest.rules
    mei_in.post(at("mail_rule_use", message), {"version": message.version, "block2": f"if-{key}"})
    assert f"if-{key}" in message.newest.mjml


def test_the_list_finds_by_subject_and_asks_little(
    mei_in: Client, message: Message, world: World, django_assert_max_num_queries: object
) -> None:
    from ryorin.marketing.mail.actions import duplicate_message

    for number in range(12):
        duplicate_message(message, name=f"写し{number}", by=world.mei)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        page = mei_in.get(reverse("mail_messages"))
    assert page.content.decode().count("写し") >= 12
    assert "写し3" in mei_in.get(f"{reverse('mail_messages')}?q=写し3").content.decode()


def test_a_sender_is_registered_with_its_key(client: Client, world: World) -> None:
    client.force_login(world.tamura)
    given = {
        "name": "広報", "from_name": "広報", "from_email": "pr@ryorin.example", "legal_name": "両輪工業株式会社",
        "postal_address": "東京都", "contact": "03", "colour": "#123456", "dkim_domain": "ryorin.example",
        "dkim_selector": "r", "once": "s1",
    }  # fmt: skip
    answer = client.post(reverse("mail_sender_new"), given)
    made = SenderIdentity.objects.get(name="広報")
    assert answer["Location"] == reverse("mail_sender", args=[made.pk])
    client.post(reverse("mail_sender_key", args=[made.pk]), {"version": made.version})
    assert "v=DKIM1" in client.get(reverse("mail_sender", args=[made.pk])).content.decode()
    wrong = client.post(
        reverse("mail_sender", args=[made.pk]), given | {"from_email": "x", "version": made.version + 1}
    )
    assert wrong.status_code == 400
