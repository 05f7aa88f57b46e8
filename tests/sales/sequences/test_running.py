"""People on their way through a sequence: steps fall due, are carried out, skipped, stopped by an answer, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.actions import lose_deal, open_deal
from ryorin.sales.deals.queries import lost_reasons
from ryorin.sales.sequences import actions, queries
from ryorin.sales.sequences.actions import engine
from ryorin.sales.sequences.errors import (
    CallForbidden,
    NameTaken,
    RunOver,
    SequenceNotInUse,
    StepOver,
)
from ryorin.sales.sequences.models import Run, RunState, RunStep, Sequence, StepState
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.tasks.actions import delete_task, finish_task
from ryorin.workspace.tasks.models import Task

TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)  # Monday the 23rd is a holiday
STEPS = [
    Draft(kind="mail", title="お礼のメールを送る", subject="お礼（{自社}）", body="{会社} {氏名}"),
    Draft(kind="call", title="感想を伺う", wait_days=1, body="資料は届いたか"),
    Draft(kind="letter", title="カタログを送る", wait_days=2),
]


@pytest.fixture
def now() -> Iterator[None]:
    with clock.frozen(FRIDAY):
        yield


@pytest.fixture
def sequence(now: None, our_company: object, sato: Member) -> Sequence:
    return actions.create_sequence(name="展示会フォロー", steps=STEPS, by=sato)


@pytest.fixture
def run(sequence: Sequence, ada: Person, sato: Member) -> Run:
    return actions.start_sequence(sequence, [ada], by=sato, origin="一覧から").runs[0]


@contextmanager
def on(day: int, hour: int = 10) -> Iterator[None]:
    with clock.frozen(datetime(2026, 11, day, hour, 0, tzinfo=TOKYO)):
        yield


def open_step(run: Run) -> RunStep:
    return run.steps.get(state=StepState.OPEN)


def test_the_first_step_becomes_a_task_with_the_prepared_text(run: Run, sato: Member) -> None:
    assert actions.advance_sequences() == 1
    task = Task.objects.get()
    assert (task.title, task.owner, task.about_type, task.about_id) == (
        "お礼のメールを送る",
        sato,
        "person",
        run.person_id,
    )
    assert task.note == "株式会社アクメ 安達 愛 様"
    assert task.why == "シーケンス「展示会フォロー」1/3"
    assert task.due_at == datetime(2026, 11, 20, 18, tzinfo=TOKYO)


def test_advancing_twice_makes_nothing_twice(run: Run) -> None:
    assert actions.advance_sequences() == 1
    assert actions.advance_sequences() == 0
    assert Task.objects.count() == RunStep.objects.count() == 1


def test_a_mail_that_was_sent_is_an_activity_and_the_call_waits_over_the_holiday(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    moved = actions.finish_step(open_step(run), by=sato, outcome="送付した")
    mail = Activity.objects.get()
    assert (mail.kind, mail.subject, mail.body, mail.outcome) == (
        "mailed",
        "お礼（両輪商事株式会社）",
        "株式会社アクメ 安達 愛 様",
        "送付した",
    )
    assert InboxTouchpoint.objects.filter(kind="mailed", person_id=run.person_id).count() == 1
    assert Task.objects.get().done_by == sato
    assert moved.due_at == datetime(2026, 11, 24, 9, tzinfo=TOKYO)
    with on(23):
        assert actions.advance_sequences() == 0
    with on(24):
        assert actions.advance_sequences() == 1
    assert open_step(run).step.title == "感想を伺う"


def test_ticking_the_task_off_moves_on_too(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    finish_task(Task.objects.get(), sato)
    assert actions.advance_sequences() == 1
    row = run.steps.get()
    assert (row.state, row.ended_by) == (StepState.DONE, sato)
    run.refresh_from_db()
    assert (run.position, run.due_at) == (1, datetime(2026, 11, 24, 9, tzinfo=TOKYO))


def test_a_task_taken_from_the_list_counts_as_skipped(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    delete_task(Task.objects.get(), by=sato)
    actions.advance_sequences()
    assert run.steps.get().state == StepState.SKIPPED


def test_a_person_goes_through_to_the_end(run: Run, sato: Member) -> None:
    for day in (20, 24, 26):
        with on(day):
            assert actions.advance_sequences() == 1
            actions.finish_step(open_step(run), by=sato)
    run.refresh_from_db()
    assert (run.state, run.due_at) == (RunState.FINISHED, None)
    assert InboxTouchpoint.objects.filter(kind="letter_sent").count() == 1
    assert list(run.steps.values_list("state", flat=True)) == ["done"] * 3


def test_a_step_is_carried_out_once(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    step = open_step(run)
    actions.finish_step(step, by=sato)
    with pytest.raises(StepOver):
        actions.finish_step(step, by=sato)
    assert Activity.objects.count() == 1


def test_a_skipped_step_leaves_no_task_and_the_next_one_waits(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    actions.skip_step(open_step(run), by=sato)
    run.refresh_from_db()
    assert not Task.objects.exists()
    assert (run.position, run.steps.get().state) == (1, StepState.SKIPPED)


@pytest.mark.parametrize("in_lake", [False, True])
def test_a_form_that_is_submitted_stops_the_sequence(run: Run, sato: Member, in_lake: bool) -> None:
    actions.advance_sequences()
    with on(21):
        record("form_submitted", source="form:1", person_id=run.person_id)
        if in_lake:
            catch_up()
            assert not InboxTouchpoint.objects.filter(kind="form_submitted").exists()
        actions.advance_sequences()
        if not in_lake:  # no step is due, history has not read it yet
            catch_up()
            actions.advance_sequences()
    run.refresh_from_db()
    assert (run.state, run.stop_reason) == (RunState.STOPPED, "form_submitted")
    assert not Task.objects.exists()
    assert (
        sato.notifications.get(kind="sequence").text
        == "安達 愛さんのシーケンス「展示会フォロー」を止めました：フォームから送信がありました"
    )


def test_an_answer_still_in_the_inbox_stops_a_step_that_is_due(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    actions.finish_step(open_step(run), by=sato)
    with on(24):
        log_activity("mailed", by=sato, person=run.person, outcome="返信あり")
        actions.advance_sequences()
    run.refresh_from_db()
    assert run.stop_reason == "mail_answered"
    assert not RunStep.objects.filter(state=StepState.OPEN).exists()


def test_what_happened_before_the_start_stops_nothing(sequence: Sequence, ada: Person, sato: Member) -> None:
    with clock.frozen(FRIDAY - timedelta(hours=1)):
        log_activity("met", by=sato, person=ada)
    catch_up()
    run = actions.start_sequence(sequence, [ada], by=sato).runs[0]
    actions.advance_sequences()
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_a_deal_stops_the_sequence_and_a_lost_one_stops_its_own(run: Run, ada: Person, sato: Member) -> None:
    with on(21):
        deal = open_deal(name="検査装置", by=sato, person=ada, owner=sato)
        catch_up()
        actions.advance_sequences()
    run.refresh_from_db()
    assert run.stop_reason == "deal_opened"
    with on(24):
        again = actions.start_sequence(run.sequence, [ada], by=sato, deal=deal).runs[0]
        lose_deal(deal, by=sato, reason=lost_reasons()[0])
        actions.advance_sequences()
    again.refresh_from_db()
    assert again.stop_reason == "deal_lost"


def test_who_refuses_mail_or_calls_is_stopped_and_not_let_in(
    run: Run, sequence: Sequence, ada: Person, sato: Member
) -> None:
    with on(21):
        state_consent(ada, medium="mail", allowed=False, basis="refused", evidence="電話で", by=sato)
        actions.advance_sequences()
    run.refresh_from_db()
    assert run.stop_reason == "consent_withdrawn"
    started = actions.start_sequence(sequence, [ada], by=sato)
    assert (started.runs, started.left_out["consent_withdrawn"]) == ([], 1)


def test_a_call_to_somebody_who_must_not_be_called_is_refused(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    actions.skip_step(open_step(run), by=sato)
    with on(24):
        actions.advance_sequences()
        step = open_step(run)
        Person.objects.filter(pk=run.person_id).update(do_not_call=True)
        with pytest.raises(CallForbidden):
            actions.finish_step(step, by=sato)
        actions.advance_sequences()
    run.refresh_from_db()
    assert run.stop_reason == "do_not_call"


def test_nobody_is_inside_twice(run: Run, sequence: Sequence, ada: Person, sato: Member) -> None:
    started = actions.start_sequence(sequence, [ada], by=sato)
    assert (started.runs, started.left_out["inside"]) == ([], 1)


def test_people_inside_finish_the_edition_they_began(
    run: Run, sequence: Sequence, sato: Member, our_company: object
) -> None:
    changed = actions.change_sequence(sequence, name="展示会フォロー", steps=STEPS[:1], by=sato, version=1)
    newcomer = create_person(by=None, family_name="佐伯")
    fresh = actions.start_sequence(changed, [newcomer], by=sato).runs[0]
    actions.advance_sequences()
    for one in (run, fresh):
        actions.finish_step(open_step(one), by=sato)
        one.refresh_from_db()
    assert (run.state, fresh.state) == (RunState.RUNNING, RunState.FINISHED)
    assert (run.edition.number, fresh.edition.number) == (1, 2)


def test_a_paused_run_waits_and_goes_on_when_resumed(run: Run, sato: Member) -> None:
    actions.pause_run(run, by=sato)
    assert actions.advance_sequences() == 0
    with on(24):
        actions.resume_run(run, by=sato)
        assert actions.advance_sequences() == 1


def test_an_away_owner_gets_the_step_when_back(sequence: Sequence, ada: Person, sato: Member) -> None:
    run = actions.start_sequence(sequence, [ada], by=sato).runs[0]
    Member.objects.filter(pk=sato.pk).update(away_until=date(2026, 11, 25))
    assert actions.advance_sequences() == 0
    run.refresh_from_db()
    assert run.due_at == datetime(2026, 11, 26, 9, tzinfo=TOKYO)


def test_the_run_of_a_member_who_left_goes_to_the_persons_owner(run: Run, sato: Member, mei: Member) -> None:
    Member.objects.filter(pk=sato.pk).update(is_active=False)
    Person.objects.filter(pk=run.person_id).update(owner=mei)
    actions.advance_sequences()
    assert Task.objects.get().owner == mei


def test_a_run_is_handed_over_with_its_open_task(run: Run, sato: Member, mei: Member) -> None:
    actions.advance_sequences()
    actions.change_run_owner(run, mei, by=sato)
    assert Task.objects.get().owner == mei
    assert mei.notifications.filter(kind="sequence").count() == 1
    with pytest.raises(StaleRecord):
        actions.pause_run(run, by=sato, version=1)


def test_stopping_by_hand_takes_the_task_away_and_cannot_be_done_twice(run: Run, sato: Member) -> None:
    actions.advance_sequences()
    actions.stop_run(run, by=sato, note="別の担当が対応")
    assert not Task.objects.exists()
    with pytest.raises(RunOver):
        actions.stop_run(run, by=sato)
    assert AuditEntry.objects.filter(action="sequence_stopped").count() == 1


def test_killed_in_the_middle_of_a_batch_nothing_is_half_done(
    sequence: Sequence, sato: Member, monkeypatch: pytest.MonkeyPatch, our_company: object
) -> None:
    people = [create_person(by=None, family_name=f"人{number}") for number in range(5)]
    actions.start_sequence(sequence, people, by=sato)
    real, calls = engine.add_task, iter(range(100))

    def dies_at_the_third(**values: object) -> Task:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return real(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "add_task", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        actions.advance_sequences()
    assert not Task.objects.exists()
    monkeypatch.undo()
    assert actions.advance_sequences() == 5
    assert Task.objects.count() == RunStep.objects.count() == 5


def test_what_a_sequence_brought(run: Run, sequence: Sequence, ada: Person, sato: Member) -> None:
    actions.advance_sequences()
    actions.finish_step(open_step(run), by=sato)
    with on(21):
        open_deal(name="検査装置", by=sato, person=ada, owner=sato)
        catch_up()
        actions.advance_sequences()
    found = queries.lines(sato)[0].results
    assert (found.started, found.alive, found.answered, found.deals, found.won) == (1, 0, 1, 1, 0)
    assert found.answer_rate == 1
    first, second, third = queries.steps_of(sato, run.edition)
    assert (first.done, second.answered, third.done) == (1, 1, 0)
    assert queries.deals_of(sato, sequence).count() == 1


def test_a_retired_sequence_lets_nobody_in(sequence: Sequence, ada: Person, sato: Member) -> None:
    actions.switch_sequence(sequence, is_active=False, by=sato)
    with pytest.raises(SequenceNotInUse):
        actions.start_sequence(sequence, [ada], by=sato)


def test_two_sequences_cannot_have_one_name_and_stale_changes_are_told(sequence: Sequence, sato: Member) -> None:
    with pytest.raises(NameTaken):
        actions.create_sequence(name="展示会フォロー", steps=STEPS, by=sato)
    actions.change_sequence(sequence, name="展示会", steps=STEPS, by=sato, version=1)
    with pytest.raises(StaleRecord):
        actions.change_sequence(sequence, name="別", steps=STEPS, by=sato, version=1)


def test_samples_are_made_once(sato: Member, our_company: object) -> None:
    assert len(actions.make_samples(by=sato)) == 2
    assert actions.make_samples(by=sato) == []


def test_who_only_reads_starts_nothing(sequence: Sequence, ada: Person, db: None) -> None:
    reader = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        actions.start_sequence(sequence, [ada], by=reader)
