"""An answer is kept once, never over somebody else's, and fills what it stands for."""

from uuid import uuid4

import pytest
from tests.sales.hearing.conftest import SECTIONS, say
from tests.world import World

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.customers.voice.models import Need
from ryorin.sales.deals.actions import move_deal, set_stage_rules
from ryorin.sales.deals.actions.stage_rules import Asked
from ryorin.sales.deals.errors import StageNotReady
from ryorin.sales.deals.models import DealAnswer
from ryorin.sales.deals.queries import missing_for
from ryorin.sales.hearing.actions import (
    change_sheet,
    delete_hearing,
    finish_hearing,
    reopen_hearing,
    restore_hearing,
    save_answer,
    start_hearing,
)
from ryorin.sales.hearing.errors import (
    AnswerNotUnderstood,
    AnswersMissing,
    AnswerStale,
    HearingFinished,
    HearingGone,
    NobodyHeard,
    QuestionUnknown,
)
from ryorin.sales.hearing.models import AnswerChange, Hearing, Sheet
from ryorin.sales.hearing.queries import history_of, sections_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed

UID = "0190b0f0-0000-7000-8000-000000000001"
SLOW = {"id": UID, "what": "検査が遅い", "words": "残業ばかりです", "strength": "5"}


def test_an_answer_is_kept_with_its_history(world: World, hearing: Hearing) -> None:
    first = say(hearing, "size", "１２０", by=world.sato)
    assert first is not None
    second = say(hearing, "size", "150", by=world.sato, version=first.version)
    assert second is not None
    assert (second.value, second.said, second.version, second.number) == ("150", "150", 2, 150)
    assert list(AnswerChange.objects.values_list("said", flat=True)) == ["150", "120"]
    hearing.refresh_from_db()
    assert hearing.answered == 1


def test_the_same_answer_sent_twice_counts_once(world: World, hearing: Hearing) -> None:
    client_id = uuid4()
    for _each in range(3):
        save_answer(hearing, "size", "120", by=world.sato, version=0, client_id=client_id)
    assert AnswerChange.objects.count() == 1
    say(hearing, "size", "130", by=world.tamura, version=1)
    late = save_answer(hearing, "size", "120", by=world.sato, version=0, client_id=client_id)
    assert late is not None
    assert late.value == "130"


def test_two_people_in_one_sheet_do_not_overwrite_each_other(world: World, hearing: Hearing) -> None:
    say(hearing, "rival", "yes", by=world.tamura)
    with pytest.raises(AnswerStale, match="田村 葵さんが先に「はい」"):
        say(hearing, "rival", "no", by=world.sato)
    say(hearing, "mood", "4", by=world.sato)  # another question is nobody's business
    say(hearing, "rival", "no", by=world.sato, version=1)
    assert hearing.answers.get(question="rival").value is False


def test_an_answer_somebody_gave_already_is_no_conflict(world: World, hearing: Hearing) -> None:
    say(hearing, "rival", "yes", by=world.tamura)
    kept = say(hearing, "rival", "yes", by=world.sato)
    assert kept is not None
    assert kept.version == 1


def test_needs_become_the_customers_voice(world: World, hearing: Hearing) -> None:
    answer = say(hearing, "needs", [SLOW], by=world.sato)
    assert answer is not None
    need = Need.objects.get()
    assert (need.what, need.strength, need.area, need.kind) == ("検査が遅い", 5, "検査装置", "problem")
    assert (need.person, need.company, need.deal_id) == (world.ada, world.acme, world.deal.pk)
    assert need.source == "hearing"
    say(hearing, "needs", [SLOW | {"what": "検査がとても遅い"}], by=world.sato, version=1)
    assert Need.objects.get().what == "検査がとても遅い"
    say(hearing, "needs", [], by=world.sato, version=2)
    assert not Need.objects.exists()


def test_answers_fill_the_deal(world: World, hearing: Hearing) -> None:
    say(hearing, "budget", "3,000,000円", by=world.sato)
    say(hearing, "when", "2027/3/31", by=world.sato)
    say(hearing, "rival", "yes", by=world.sato)
    say(hearing, "rival_name", "カメラ堂", by=world.sato)
    say(hearing, "who", {"person": world.ada.pk, "name": "安達 栄太"}, by=world.sato)
    deal = world.deal
    deal.refresh_from_db()
    assert (deal.budget, str(deal.expected_close_on), deal.competitor) == (3_000_000, "2027-03-31", "カメラ堂")
    assert deal.people.get(person=world.ada).part == "決裁"


def test_a_stage_can_ask_for_an_answer(world: World, hearing: Hearing, sheet: Sheet) -> None:
    stage = world.deal.pipeline.stages.all()[1]
    change_sheet(
        sheet,
        by=world.kimura,
        version=None,
        name=sheet.name,
        purpose="",
        sections=SECTIONS,
        before_stages={"budget": stage.pk, "rival_good": stage.pk},
    )
    with pytest.raises(StageNotReady, match="質問budget、質問rival_good"):
        move_deal(world.deal, stage, by=world.sato)
    say(hearing, "budget", "100", by=world.sato)
    assert [rule.label for rule in missing_for(world.deal, stage)] == ["質問rival_good"]
    say(hearing, "rival", "no", by=world.sato)  # rules the follow-ups out
    move_deal(world.deal, stage, by=world.sato)


