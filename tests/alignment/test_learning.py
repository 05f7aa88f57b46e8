"""The score that learns, over hand-offs: what it learns from, what it tells, what a rejection changes, the way back."""

import json
from datetime import timedelta

import numpy as np
import pytest
from tests.alignment.conftest import MONDAY
from tests.alignment.learning_world import FAIR, WEB, answered, leads_of, look, new_lead

from ryorin.alignment.definitions.actions import prepare_defaults as prepare_definition
from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.handoffs.actions import offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import Handoff, SendBackReason
from ryorin.alignment.learning.actions import keep_learning, learn, propose_threshold, score_people, use_version
from ryorin.alignment.learning.errors import AlreadyInUse, CapacityInvalid, NothingLearned
from ryorin.alignment.learning.models import LearningState, Lesson, ScoreVersion
from ryorin.alignment.learning.queries.answers import known_answers, outcome_of, share_won
from ryorin.alignment.learning.queries.features import GENDER, columns_at, columns_of_few, learnable, size_of
from ryorin.alignment.learning.queries.pages import lesson_lines, outlook_of, refused_columns, state, why_nothing
from ryorin.alignment.learning.rules import (
    Heard,
    Reason,
    changes_between,
    lesson_of,
    reasons_as_json,
    reasons_from,
    said,
    steps_of,
    threshold_for,
)
from ryorin.customers.people.models import Chance, Person
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.methods.learning import Words
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation


@pytest.fixture(autouse=True)
def now() -> object:
    with clock.frozen(MONDAY + timedelta(days=1)) as moment:
        yield moment


@pytest.fixture
def company(db: None) -> Organisation:
    prepare_definition()
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture
def learned(company: Organisation) -> ScoreVersion:
    answered(leads_of(260))
    version = learn()
    assert version is not None
    return version


# what needs no database


def test_three_rejections_pull_a_source_down_and_the_score_counts_for_six() -> None:
    found = lesson_of([Heard(0.34, 0.0)] * 3)
    assert found is not None
    assert (round(found.before, 2), round(found.after, 3)) == (0.34, 0.227)
    assert found.shift == pytest.approx(-0.564, abs=0.01)


def test_two_answers_are_no_lesson_and_what_was_expected_is_none() -> None:
    assert lesson_of([Heard(0.5, 0.0)] * 2) is None
    assert lesson_of([Heard(0.5, 1.0), Heard(0.5, 0.0)] * 3) is None


def test_a_lesson_never_moves_a_lead_too_far() -> None:
    found = lesson_of([Heard(0.95, 0.0)] * 60)
    assert found is not None and found.shift == -1.5


def test_the_threshold_is_the_lowest_that_sales_can_work() -> None:
    counts = [(90, 8), (50, 16), (10, 80)]
    assert threshold_for(counts, weeks=8, capacity=3).percent == 11  # type: ignore[union-attr]
    assert threshold_for(counts, weeks=8, capacity=1).weekly == 1.0  # type: ignore[union-attr]
    assert threshold_for(counts, weeks=8, capacity=100).percent == 0  # type: ignore[union-attr]
    assert threshold_for([], weeks=8, capacity=3) is None


def test_steps_count_who_reaches_them() -> None:
    weekly = {step.percent: step.weekly for step in steps_of([(90, 8), (50, 16)], weeks=8)}
    assert (weekly[90], weekly[60], weekly[50], weekly[0]) == (1.0, 1.0, 3.0, 3.0)


def test_an_open_deal_counts_with_the_share_won() -> None:
    share = share_won(["won", "lost", "lost", "won", "open", None])
    assert share == 0.5
    assert [outcome_of("accepted", "open", share), outcome_of("sent_back", None, share)] == [0.5, 0.0]
    assert [outcome_of("accepted", "won", share), outcome_of("accepted", "lost", share)] == [1.0, 0.0]
    assert share_won(["open"]) == 1.0


