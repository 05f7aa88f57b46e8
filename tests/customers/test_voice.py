"""What customers say is kept as rows that can be counted."""

import pytest
from django.db import IntegrityError
from tests.world import World

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.customers.voice import actions
from ryorin.customers.voice.errors import NeedGone, NeedRefused, NobodySaidIt
from ryorin.customers.voice.models import Need
from ryorin.customers.voice.queries import counted, crossed, needs_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord


def test_a_need_is_noted_with_the_customers_own_words(world: World) -> None:
    need = actions.note_need(
        "検査に時間がかかる",
        kind="problem",
        by=world.sato,
        person=world.ada,
        words="毎晩10時まで残業なんです",
        strength=5,
        area="検査装置",
        deal_id=world.deal.pk,
    )
    assert (need.company, need.owner, need.state, need.strength) == (world.acme, world.sato, "open", 5)
    told = InboxTouchpoint.objects.get(kind="heard")
    assert (told.person_id, told.company_id) == (world.ada.pk, world.acme.pk)
    assert AuditEntry.objects.filter(action="need_noted", record_id=need.pk).exists()


def test_a_writer_finds_its_need_again_by_its_key(world: World) -> None:
    def keep(what: str) -> Need:
        return actions.keep_need(
            "h1:q1",
            by=world.sato,
            person=world.ada,
            company=None,
            deal_id=None,
            source="hearing",
            what=what,
            kind="wish",
        )

    first, second = keep("夜も使いたい"), keep("夜間も使いたい")
    assert first.pk == second.pk
    assert Need.objects.get().what == "夜間も使いたい"
    assert actions.drop_needs(["h1:q1", "h1:q2"], by=world.sato) == 1
    assert not Need.objects.exists()


def test_an_edit_over_somebody_elses_is_refused(world: World) -> None:
    need = actions.note_need("遅い", kind="problem", by=world.sato, company=world.acme)
    actions.change_need(need, by=world.mei, version=need.version, state="proposed")
    with pytest.raises(StaleRecord):
        actions.change_need(need, by=world.sato, version=need.version, state="dropped")
    need.refresh_from_db()
    assert need.state == "proposed"


def test_a_deleted_need_can_be_brought_back(world: World) -> None:
    need = actions.note_need("遅い", kind="problem", by=world.sato, company=world.acme)
    entry = actions.delete_need(need, by=world.sato)
    with pytest.raises(NeedGone):
        actions.change_need(need, by=world.sato, version=None, what="x")
    assert actions.restore_need(entry, by=world.sato).what == "遅い"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", " "),
        ("what", "長" * 201),
        ("kind", "secret"),
        ("strength", 6),
        ("strength", "たくさん"),
        ("budget", -1),
        ("budget", 10**16),
        ("words", "あ" * 4001),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(world: World, field: str, value: object) -> None:
    fields = {"what": "遅い", "kind": "problem", field: value}
    with pytest.raises(NeedRefused) as refusal:
        actions.note_need(by=world.sato, company=world.acme, **fields)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not Need.objects.exists()


def test_a_voice_of_nobody_and_readers_are_refused(world: World) -> None:
    with pytest.raises(NobodySaidIt):
        actions.note_need("遅い", kind="problem", by=world.sato)
    with pytest.raises(NotAllowed):
        actions.note_need("遅い", kind="problem", by=world.ono, company=world.acme)


def test_needs_are_counted_with_the_people_behind_them(world: World) -> None:
    for what, area in (("遅い", "検査装置"), ("高い", "検査装置"), ("重い", "搬送")):
        actions.note_need(what, kind="problem", by=world.sato, person=world.ada, area=area, strength=4)
    actions.note_need("他社が安い", kind="competitor", by=world.sato, company=world.acme, competitor="カメラ堂")
    rows = Need.objects.visible_to(world.sato)
    assert [(one.value, one.needs, one.people) for one in counted(rows, "kind")] == [
        ("problem", 3, 1),
        ("competitor", 1, 0),
    ]
    assert [(one.value, one.needs, one.strength) for one in counted(rows, "area")] == [
        ("検査装置", 2, 4.0),
        ("搬送", 1, 4.0),
    ]
    assert [one.value for one in counted(rows, "competitor")] == ["カメラ堂"]
    areas, table = crossed(rows)
    assert areas == ["検査装置", "搬送"]
    assert table["検査装置"]["problem"] == 2


def test_another_team_neither_sees_nor_counts_them(world: World) -> None:
    actions.note_need("遅い", kind="problem", by=world.sato, person=world.ada)
    assert needs_of(world.kato, person_id=world.ada.pk) == []
    assert counted(Need.objects.visible_to(world.kato), "kind") == []
    assert [need.what for need in needs_of(world.sato, person_id=world.ada.pk)] == ["遅い"]


def test_one_key_stands_for_one_need(world: World) -> None:
    need = actions.note_need("遅い", kind="problem", by=world.sato, company=world.acme)
    Need.objects.filter(pk=need.pk).update(source_key="a")
    other = actions.note_need("高い", kind="problem", by=world.sato, company=world.acme)
    with pytest.raises(IntegrityError):
        Need.objects.filter(pk=other.pk).update(source_key="a")