def test_a_follow_up_whose_turn_has_not_come_is_not_known(world: World, hearing: Hearing, sheet: Sheet) -> None:
    say(hearing, "size", "5", by=world.sato)
    assert not DealAnswer.objects.filter(key=f"{sheet.pk}:rival_good").exists()
    say(hearing, "rival", "no", by=world.sato)
    assert DealAnswer.objects.filter(key=f"{sheet.pk}:rival_good").exists()
    say(hearing, "rival", "yes", by=world.sato, version=1)
    assert not DealAnswer.objects.filter(key=f"{sheet.pk}:rival_good").exists()


def test_a_question_taken_out_is_no_condition_any_more_and_its_answers_stay(
    world: World, hearing: Hearing, sheet: Sheet
) -> None:
    stage = world.deal.pipeline.stages.all()[1]
    say(hearing, "size", "120", by=world.sato)
    set_stage_rules(stage, [Asked("answer", f"{sheet.pk}:size", "規模")], by=world.kimura)
    fewer = [SECTIONS[0]]
    change_sheet(sheet, by=world.kimura, version=None, name=sheet.name, purpose="", sections=fewer)
    assert not stage.rules.exists()
    hearing.refresh_from_db()
    assert sheet.newest.number == 2
    assert [one.answer.said for part in sections_of(hearing) for one in part.questions if one.answer] == ["120"]
    begun = start_hearing(sheet, by=world.sato, deal=world.deal)
    assert begun.sheet_version.number == 2


def test_finishing_tells_the_timeline_once(world: World, hearing: Hearing) -> None:
    with pytest.raises(AnswersMissing, match="質問budget"):
        finish_hearing(hearing, by=world.sato)
    say(hearing, "budget", "3000000", by=world.sato)
    done = finish_hearing(hearing, by=world.sato)
    assert done.state == "done"
    with pytest.raises(HearingFinished):
        say(hearing, "size", "1", by=world.sato)
    with pytest.raises(HearingFinished):
        finish_hearing(hearing, by=world.sato)
    reopen_hearing(hearing, by=world.sato)
    finish_hearing(hearing, by=world.sato)
    told = InboxTouchpoint.objects.get(kind="heard")
    assert "質問budget：¥3,000,000" in told.properties
    assert told.person_id == world.ada.pk


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("budget", "たくさん"),
        ("budget", "-5"),
        ("budget", "9" * 40),
        ("when", "いつか"),
        ("size", "1e400"),
        ("size", "NaN"),
        ("mood", "6"),
        ("plan", "再来年"),
        ("steps", ["計画", "秘密"]),
        ("rival_name", "長" * 201),
        ("who", {"person": "9" * 30}),
        ("needs", [{"id": "x", "what": "遅い"}]),
        ("needs", [SLOW | {"strength": "9"}]),
        ("needs", [SLOW] * 21),
    ],
)
def test_what_is_no_answer_is_told_and_nothing_is_written(
    world: World, hearing: Hearing, key: str, raw: object
) -> None:
    with pytest.raises(AnswerNotUnderstood):
        say(hearing, key, raw, by=world.sato)
    assert not AnswerChange.objects.exists()
    assert not Need.objects.exists()


@pytest.mark.parametrize("raw", [None, "", "  ", [], {}, "\0"])
def test_nothing_is_no_answer(world: World, hearing: Hearing, raw: object) -> None:
    for key in ("needs", "rival", "budget", "when", "who", "steps", "size", "mood", "plan"):
        assert say(hearing, key, raw, by=world.sato) is None
    assert not AnswerChange.objects.exists()


def test_a_question_that_is_none_and_a_hearing_that_is_gone_are_refused(world: World, hearing: Hearing) -> None:
    with pytest.raises(QuestionUnknown):
        say(hearing, "nothing", "1", by=world.sato)
    entry = delete_hearing(hearing, by=world.sato)
    with pytest.raises(HearingGone):
        say(hearing, "size", "1", by=world.sato)
    assert restore_hearing(entry, by=world.sato).sheet_id == hearing.sheet_id
    with pytest.raises(NobodyHeard):
        start_hearing(hearing.sheet, by=world.sato)


def test_a_marketer_does_not_fill_in_a_sheet(world: World, hearing: Hearing) -> None:
    with pytest.raises(NotAllowed):
        say(hearing, "size", "1", by=world.mei)


def test_typing_on_is_one_line_of_the_history_and_one_entry_of_the_trail(world: World, hearing: Hearing) -> None:
    for version, text in enumerate(("計", "計画", "計画が", "計画が遅れる")):
        say(hearing, "rival_good", text, by=world.sato, version=version)
    say(hearing, "rival_good", "計画が遅れがち", by=world.tamura, version=4)
    assert [(turn.said, turn.by) for turn in history_of(hearing)] == [
        ("計画が遅れがち", world.tamura),
        ("計画が遅れる", world.sato),
    ]
    assert AuditEntry.objects.filter(action="hearing_answered").count() == 2