def test_reasons_are_kept_heaviest_first_with_their_values() -> None:
    parts = np.array([[0.5, -1.2, 0.01], [0.0, 0.0, 0.0]])
    columns = {"days_known": np.array([3.0, np.nan]), "job_title": Words.of(["部長", ""]), "has_email": np.ones(2)}
    texts = reasons_as_json(("days_known", "job_title", "has_email"), parts, columns)
    assert reasons_from(texts[0]) == [Reason("job_title", -1.2, "部長"), Reason("days_known", 0.5, 3.0)]
    assert reasons_from(texts[1]) == []


def test_reasons_are_said_in_words() -> None:
    assert said(Reason("did:page_view:30", 0.4, 7.0)) == "ページ閲覧（30日間の回数）：7回"
    assert said(Reason("since:mail_clicked", -0.4, None)) == "メールのクリックの記録がない"
    assert said(Reason("since:page_view", 0.4, 2.2)) == "最後のページ閲覧が2日前"
    assert said(Reason("trait:職業", 0.4, "学生")) == "職業：学生"
    assert said(Reason("prefecture", 0.4, "13")) == "都道府県：東京都"
    assert said(Reason("campaign", 0.4, "7"), campaigns={"7": "秋の展示会"}) == "獲得施策：秋の展示会"
    assert said(Reason("job_title", -0.4, None)) == "役職：未入力"


def test_what_changed_names_the_columns_that_moved_most() -> None:
    later = {"later": {"auc": 0.7, "brier": 0.2}}
    found = changes_between(
        later | {"weights": {"a": 0.5, "b": 0.2}}, later | {"weights": {"a": 0.1, "c": 0.3}},
        answers_before=100, answers_after=112,
    )  # fmt: skip
    assert [one[0] for one in found["columns"]] == ["a", "c", "b"]
    assert (found["answers"], found["new"], found["gone"]) == (12, ["c"], ["b"])


def test_gender_is_no_column_to_learn_from() -> None:
    assert [bool(GENDER.search(name)) for name in ("trait:性別", "trait:Sex", "trait:Essex")] == [True, True, False]
    assert learnable({"trait:Gender": Words.of(["f"]), "job_title": Words.of(["部長"])}).keys() == {"job_title"}


def test_companies_stand_in_three_sizes() -> None:
    sizes = size_of(np.array([np.nan, 10, 50, 299, 300.0]))
    assert sizes.codes.tolist() == [-1, 0, 1, 1, 2]


# what is learned from


def test_every_answer_counts_once(company: Organisation) -> None:
    ids = answered(leads_of(40))
    known = known_answers()
    assert sorted(answer.person_id for answer in known.answers) == sorted(ids)
    assert {answer.y for answer in known.answers} <= {0.0, 1.0, known.open_share}


def test_only_what_was_done_before_the_moment_is_known(company: Organisation) -> None:
    (person, *_rest) = answered(leads_of(3))
    moment = clock.now() - timedelta(days=10)
    look(person, at=moment - timedelta(days=2))
    look(person, at=moment - timedelta(days=100))
    look(person, at=moment + timedelta(hours=1))
    look(person, at=moment - timedelta(days=1), kind="called")
    catch_up()
    known = columns_at([person], np.array([np.datetime64(moment.replace(tzinfo=None), "us")]))
    told = {name: known[name][0] for name in known if name.endswith(("page_view", "page_view:30", "page_view:365"))}  # type: ignore[index]
    assert told == {"did:page_view:30": 1.0, "did:page_view:365": 2.0, "since:page_view": pytest.approx(2.0)}
    assert not any("called" in name for name in known)


