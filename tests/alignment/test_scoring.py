"""The score and its reasons, for everybody and for whoever changed."""

from datetime import timedelta

import pytest
from tests.alignment.conftest import MONDAY

from ryorin.alignment.definitions.actions import prepare_defaults as prepare_definition
from ryorin.alignment.definitions.errors import AlreadyAgreed
from ryorin.alignment.definitions.rules import read
from ryorin.alignment.scoring.actions import (
    agree_to_rules,
    change_score_rule,
    create_score_rule,
    delete_score_rule,
    follow_changes,
    move_score_rule,
    prepare_defaults,
    rescore,
)
from ryorin.alignment.scoring.errors import ScoreRuleInvalid
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.alignment.scoring.queries import bands, current_agreement, last_agreed, rule_lines
from ryorin.alignment.scoring.rules import ReadableRule, Scale, done_in, faded
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import EVERYTHING, All, Did, Not, Times
from ryorin.customers.companies.models import Company
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import change_person, create_person, set_scores
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.lake.queries import Doers
from ryorin.lib import clock
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

TITLE = {"field": "job_title", "op": "contains", "value": "部長"}
PRICING = {
    "did": "page_view",
    "times": {"gte": 3},
    "within_days": 30,
    "where": {"field": "url", "op": "contains", "value": "/pricing"},
}


@pytest.fixture(autouse=True)
def now() -> object:
    with clock.frozen(MONDAY + timedelta(days=1)) as moment:
        yield moment


@pytest.fixture
def two_rules(db: None) -> list[ScoreRule]:
    prepare_definition()
    return [
        create_score_rule(label="部長以上", points=15, condition=TITLE, by=None),
        create_score_rule(label="料金ページを3回以上閲覧", points=40, condition=PRICING, by=None),
    ]


def look_at_prices(person: Person | None, *, times: int, visitor: str = "", verdict: str = "human") -> None:
    for n in range(times):
        record(
            "page_view",
            source="collector",
            at=clock.now() - timedelta(hours=n + 1),
            person_id=person.pk if person else None,
            visitor=visitor,
            verdict=verdict,
            properties={"url": "https://ryorin.example/pricing"},
        )
    catch_up()


def test_points_add_up_with_their_reasons(ada: Person, two_rules: list[ScoreRule]) -> None:
    change_person(ada, by=None, version=None, job_title="購買部長")
    look_at_prices(ada, times=3)
    done = rescore()
    ada.refresh_from_db()
    assert ada.score == 55
    assert ada.score_reasons == [
        {"label": "料金ページを3回以上閲覧", "points": 40},
        {"label": "部長以上", "points": 15},
    ]
    assert (ada.is_ready, ada.stage) == (True, LifecycleStage.QUALIFIED)
    assert (done.people, done.changed, done.qualified) == (1, 1, 1)


def test_a_score_never_falls_below_nothing() -> None:
    scale = Scale([ReadableRule(1, "応答なし", -20, EVERYTHING), ReadableRule(2, "役職", 5, EVERYTHING)])
    assert scale.of((True, True)) == (0, [{"label": "応答なし", "points": -20}, {"label": "役職", "points": 5}])


def test_scoring_again_changes_nothing(ada: Person, two_rules: list[ScoreRule]) -> None:
    rescore()
    assert rescore().changed == 0


def test_a_change_of_the_person_is_followed(ada: Person, two_rules: list[ScoreRule]) -> None:
    follow_changes()
    change_person(ada, by=None, version=None, job_title="部長")
    assert follow_changes().changed == 1
    ada.refresh_from_db()
    assert ada.score == 15


def test_new_history_is_followed(ada: Person, two_rules: list[ScoreRule], acme: Company) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=5)):
        bob = create_person(by=None, family_name="別府", company=acme)
        follow_changes()
    look_at_prices(bob, times=3)
    follow_changes()
    bob.refresh_from_db()
    assert bob.score == 40


def test_what_a_visitor_did_counts_once_the_person_is_known(ada: Person, two_rules: list[ScoreRule]) -> None:
    look_at_prices(None, times=3, visitor="0195-visitor")
    follow_changes()
    ada.refresh_from_db()
    assert ada.score == 0
    recognise("0195-visitor", ada, why="form_submitted")
    catch_up()
    follow_changes()
    ada.refresh_from_db()
    assert ada.score == 40


