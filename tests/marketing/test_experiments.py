"""A/B tests: who gets which variant, what counts, when it may be said, who decides."""

from collections import Counter
from datetime import timedelta

import pytest

from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.methods.experiments import Arm, compare
from ryorin.lib import clock
from ryorin.marketing.experiments.actions import (
    Draft,
    assign,
    assign_many,
    change_experiment,
    create_experiment,
    decide,
    delete_experiment,
    expose,
    has_part,
    start,
    stop,
)
from ryorin.marketing.experiments.errors import (
    ExperimentInvalid,
    ExperimentLocked,
    ExperimentNotReady,
    ReasonMissing,
    WrongState,
)
from ryorin.marketing.experiments.models import Experiment, ExperimentState
from ryorin.marketing.experiments.queries import comparing, result, running
from ryorin.marketing.experiments.rules import Standing, Verdict, place_of, sentence_of, takes_part, verdict_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import restore
from ryorin.workspace.members.errors import NotAllowed, StaleRecord

pytestmark = pytest.mark.django_db
TWO = (Draft(name="今のページ", target_id=1), Draft(name="申込を上に", target_id=2))


def make(mei, *, variants=TWO, **fields) -> Experiment:
    values = {
        "name": "申込ボタンの位置",
        "subject": "page",
        "metric": "form_submitted",
        "baseline": 0.1,
        "effect": 0.05,
    }
    return create_experiment(by=mei, variants=variants, **(values | fields))


def visits(experiment: Experiment, counts: dict[int, tuple[int, int]], *, kind: str = "form_submitted") -> None:
    """Write so many visitors per variant, of whom so many did it, into history."""
    now, variants = clock.now(), list(experiment.variants.all())
    rows = []
    for place, (seen, won) in counts.items():
        carried = variants[place].as_properties()
        for number in range(seen):
            visitor = f"visitor-{place}-{number:06}"
            rows.append(
                Touchpoint(kind="variant_shown", source="test", at=now, visitor=visitor, properties=dict(carried))
            )
            if number < won:
                rows.append(Touchpoint(kind=kind, source="test", at=now + timedelta(minutes=5), visitor=visitor))
    record_many(rows)
    catch_up()


def test_a_unit_keeps_its_variant_for_ever_and_shares_are_kept(mei):
    experiment = start(make(mei, variants=(Draft(name="A", share=75, target_id=1), TWO[1])), by=mei)
    experiment = change_experiment(experiment, by=mei, version=None, name="ボタン")
    units = [f"v:{number}" for number in range(4_000)]

    once, again = assign_many(experiment, units), assign_many(experiment, reversed(units))

    assert once == again
    parts = Counter(variant.position for variant in once.values())
    assert parts[0] / 4_000 == pytest.approx(0.6, abs=0.03)


def test_two_tests_draw_independently_of_each_other():
    same = sum(
        place_of("one", f"v:{number}", [50, 50]) == place_of("two", f"v:{number}", [50, 50]) for number in range(2_000)
    )

    assert same == pytest.approx(1_000, abs=120)


def test_only_the_part_that_was_asked_for_takes_part(mei):
    inside = sum(takes_part("key", f"v:{number}", 20) for number in range(5_000))

    assert inside == pytest.approx(1_000, abs=120)
    assert takes_part("key", "v:1", 100)


def test_before_the_start_everybody_gets_what_there_is_today(mei):
    experiment = make(mei)

    assert {assign(experiment, f"v:{number}").letter for number in range(50)} == {"A"}
    assert not has_part(experiment, "v:1")
    assert not expose(experiment, experiment.variants.first(), unit="v:1", visitor="visitor-1")


def test_the_result_counts_who_met_a_variant_and_then_did_it(mei):
    experiment = start(make(mei), by=mei)
    visits(experiment, {0: (200, 20), 1: (210, 42)})

    found = result(experiment)

    assert [(one.arm.seen, one.arm.won) for one in found.arms] == [(200, 20), (210, 42)]
    assert found.arms[1].comparison.difference == pytest.approx(0.1)
    assert found.days[-1].arms == [Arm(200, 20), Arm(210, 42)]
    assert found.mixed == 0


