"""Requests about personal data: taken once, the person made sure of, answered in time, and everything given out."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from tests.world import LAST_MONDAY, World

from ryorin.customers.consent.queries import standing
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.models import Person
from ryorin.customers.privacy import actions
from ryorin.customers.privacy.actions.leaks import watch_leaks
from ryorin.customers.privacy.errors import IdentityUnchecked, LeakIncomplete, RequestClosed, RequestIncomplete
from ryorin.customers.privacy.models import PersonalExport, PrivacyRequest, RetentionRun
from ryorin.customers.privacy.queries.archive import folder
from ryorin.customers.privacy.queries.paper import answer_pdf, leak_pdf
from ryorin.insight.lake.actions import append_touchpoints, catch_up, keep_history_short, make_exports
from ryorin.insight.lake.queries.tables import table
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.notifications.models import Notification


def asked(world: World, kind: str = "disclosure") -> PrivacyRequest:
    given = {"kind": kind, "way": "phone", "name": "安達 栄太", "email": "ADA@acme.example"}
    return actions.take_request(uid=new_id(), by=world.mei, **given)


def checked(world: World, kind: str = "disclosure") -> PrivacyRequest:
    return actions.check_identity(asked(world, kind), how="call_back", by=world.mei, version=1)


def test_a_request_finds_its_person_and_has_two_weeks(world: World) -> None:
    request = asked(world)
    assert (request.person, request.due_on) == (world.ada, clock.today() + timedelta(days=14))
    assert request.events.get().what == "received"


def test_the_same_page_sent_twice_is_one_request(world: World) -> None:
    uid = new_id()
    given = {"kind": "stop", "way": "page", "name": "安達", "email": "ada@acme.example"}
    first, second = (actions.take_request(uid=uid, **given) for _twice in range(2))
    assert first.pk == second.pk
    assert Notification.objects.filter(kind="privacy_request").count() == 2  # both leaders, once each


def test_a_request_without_a_way_to_answer_is_refused(world: World) -> None:
    with pytest.raises(RequestIncomplete):
        actions.take_request(uid=new_id(), kind="stop", way="page", name="安達")
    with pytest.raises(RequestIncomplete):
        actions.take_request(uid=new_id(), kind="x", way="page", name="安達", email="a@mail.example")


def test_nothing_is_granted_before_it_is_sure_who_asks(world: World) -> None:
    with pytest.raises(IdentityUnchecked):
        actions.answer_request(asked(world), outcome="granted", answer="はい", by=world.mei, version=1)
    done = actions.answer_request(checked(world), outcome="granted", answer="はい", by=world.mei, version=2)
    assert answer_pdf(done).startswith(b"%PDF")
    with pytest.raises(RequestClosed):
        actions.withdraw_request(done, note="", by=world.mei, version=None)
    assert [event.what for event in done.events.all()] == ["received", "identity_checked", "answered"]


def test_granting_a_stop_of_use_closes_every_medium(world: World) -> None:
    actions.answer_request(checked(world, "stop"), outcome="granted", answer="止めました", by=world.mei, version=2)
    ada = Person.objects.get(pk=world.ada.pk)
    assert (standing(ada).reason, ada.mail_consent, ada.do_not_call) == ("suppressed_refused", "refused", True)


def test_a_stale_page_and_other_roles_are_refused(world: World) -> None:
    request = checked(world)
    with pytest.raises(StaleRecord):
        actions.check_identity(request, how="known", by=world.mei, version=1)
    with pytest.raises(NotAllowed):
        actions.answer_request(request, outcome="refused", answer="いいえ", by=world.sato, version=2)


def test_deadlines_are_reminded_of_once_and_told_to_leaders_when_over(world: World) -> None:
    request = asked(world)
    assert actions.watch_requests() == 0
    PrivacyRequest.objects.filter(pk=request.pk).update(due_on=clock.today() + timedelta(days=2))
    assert (actions.watch_requests(), actions.watch_requests()) == (1, 0)
    PrivacyRequest.objects.filter(pk=request.pk).update(due_on=clock.today() - timedelta(days=1))
    assert (actions.watch_requests(), actions.watch_requests()) == (1, 0)
    told = Notification.objects.filter(kind="privacy_request")
    assert set(told.values_list("member", flat=True)) == {world.mei.pk, world.tamura.pk, world.kimura.pk}


def test_everything_kept_about_a_person_is_one_archive(world: World) -> None:
    recognise("browser-of-ada", world.ada, why="form_submitted", at=LAST_MONDAY)
    seen = {"uid": new_id(LAST_MONDAY), "at": LAST_MONDAY, "kind": "page_view", "visitor": "browser-of-ada"}
    append_touchpoints([seen | {"properties": {"url": "/pricing"}}])
    export = actions.ask_for_export(world.ada, by=world.mei)
    assert actions.ask_for_export(world.ada, by=world.mei).pk == export.pk
    assert make_exports() == 1
    export.refresh_from_db()
    with zipfile.ZipFile(folder() / export.file) as archive:
        names = set(archive.namelist())
        person = json.loads(archive.read("customers_people-person.json"))
        pages = json.loads(archive.read("touchpoints.json"))
        text = archive.read("customers_people-person.csv").decode("utf-8-sig")
    assert {"customers_purchases-order.json", "sales_deals-deal.csv", "alignment_handoffs-handoff.json"} <= names
    assert person[0]["メールアドレス"] == "ada@acme.example" and "ada@acme.example" in text
    assert [row["properties"]["url"] for row in pages] == ["/pricing"]
    assert (export.state, export.rows > 5) == ("done", True)
    PersonalExport.objects.update(expires_at=clock.now() - timedelta(days=1))
    make_exports()
    assert not list(folder().glob("*.zip")) and not PersonalExport.objects.exists()


def test_visitors_without_a_name_leave_history_after_their_time(world: World) -> None:
    recognise("known", world.ada, why="form_submitted", at=LAST_MONDAY)
    old, new = clock.now() - timedelta(days=900), clock.now() - timedelta(days=9)
    rows = [(old, "stranger"), (old, "known"), (new, "stranger")]
    append_touchpoints([{"uid": new_id(at), "at": at, "kind": "page_view", "visitor": visitor} for at, visitor in rows])
    catch_up()
    assert keep_history_short() == 1
    left = table("touchpoints").to_pyarrow().to_pylist()
    views = sorted((row["visitor"], row["at"] == old) for row in left if row["kind"] == "page_view")
    assert views == [("known", True), ("stranger", False)]
    assert keep_history_short() == 0 and RetentionRun.objects.get(key="visitors").removed == 1


def test_a_leak_has_its_deadlines_and_its_reports(world: World) -> None:
    given = {"title": "メールの誤送信", "cause": "malicious", "known_on": clock.today(), "outline": "外部からの侵入"}
    leak = actions.report_leak(by=world.mei, **given)
    days = [(day - leak.known_on).days for day in (leak.prompt_due_on, leak.final_due_on)]
    assert days == [5, 60]
    leak = actions.count_people(leak, {"field": "email", "op": "filled"}, by=world.mei, version=1)
    assert leak.people == 1
    with pytest.raises(LeakIncomplete):
        actions.state_report(leak, which="final", on=clock.today(), by=world.mei, version=None)
    leak = actions.state_report(leak, which="prompt", on=clock.today(), by=world.mei, version=None)
    assert leak_pdf(leak, final=False).startswith(b"%PDF") and watch_leaks() == 0


def test_everybody_can_ask_on_the_public_page_and_robots_are_set_apart(world: World, client: Client) -> None:
    page = client.get("/privacy/")
    assert page.status_code == 200 and "両輪工業株式会社" in page.content.decode()
    given = {"kind": "erasure", "name": "安達 栄太", "email": "ada@acme.example", "token": page.context["token"]}
    assert client.post("/privacy/", given).status_code == 200
    assert client.post("/privacy/", given | {"website_url": "http://spam.example"}).status_code == 200
    request = PrivacyRequest.objects.get()
    assert (request.kind, request.way, request.person, request.is_doubtful) == ("erasure", "page", world.ada, True)
    assert client.post("/privacy/", {"kind": "x"}).status_code == 422


def test_the_archive_is_given_to_those_who_handle_requests_only(world: World, client: Client) -> None:
    actions.ask_for_export(world.ada, by=world.mei)
    make_exports()
    address = f"/privacy/exports/{PersonalExport.objects.get().pk}/"
    client.force_login(world.sato)
    assert client.get(address).status_code == 403
    client.force_login(world.mei)
    answer = client.get(address)
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None  # type: ignore[attr-defined]