def test_what_machines_did_does_not_count(ada: Person, two_rules: list[ScoreRule]) -> None:
    look_at_prices(ada, times=3, verdict="machine")
    rescore()
    rescore([ada.pk])
    ada.refresh_from_db()
    assert ada.score == 0


def test_a_changed_rule_scores_everybody_anew(ada: Person, two_rules: list[ScoreRule], mei: Member) -> None:
    change_person(ada, by=None, version=None, job_title="部長")
    follow_changes()
    change_score_rule(two_rules[0], by=mei, version=1, points=25)
    follow_changes()
    ada.refresh_from_db()
    assert ada.score == 25
    two_rules[0].refresh_from_db()
    assert two_rules[0].people == 1


def test_points_for_what_was_long_ago_are_lost_the_next_day(ada: Person, two_rules: list[ScoreRule]) -> None:
    look_at_prices(ada, times=3)
    follow_changes()
    with clock.frozen(clock.now() + timedelta(days=32)):
        follow_changes()
        ada.refresh_from_db()
    assert (ada.score, ada.is_ready) == (0, False)
    assert ada.stage == LifecycleStage.LEAD


def test_nothing_new_scores_nobody(ada: Person, two_rules: list[ScoreRule]) -> None:
    for minutes, scored in ((0, 1), (1, 1), (2, 0)):  # what changed a moment ago is looked at twice
        with clock.frozen(MONDAY + timedelta(days=1, minutes=minutes)):
            assert follow_changes().people == scored


def test_few_and_all_people_get_the_same_answer(ada: Person, acme: Company) -> None:
    people = [ada, *(create_person(by=None, family_name=name, company=acme) for name in "甲乙丙")]
    for times, person in enumerate(people):
        look_at_prices(person, times=times)
    for times in ({"gte": 1}, {"gte": 2}, {"lte": 1}, {"eq": 2}, {"eq": 0}):
        node = read(PRICING | {"times": times})
        found = [
            set(Person.objects.filter(filter_).values_list("pk", flat=True))
            for filter_ in (_filter(node, Doers()), _filter(node, Doers(among=[each.pk for each in people])))
        ]
        assert found[0] == found[1]


