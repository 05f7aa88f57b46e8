"""How sure a share is, what is worth a suggestion, and whether a change had an effect; without a database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alignment.conftest import MONDAY

from ryorin.alignment.feedback.actions.tying import segments_at
from ryorin.alignment.feedback.models import Advice, Said, Strength
from ryorin.alignment.feedback.rules import (
    Counted,
    Share,
    change_of,
    findings,
    has_grown,
    is_explained,
    strength_of,
    topic_of,
    usual_share,
)


def campaign(number: int, kind: Said, times: int, *, key: str = "1", people: int | None = None) -> Counted:
    label = "" if kind in (Said.ACCEPTED, Said.WON) else "予算なし"
    return Counted(
        "campaign", number, kind, "" if not label else key, label, times, times if people is None else people
    )


def every(kind: Said, times: int, *, key: str = "1", label: str = "予算なし", people: int | None = None) -> Counted:
    is_good = kind in (Said.ACCEPTED, Said.WON)
    counted = times if people is None else people
    return Counted("", None, kind, "" if is_good else key, "" if is_good else label, times, counted)


def test_the_range_of_a_share_is_wilsons() -> None:
    share = Share(3, 3)
    assert (round(share.low, 4), share.high) == (0.4385, 1.0)  # 3 / (3 + 1.96²)
    assert (round(Share(10, 40).low, 4), round(Share(10, 40).high, 4)) == (0.1419, 0.4019)


def test_of_nothing_nothing_is_known() -> None:
    assert (Share(0, 0).rate, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_range_holds_its_share_and_narrows_with_more(times: int, more: int) -> None:
    share = Share(times, times + more)
    assert 0 <= share.low <= (share.rate or 0) <= share.high <= 1 or share.rate is None
    larger = Share(times * 4, (times + more) * 4)
    assert larger.high - larger.low <= share.high - share.low + 1e-9


def test_the_difference_of_two_shares_has_newcombes_range() -> None:
    change = change_of(Share(48, 80), Share(56, 70))  # the worked example of the paper, 56/70 against 48/80
    assert (round(change.moved, 4), round(change.low, 4), round(change.high, 4)) == (0.2, 0.0524, 0.3339)
    assert change.is_better and not change.is_worse


def test_an_effect_is_not_told_of_too_few() -> None:
    assert not change_of(Share(0, 3), Share(4, 4)).is_known
    assert not change_of(Share(0, 0), Share(4, 4)).is_better


def test_what_is_usual_leans_on_the_others_as_they_become_many() -> None:
    assert usual_share(Share(0, 0)) == pytest.approx(0.2)
    assert usual_share(Share(50, 1000)) == pytest.approx(0.05, abs=0.01)


def test_three_of_three_are_an_early_sign_and_never_more() -> None:
    assert strength_of(Share(3, 3), Share(0, 0), people=3) == Strength.EARLY
    assert strength_of(Share(3, 3), Share(2, 100), people=3) == Strength.EARLY


def test_two_people_are_no_sign_and_neither_is_one_person_thrice() -> None:
    assert strength_of(Share(2, 2), Share(0, 0), people=2) is None
    assert strength_of(Share(3, 3), Share(0, 0), people=1) is None


def test_three_of_thirty_are_as_usual() -> None:
    assert strength_of(Share(3, 30), Share(9, 90), people=3) is None


def test_many_against_many_are_a_clear_tendency() -> None:
    assert strength_of(Share(12, 20), Share(10, 100), people=12) == Strength.CLEAR


def test_three_rejections_of_one_campaign_name_it_and_the_reason() -> None:
    found = findings(
        [campaign(7, Said.SENT_BACK, 3), campaign(8, Said.ACCEPTED, 6)],
        [every(Said.SENT_BACK, 3), every(Said.ACCEPTED, 6)],
        sources=(),
    )
    assert [(one.advice, one.id, one.label, one.strength) for one in found] == [
        (Advice.PAUSE_SOURCE, 7, "予算なし", Strength.EARLY)
    ]
    assert found[0].seen == Share(3, 3) and found[0].others == Share(0, 6)


def test_a_reason_as_frequent_everywhere_is_not_the_campaigns_fault() -> None:
    about = [campaign(n, kind, 5) for n in (7, 8, 9) for kind in (Said.SENT_BACK, Said.ACCEPTED)]
    overall = [every(Said.SENT_BACK, 15), every(Said.ACCEPTED, 15)]
    found = findings(about, overall, sources={(Said.SENT_BACK, "1")})
    assert [(one.advice, one.strength) for one in found] == [(Advice.CHANGE_DEFINITION, Strength.CLEAR)]


def test_a_definition_is_not_questioned_by_one_campaign() -> None:
    assert findings([], [every(Said.SENT_BACK, 15), every(Said.ACCEPTED, 15)], sources=()) == []


def test_what_several_people_ask_is_worth_writing_about() -> None:
    asked = [every(Said.PROBLEM, 4, key="納期", label="納期"), every(Said.COMPLAINT, 2, key="価格", label="価格")]
    found = findings([], asked, sources=())
    assert [(one.advice, one.label, one.people, one.strength) for one in found] == [
        (Advice.WRITE, "納期", 4, Strength.EARLY)
    ]


def test_no_data_and_all_rejected_say_nothing_that_is_not_so() -> None:
    assert findings([], [], sources=()) == []
    everybody = findings([campaign(7, Said.SENT_BACK, 40)], [every(Said.SENT_BACK, 40)], sources=())
    assert [one.strength for one in everybody] == [Strength.EARLY]  # nothing else to compare with: never "clear"


def test_lost_deals_count_among_ends_of_deals_only() -> None:
    about = [campaign(7, Said.LOST, 4), campaign(7, Said.ACCEPTED, 50)]
    found = findings(about, [every(Said.LOST, 4), every(Said.ACCEPTED, 50)], sources=())
    assert [(one.kind, one.seen) for one in found] == [(Said.LOST, Share(4, 4))]


def test_the_same_people_are_not_suggested_twice() -> None:
    assert is_explained(frozenset({1, 2, 3}), [frozenset({1, 2, 3, 4})])
    assert not is_explained(frozenset({1, 2, 9}), [frozenset({1, 2, 3})])


@pytest.mark.parametrize(
    ("declined", "new", "comes_back"), [(3, 2, False), (3, 3, True), (20, 9, False), (20, 10, True)]
)
def test_what_was_declined_needs_clearly_more(declined: int, new: int, comes_back: bool) -> None:
    assert has_grown(declined_times=declined, new_times=new) is comes_back


def test_one_topic_written_differently_is_one_topic() -> None:
    assert topic_of(" ＡＢＣ 工業 ") == topic_of("abc　工業")


def test_who_was_in_a_segment_is_asked_of_that_moment() -> None:
    day = timedelta(days=1)
    changes = [(1, MONDAY, True), (2, MONDAY, True), (1, MONDAY + 2 * day, False), (1, MONDAY + 5 * day, True)]
    assert segments_at(changes, MONDAY - day) == set()
    assert segments_at(changes, MONDAY + day) == {1, 2}
    assert segments_at(changes, MONDAY + 3 * day) == {2}
    assert segments_at(changes, MONDAY + 6 * day) == {1, 2}