def test_one_lead_is_read_as_everybody_is(company: Organisation) -> None:
    ids = answered(leads_of(6))
    for days in (1, 40, 400):
        look(ids[2], at=clock.now() - timedelta(days=days))
    Person.objects.filter(pk=ids[1]).update(
        traits={"職業": "学生", "予算": "300"}, updated_at=clock.now() + timedelta(seconds=5)
    )
    catch_up()
    now = clock.now()
    numbers = frozenset({"trait:予算"})
    many = columns_at(ids, np.full(6, np.datetime64(now.replace(tzinfo=None), "us")), numbers=numbers)
    few = columns_of_few(ids, now, numbers=numbers)
    assert many.keys() == few.keys()
    for name, column in many.items():
        other = few[name]
        if isinstance(column, Words):
            assert isinstance(other, Words)
            words = [[(*each.values, "")[code] for code in each.codes] for each in (column, other)]
            assert words[0] == words[1], name
        else:
            assert np.allclose(column, other, equal_nan=True), name  # type: ignore[arg-type]


# what it tells when there is too little


def test_without_answers_it_says_how_many_are_missing_and_scores_nobody(company: Organisation) -> None:
    assert learn() is None
    assert "あと100件" in why_nothing(state())
    assert keep_learning() == 0 and not Chance.objects.exists()


def test_when_all_leads_came_back_it_says_so(company: Organisation) -> None:
    answered(leads_of(120, ends=("sent_back",)))
    assert learn() is None
    assert "偏っている" in why_nothing(state())


def test_one_week_of_answers_is_too_short(company: Organisation) -> None:
    answered(leads_of(150), days=6)
    assert learn() is None
    assert "日分しかありません" in why_nothing(state())


def test_what_failed_leaves_the_version_in_use(learned: ScoreVersion) -> None:
    Handoff.objects.all().delete()
    Deal.objects.all().delete()
    assert learn() is None
    assert ScoreVersion.objects.active().get() == learned


# what it learns and tells


def test_leads_like_those_won_are_likely_and_the_reasons_are_named(learned: ScoreVersion) -> None:
    good, bad = new_lead(FAIR, "部長"), new_lead(WEB, "担当")
    score_people()
    likely, unlikely = outlook_of(good.pk), outlook_of(bad.pk)
    assert likely is not None and unlikely is not None
    assert likely.percent > 65 and unlikely.percent < 30
    assert any(reason.is_good and "役職：部長" in reason.text for reason in likely.reasons)
    assert Chance.objects.count() == Person.objects.count()


def test_the_figures_are_of_later_leads_and_stand_with_the_version(learned: ScoreVersion) -> None:
    later = learned.figures["later"]
    assert later["auc"] > 0.7 and 0 < later["leads"] <= 52
    assert learned.figures["groups"].keys() <= {"prefecture", "size"}
    assert learned.answers == 260 and learned.kind == "logistic"
    assert {each["why"] for each in refused_columns(learned)} == {"全員が同じ値です"}


def test_some_people_are_scored_as_everybody_is(learned: ScoreVersion) -> None:
    score_people()
    before = dict(Chance.objects.values_list("pk", "percent"))
    Chance.objects.all().delete()
    score_people(sorted(before)[:20])
    assert dict(Chance.objects.values_list("pk", "percent")) == {pk: before[pk] for pk in sorted(before)[:20]}


def test_scoring_again_changes_nobody(learned: ScoreVersion) -> None:
    assert score_people() == 260
    assert score_people() == 0


def test_who_does_something_is_scored_again(learned: ScoreVersion) -> None:
    keep_learning()
    Person.objects.filter(pk=(ada := new_lead(WEB, "担当")).pk).update(job_title="部長", updated_at=clock.now())
    assert keep_learning() >= 1
    assert Chance.objects.filter(pk=ada.pk).exists()


def test_it_learns_once_a_day_and_only_from_something_new(company: Organisation) -> None:
    answered(leads_of(200))
    keep_learning()
    keep_learning()
    assert ScoreVersion.objects.count() == 1
    with clock.frozen(clock.now() + timedelta(days=1)):
        keep_learning()
        assert ScoreVersion.objects.count() == 1
        answered(leads_of(10, seed=9), days=1)
    with clock.frozen(clock.now() + timedelta(days=2)):
        keep_learning()
        newest = ScoreVersion.objects.active().get()
        assert newest.number == 2 and newest.changes["answers"] == 10 and newest.changes["against"] == 1