def test_a_few_peoples_history_is_read_once_and_as_far_back_as_asked(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(MONDAY - timedelta(days=100)):
        look_at_prices(ada, times=3)
    look_at_prices(ada, times=1)
    nodes = [read(PRICING | {"times": {"gte": times}, "within_days": days}) for times, days in ((2, 30), (4, 120))]
    reads = []
    real = Doers._read
    monkeypatch.setattr(Doers, "_read", lambda self, first: reads.append(first) or real(self, first))
    for asked, times_read in ((nodes, 1), ((), 2)):
        doers, reads[:] = Doers(among=[ada.pk], asked=asked), []
        found = [Person.objects.filter(_filter(node, doers)).exists() for node in nodes]
        assert found == [False, True] and len(reads) == times_read


def _filter(node: object, doers: Doers) -> object:
    from ryorin.alignment.definitions.queries import filter_of

    return filter_of(node, doers=doers)  # type: ignore[arg-type]


def test_a_rule_that_can_no_longer_be_read_is_shown_and_skipped(ada: Person, two_rules: list[ScoreRule]) -> None:
    ScoreRule.objects.filter(pk=two_rules[0].pk).update(condition={"field": "shoe_size", "op": "is", "value": 9})
    rescore()
    assert "shoe_size" in rule_lines()[0].problem


def test_people_are_counted_by_score(ada: Person, two_rules: list[ScoreRule]) -> None:
    change_person(ada, by=None, version=None, job_title="部長")
    rescore()
    assert [(band.low, band.people) for band in bands() if band.people] == [(1, 1)]


def test_rules_can_be_put_in_order(two_rules: list[ScoreRule], mei: Member) -> None:
    move_score_rule(two_rules[1], by=mei, up=True)
    assert [rule.pk for rule in ScoreRule.objects.all()] == [two_rules[1].pk, two_rules[0].pk]


def test_the_first_rules_can_all_be_read(db: None) -> None:
    prepare_defaults()
    assert len(rule_lines()) == 7
    assert not [line.problem for line in rule_lines() if line.problem]


def test_a_rule_cannot_ask_for_the_score(mei: Member) -> None:
    with pytest.raises(ConditionInvalid):
        create_score_rule(label="高得点", points=5, condition={"field": "score", "op": "gte", "value": 1}, by=mei)


def test_a_rule_without_points_is_refused(mei: Member) -> None:
    with pytest.raises(ScoreRuleInvalid):
        create_score_rule(label="部長", points=0, condition=TITLE, by=mei)


def test_an_outdated_change_is_refused(two_rules: list[ScoreRule], mei: Member) -> None:
    change_score_rule(two_rules[0], by=mei, version=1, points=25)
    with pytest.raises(StaleRecord):
        change_score_rule(two_rules[0], by=mei, version=1, points=30)


def test_sales_do_not_change_the_score(two_rules: list[ScoreRule], sato: Member) -> None:
    with pytest.raises(NotAllowed):
        delete_score_rule(two_rules[0], by=sato)


def test_points_fade_by_half_in_so_many_days() -> None:
    assert [faded(20, days=days, half_life=14) for days in (0, 14, 28, 200)] == [20, 10, 5, 0]
    assert faded(-20, days=14, half_life=14) == -10


def test_faded_points_say_what_they_were() -> None:
    scale = Scale([ReadableRule(1, "資料", 20, Did("downloaded"), 14), ReadableRule(2, "役職", 5, EVERYTHING)])
    assert scale.of((True, True), 0, (14, None)) == (
        15,
        [{"label": "資料", "points": 10, "full": 20, "days": 14}, {"label": "役職", "points": 5}],
    )
    assert scale.of((True, False), 0, (400, None)) == (0, [])
    assert scale.of((True, False), 0, (0, None)) == (20, [{"label": "資料", "points": 20}])


def test_points_fade_since_what_the_condition_asks_for() -> None:
    did = Did("downloaded")
    assert done_in(All((EVERYTHING, did))) == did
    assert done_in(Did("downloaded", Times.EQ, 0)) is None and done_in(Not(did)) is None


def test_the_score_of_a_person_falls_as_days_go_by(ada: Person) -> None:
    prepare_definition()
    create_score_rule(label="料金ページ", points=40, condition=PRICING, half_life_days=7, by=None)
    look_at_prices(ada, times=3)
    rescore()
    ada.refresh_from_db()
    assert ada.score == 40
    with clock.frozen(clock.now() + timedelta(days=7)):
        rescore([ada.pk])
        ada.refresh_from_db()
        assert (ada.score, ada.score_reasons[0]["full"], ada.score_reasons[0]["days"]) == (20, 40, 7)
        set_scores([(ada.pk, 0, [], False)])
        rescore()
        ada.refresh_from_db()
        assert ada.score == 20


def test_only_what_was_done_can_fade(db: None) -> None:
    with pytest.raises(ScoreRuleInvalid, match="「〜した」"):
        create_score_rule(label="役職", points=5, condition=TITLE, half_life_days=7, by=None)
    with pytest.raises(ScoreRuleInvalid, match="730"):
        create_score_rule(label="料金", points=5, condition=PRICING, half_life_days=800, by=None)
    rule = create_score_rule(label="料金", points=5, condition=PRICING, half_life_days=30, by=None)
    assert change_score_rule(rule, by=None, version=None, half_life_days=0).half_life_days is None


def test_both_sides_agree_to_the_rules_and_a_change_asks_anew(
    two_rules: list[ScoreRule], mei: Member, sato: Member
) -> None:
    agree_to_rules(by=mei)
    with pytest.raises(AlreadyAgreed):
        agree_to_rules(by=mei)
    agreement = agree_to_rules(by=sato)
    assert agreement.agreed_at and current_agreement() == agreement == last_agreed()
    assert [rule["label"] for rule in agreement.rules] == ["部長以上", "料金ページを3回以上閲覧"]
    change_score_rule(two_rules[0], by=None, version=None, points=20)
    assert current_agreement() is None and last_agreed() == agreement


def test_who_only_reads_agrees_to_nothing(two_rules: list[ScoreRule], ono: Member) -> None:
    ono.role = "read_only"
    with pytest.raises(NotAllowed):
        agree_to_rules(by=ono)