def test_a_visitor_who_becomes_a_person_is_one_and_whoever_met_both_counts_nowhere(mei):
    experiment = start(make(mei), by=mei)
    now = clock.now()
    ada = Person.objects.create(family_name="安達", stage_at=now, created_at=now, updated_at=now)
    for visitor in ("visitor-0-000000", "visitor-1-000000"):
        Identity.objects.create(visitor=visitor, person=ada, since=now, why="form_submitted", updated_at=now)
    visits(experiment, {0: (5, 1), 1: (5, 1)})

    found = result(experiment)

    assert found.mixed == 1
    assert [(one.arm.seen, one.arm.won) for one in found.arms] == [(4, 0), (4, 0)]


def test_what_was_done_before_or_too_late_does_not_count(mei):
    experiment = start(make(mei, window_days=3), by=mei)
    carried, now = experiment.variants.first().as_properties(), clock.now()
    rows = []
    for visitor, hours in (("visitor-early", -1), ("visitor-late", 73), ("visitor-timely", 71)):
        rows.append(
            Touchpoint(
                kind="variant_shown", source="t", at=now + timedelta(hours=2), visitor=visitor, properties=carried
            )
        )
        rows.append(Touchpoint(kind="form_submitted", source="t", at=now + timedelta(hours=2 + hours), visitor=visitor))
    record_many(rows)
    catch_up()

    assert result(experiment).arms[0].arm == Arm(3, 1)


def test_machines_do_not_count(mei):
    experiment = start(make(mei), by=mei)
    carried = experiment.variants.first().as_properties()
    record_many(
        [Touchpoint(kind="variant_shown", source="t", visitor="robot-0001", verdict="machine", properties=carried)]
    )
    catch_up()

    assert result(experiment).seen == 0
    assert result(experiment).standing is Standing.NOBODY


def test_meeting_a_variant_is_written_once_a_day(mei):
    experiment = start(make(mei), by=mei)
    variant = assign(experiment, "v:visitor-1")
    for _visit in range(3):
        assert expose(experiment, variant, unit="v:visitor-1", visitor="visitor-1")
    catch_up()

    assert result(experiment).seen == 1


def test_a_guard_that_suffers_raises_an_alarm(mei):
    experiment = start(make(mei, guards=["consent_withdrawn"]), by=mei)
    visits(experiment, {0: (600, 0), 1: (600, 150)}, kind="consent_withdrawn")

    found = result(experiment)

    assert [(one.variant.letter, guard.kind) for one, guard in found.alarms] == [("B", "consent_withdrawn")]


def test_a_clear_winner_is_said_and_applied_by_a_person_only(mei):
    experiment = start(make(mei), by=mei)
    visits(experiment, {0: (800, 80), 1: (800, 200)})

    found = result(experiment)

    assert found.verdict == Verdict(Standing.BETTER, place=1)
    assert Experiment.objects.get().state == ExperimentState.RUNNING
    decided = decide(experiment, found.arms[1].variant, reason="申込が増えた", by=mei)
    assert decided.decided_by == mei
    assert {assign(decided, f"v:{number}").letter for number in range(20)} == {"B"}


@pytest.mark.parametrize(
    ("arms", "planned", "expected"),
    [
        ([Arm(0, 0), Arm(0, 0)], 5_000, Standing.NOBODY),
        ([Arm(500, 50), Arm(500, 60)], 5_000, Standing.OPEN),
        ([Arm(3_000, 300), Arm(3_000, 600)], 5_000, Standing.BETTER),
        ([Arm(3_000, 600), Arm(3_000, 300)], 5_000, Standing.WORSE),
        ([Arm(30_000, 3_000), Arm(30_000, 3_010)], 5_000, Standing.SAME),
        ([Arm(1_500, 150), Arm(1_500, 190)], 2_500, Standing.FULL),
    ],
)
def test_what_may_be_said(arms, planned, expected):
    found = [compare(arms[0], arm, effect=0.05) for arm in arms[1:]]

    assert verdict_of(arms, found, effect=0.05, planned=planned, mismatch=1.0).standing is expected


