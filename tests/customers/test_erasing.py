"""A person goes for good: rows, texts, search, history and its old files; what law keeps stays and says why."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from tests.world import LAST_MONDAY, World

from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import KeptEvidence
from ryorin.customers.consent.queries import is_suppressed
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.people.queries import possible_duplicates
from ryorin.customers.privacy.actions.erasing import erase_person
from ryorin.customers.privacy.errors import NameNotTyped
from ryorin.customers.privacy.models import Erasure, ErasureState
from ryorin.customers.privacy.queries import declared, plan_erasure, traces_of, wanted_of
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import append_touchpoints, catch_up, continue_erasures
from ryorin.insight.lake.actions.erasing import is_in_file
from ryorin.insight.lake.queries.tables import table
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.lib.personal import OnErasure
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.tasks.actions import add_task


@pytest.fixture
def busy(world: World) -> World:
    """The world in which Ada has left traces in many places."""
    ada = world.ada
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="展示会の申込書", by=world.mei)
    recognise("visitor-of-ada", ada, why="form_submitted", at=LAST_MONDAY)
    seen = {"url": "/pricing?to=ada@acme.example"}
    record("page_view", source="collector", visitor="visitor-of-ada", properties=seen)
    record("noted", source="page", person_id=ada.pk, properties={"note": "安達 栄太さんは金曜に電話"})
    notify([world.sato], kind="x", text="安達 栄太さんが資料を請求しました。", url=f"/people/{ada.pk}")
    add_task(by=world.sato, title="上長に相談", note="ada@acme.example に返事をする", owner=world.sato)
    memo = "紹介者は安達 栄太さん（ADA@acme.example）"
    create_person(by=world.mei, family_name="高井", given_name="稔", memo=memo)
    catch_up()
    append_touchpoints([{"uid": new_id(LAST_MONDAY), "at": LAST_MONDAY, "kind": "called", "person_id": ada.pk}])
    return world


def test_every_table_with_a_person_says_what_becomes_of_it() -> None:
    about = {(one.model, one.person.partition("__")[0]) for one in declared()}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if (field.related_model is Person or field.name == "person_id") and (model._meta.label, field.name) not in about
    ]
    assert missing == [], "say in the leaf's personal.py what becomes of these rows"


def test_what_stays_says_why() -> None:
    assert [one.model for one in declared() if one.on_erasure is not OnErasure.REMOVED and not one.why] == []


@pytest.mark.django_db
def test_the_dry_run_says_what_goes_and_what_stays(busy: World) -> None:
    lines = {line.label: (line.what, line.count) for line in plan_erasure(busy.ada)}
    assert lines["顧客"] == ("removed", 1)
    assert lines["注文"] == ("unlinked", 1)
    assert lines["商談"] == ("unlinked", 1)
    assert lines["連絡の許可と拒否"] == ("removed", 1)
    assert lines["配信停止の記録"] == ("kept", 1)
    assert Person.objects.filter(pk=busy.ada.pk).exists()


@pytest.mark.django_db
def test_nothing_that_names_the_person_is_left_anywhere(busy: World) -> None:
    ada = busy.ada
    wanted = wanted_of(ada)
    assert {"ada@acme.example", "安達 栄太", "安達栄太"} <= set(wanted.texts)
    erasure = erase_person(ada, typed="安達栄太", by=busy.tamura)
    assert not Person.objects.filter(pk=ada.pk).exists()
    finish(erasure)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.traces, erasure.wanted) == (ErasureState.DONE, [], "")
    assert list(traces_of(wanted)) == []
    assert not any(AuditEntry.objects.filter(changes__icontains=text).exists() for text in wanted.texts)
    assert [file for file in Path(settings.LAKE).rglob("*") if file.is_file() and is_in_file(file, wanted)] == []
    assert [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file() and is_in_file(file, wanted)] == []
    left = table("touchpoints").to_pyarrow().to_pylist()
    assert [row for row in left if row["person_id"] == ada.pk or row["visitor"] == "visitor-of-ada"] == []
    assert ada.pk not in table("people").to_pyarrow()["id"].to_pylist()
    assert possible_duplicates(email="ada@acme.example", family_name="安達", given_name="栄太") == []


@pytest.mark.django_db
def test_figures_stay_and_the_chain_of_the_trail_can_still_be_followed(busy: World) -> None:
    pk, entries = busy.ada.pk, AuditEntry.objects.count()
    finish(erase_person(busy.ada, typed="安達 栄太", by=busy.tamura))
    busy.order.refresh_from_db()
    busy.deal.refresh_from_db()
    assert (busy.order.person_id, busy.order.lines.count()) == (None, 1)
    assert (busy.deal.person_id, busy.deal.amount) == (None, 3_800_000)
    assert AuditEntry.objects.filter(record_type="person", record_id=pk, action="person_created").exists()
    assert AuditEntry.objects.count() > entries
    assert verify().ok


@pytest.mark.django_db
def test_a_redacted_entry_that_is_changed_again_breaks_the_chain(busy: World) -> None:
    erase_person(busy.ada, typed="安達 栄太", by=busy.tamura)
    entry = AuditEntry.objects.get(record_type="person", record_id=busy.ada.pk, action="person_created")
    AuditEntry.objects.filter(pk=entry.pk).update(actor_name="だれか")
    assert verify().broken_at == entry.pk


@pytest.mark.django_db
def test_an_erased_address_is_never_mailed_again_and_the_basis_is_kept_as_proof(busy: World) -> None:
    erase_person(busy.ada, typed="安達 栄太", by=busy.tamura)
    assert is_suppressed("Ada@ACME.example ")
    again = create_person(by=busy.mei, family_name="安達", given_name="栄太", email="ada@acme.example")
    assert is_suppressed(again.email)
    kept = KeptEvidence.objects.get()
    assert (kept.basis, kept.digest, (kept.keep_until - clock.today()).days) == ("opt_in", again.email_key, 366)


@pytest.mark.django_db
def test_a_name_that_another_person_bears_too_is_not_taken_out_of_texts_about_them(busy: World) -> None:
    create_person(by=busy.mei, family_name="安達", given_name="栄太", email="other@mail.example")
    assert wanted_of(busy.ada).texts == ("ada@acme.example",)


@pytest.mark.django_db
def test_the_name_must_be_typed_and_only_leaders_may(busy: World) -> None:
    with pytest.raises(NameNotTyped):
        erase_person(busy.ada, typed="安達", by=busy.tamura)
    with pytest.raises(NotAllowed):
        erase_person(busy.ada, typed="安達 栄太", by=busy.mei)
    assert Person.objects.filter(pk=busy.ada.pk).exists() and not Erasure.objects.exists()


def finish(erasure: Erasure) -> None:
    """Let the worker do its part, the second an hour later."""
    continue_erasures()
    Erasure.objects.filter(pk=erasure.pk).update(files_due_at=clock.now() - timedelta(minutes=1))
    continue_erasures()