# what a rejection changes


def test_three_rejections_of_one_campaign_lower_similar_leads_at_once_and_say_why(
    learned: ScoreVersion, sato: Member
) -> None:
    reason = SendBackReason.objects.get(name="予算なし")
    waiting = new_lead(FAIR, "部長", family_name="待田")
    others = [new_lead(FAIR, "部長", family_name=name, email=f"{name}@customer.example") for name in "甲乙丙"]
    far = new_lead(WEB, "部長", family_name="遠山")
    keep_learning()
    before, far_before = Chance.objects.get(pk=waiting.pk).percent, Chance.objects.get(pk=far.pk).percent
    with clock.frozen(clock.now() + timedelta(hours=2)):
        for person in others:
            handoff = offer_handoff(person, owner=sato)
            assert handoff.chance == before
            send_back_handoff(handoff, by=sato, reason=reason)
        keep_learning()
    after = Chance.objects.get(pk=waiting.pk)
    lesson = Lesson.objects.get(about="campaign", key=str(FAIR))
    assert after.percent < before - 3
    assert lesson.after < lesson.before and lesson.shift < 0 and lesson.reason == "予算なし"
    assert abs(Chance.objects.get(pk=far.pk).percent - far_before) <= 1
    outlook = outlook_of(waiting.pk)
    assert outlook is not None
    assert any("差し戻し（予算なし）" in one.text and not one.is_good for one in outlook.reasons)
    assert lesson_lines()[0].has_fallen


# the way back, and the threshold


def test_an_earlier_version_is_used_again_and_everybody_scored_with_it(learned: ScoreVersion, mei: Member) -> None:
    second = learn(by=mei)
    assert second is not None
    use_version(learned, by=mei)
    keep_learning()
    assert ScoreVersion.objects.active().get() == learned
    assert set(Chance.objects.values_list("version", flat=True)) == {learned.number}
    entry = AuditEntry.objects.filter(action="score_version_used").get()
    assert json.loads(entry.changes) == {"number": 1, "before": 2}


def test_the_version_in_use_cannot_be_gone_back_to(learned: ScoreVersion, mei: Member) -> None:
    with pytest.raises(AlreadyInUse):
        use_version(learned, by=mei)


def test_who_only_sells_may_neither_train_nor_go_back(learned: ScoreVersion, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        learn(by=sato)
    with pytest.raises(NotAllowed):
        use_version(learned, by=sato)


def test_a_threshold_becomes_a_proposal_both_sides_agree_to(learned: ScoreVersion, mei: Member) -> None:
    score_people()
    definition = propose_threshold(1, by=mei)
    assert definition.is_proposed and definition.agreed_by_marketing == mei
    percent = definition.condition["all"][0]["value"]
    recent = Chance.objects.filter(person__first_contact_at__gte=clock.now() - timedelta(weeks=8), percent__gte=percent)
    assert 0 < recent.count() <= 8


def test_who_is_ready_follows_the_probability_where_the_definition_asks_for_it(learned: ScoreVersion) -> None:
    ReadyDefinition.objects.active().update(condition={"field": "chance", "op": "gte", "value": 60})
    good = new_lead(FAIR, "部長")
    keep_learning()
    assert Person.objects.get(pk=good.pk).is_ready
    assert not Person.objects.filter(chance__percent__lt=60, is_ready=True).exists()


def test_a_threshold_needs_leads_and_a_sensible_number(company: Organisation, mei: Member) -> None:
    with pytest.raises(NothingLearned):
        propose_threshold(5, by=mei)
    with pytest.raises(CapacityInvalid):
        propose_threshold(0, by=mei)


def test_how_far_learning_has_come_is_one_row(learned: ScoreVersion) -> None:
    keep_learning()
    keep_learning()
    assert LearningState.objects.count() == 1