def test_a_broken_split_is_said_before_anything_else():
    arms = [Arm(3_000, 300), Arm(2_000, 600)]
    found = [compare(arms[0], arms[1], effect=0.05)]

    assert verdict_of(arms, found, effect=0.05, planned=10, mismatch=0.0001).standing is Standing.BROKEN


def test_the_words_tell_how_many_more_it_takes():
    text = sentence_of(Verdict(Standing.OPEN, missing=2_283), "AB", effect=0.01)

    assert text == "まだ分かりません。あと約2,300人必要です。"


def test_what_is_written_down(mei):
    experiment = start(make(mei), by=mei)
    stop(experiment, reason="季節の企画に替えるため", by=mei)

    facts = AuditEntry.objects.filter(record_type="experiment").order_by("pk").values_list("action", flat=True)
    assert list(facts) == ["experiment_created", "experiment_started", "experiment_stopped"]


def test_what_is_tested_is_known_by_its_target(mei):
    experiment = make(mei)

    assert comparing("page", 2) == [experiment]
    assert running("page", [1, 2]) == []
    start(experiment, by=mei)
    assert running("page", [1, 2]) == [experiment]
    assert running("mail", [1, 2]) == []


def test_a_started_test_cannot_be_changed_or_deleted(mei):
    experiment = start(make(mei), by=mei)

    with pytest.raises(ExperimentLocked):
        change_experiment(experiment, by=mei, version=None, effect=0.02)
    with pytest.raises(ExperimentLocked):
        change_experiment(experiment, by=mei, version=None, variants=TWO)
    with pytest.raises(ExperimentLocked):
        delete_experiment(experiment, by=mei)


def test_a_test_that_never_ran_can_be_deleted_and_put_back(mei):
    entry = delete_experiment(make(mei), by=mei)
    assert not Experiment.objects.exists()

    restored = restore(entry, by=mei)

    assert [variant.name for variant in restored.variants.all()] == ["今のページ", "申込を上に"]


def test_a_stale_change_is_refused(mei):
    experiment = make(mei)
    change_experiment(experiment, by=mei, version=1, effect=0.02)

    with pytest.raises(StaleRecord):
        change_experiment(experiment, by=mei, version=1, effect=0.03)


def test_it_starts_with_different_contents_only(mei):
    for variants in ((Draft(name="A", target_id=1), Draft(name="B")), (Draft(name="A", target_id=1),) * 2):
        with pytest.raises(ExperimentNotReady):
            start(make(mei, variants=variants), by=mei)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"metric": "nothing"},
        {"baseline": 0.0},
        {"effect": 0.95},
        {"window_days": 0},
        {"included": 0},
        {"alpha": 0.5},
        {"variants": TWO[:1]},
        {"variants": (TWO[0], Draft(name="B", share=0))},
        {"variants": (Draft(name="x"),) * 7},
    ],
)
def test_a_test_that_cannot_be_is_refused(mei, wrong):
    with pytest.raises(ExperimentInvalid):
        make(mei, **wrong)
    assert not Experiment.objects.exists()


def test_stopping_needs_a_reason_and_a_test_that_runs(mei):
    experiment = make(mei)
    with pytest.raises(WrongState):
        stop(experiment, reason="理由", by=mei)
    start(experiment, by=mei)
    with pytest.raises(ReasonMissing):
        stop(experiment, reason="  ", by=mei)


def test_sales_may_not_write_tests(sato, mei):
    experiment = make(mei)
    with pytest.raises(NotAllowed):
        make(sato)
    with pytest.raises(NotAllowed):
        start(experiment, by=sato)
