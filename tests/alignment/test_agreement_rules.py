"""What may be promised, who may sign, and whether a promise is kept: decisions without a database."""

from datetime import date

import pytest

from ryorin.alignment.agreements.rules import (
    Standing,
    Vow,
    is_worth_telling,
    may_sign,
    problem_with,
    progress,
    share_elapsed,
)
from ryorin.alignment.definitions.models import Side
from ryorin.lib.fiscal import period_of

LEADS, ANSWERS = Vow("volume", 30), Vow("answer", 90, 3)


@pytest.mark.parametrize(
    ("met", "elapsed", "standing"),
    [
        (0, 0.0, Standing.ON_PACE),  # the first morning
        (15, 0.5, Standing.ON_PACE),
        (14, 0.5, Standing.BEHIND),
        (30, 0.5, Standing.KEPT),
        (30, 1.0, Standing.KEPT),
        (29, 1.0, Standing.BROKEN),
        (0, 1.0, Standing.BROKEN),
    ],
)
def test_a_number_of_leads_is_kept_at_an_even_pace(met: int, elapsed: float, standing: Standing) -> None:
    assert progress("volume", 30, met=met, base=met, elapsed=elapsed).standing is standing


@pytest.mark.parametrize(
    ("met", "base", "elapsed", "standing"),
    [
        (0, 0, 0.5, Standing.NO_DATA),
        (0, 0, 1.0, Standing.NO_DATA),  # nothing was asked of them: nothing is broken
        (9, 10, 0.5, Standing.ON_PACE),
        (8, 10, 0.5, Standing.BEHIND),
        (9, 10, 1.0, Standing.KEPT),
        (8, 10, 1.0, Standing.BROKEN),
    ],
)
def test_a_share_is_kept_among_what_was_decided(met: int, base: int, elapsed: float, standing: Standing) -> None:
    assert progress("answer", 90, met=met, base=base, elapsed=elapsed).standing is standing


def test_pace_compares_with_what_should_be_there_by_now() -> None:
    found = progress("volume", 30, met=12, base=12, elapsed=0.5)
    assert (found.value, found.pace, found.percent) == (12.0, 0.8, 40.0)


@pytest.mark.parametrize(
    ("kind", "met", "base", "elapsed", "is_told"),
    [
        ("volume", 0, 0, 0.1, False),  # too early to worry anybody
        ("volume", 0, 0, 0.5, True),
        ("answer", 3, 4, 0.5, False),  # too few to say
        ("answer", 3, 5, 0.5, True),
        ("answer", 0, 1, 1.0, True),  # broken is broken
        ("answer", 5, 5, 0.5, False),
    ],
)
def test_leaders_are_told_when_it_matters(kind: str, met: int, base: int, elapsed: float, is_told: bool) -> None:
    found = progress(kind, 90, met=met, base=base, elapsed=elapsed)
    assert is_worth_telling(found, kind=kind, elapsed=elapsed) is is_told


def test_a_day_counts_once_it_is_over() -> None:
    november = period_of(date(2026, 11, 1))
    assert share_elapsed(november, date(2026, 11, 1)) == 0
    assert share_elapsed(november, date(2026, 11, 16)) == 0.5
    assert share_elapsed(november, date(2026, 12, 1)) == 1
    assert share_elapsed(november, date(2027, 5, 1)) == 1


@pytest.mark.parametrize(
    ("vows", "rhythm", "said"),
    [
        ([LEADS, ANSWERS], "month", ""),
        ([LEADS, ANSWERS], "week", "期間を選んでください"),
        ([], "month", "1つ以上"),
        ([LEADS], "month", "営業の約束がありません"),
        ([ANSWERS], "month", "マーケティングの約束がありません"),
        ([LEADS, Vow("volume", 20), ANSWERS], "month", "2回"),
        ([LEADS, Vow("volume", 20, team_id=4), ANSWERS], "month", ""),
        ([Vow("volume", 0), ANSWERS], "month", "リードの数"),
        ([LEADS, Vow("answer", 101, 3)], "month", "1～100％"),
        ([LEADS, Vow("answer", 90, None)], "month", "営業時間"),
        ([LEADS, Vow("contact", 90, 201)], "quarter", "営業時間"),
        ([LEADS, ANSWERS, Vow("love", 5)], "month", "種類"),
    ],
)
def test_what_cannot_be_promised_is_refused_with_words(vows: list[Vow], rhythm: str, said: str) -> None:
    found = problem_with(vows, rhythm=rhythm)
    assert said in found if said else found == ""


@pytest.mark.parametrize(
    ("role", "is_head", "has_signed", "is_alone", "may"),
    [
        ("manager", False, [], False, True),
        ("sales", False, [], False, False),  # sells, but does not lead
        ("sales", True, [], False, True),
        ("marketer", True, [], False, False),  # leads the other side
        ("manager", False, [Side.MARKETING], False, False),  # nobody signs for both,
        ("manager", False, [Side.MARKETING], True, True),  # unless there is nobody else
        ("read_only", True, [], True, False),
    ],
)
def test_leaders_sign_for_their_side(
    role: str, is_head: bool, has_signed: list[Side], is_alone: bool, may: bool
) -> None:
    found = may_sign(Side.SALES, role=role, is_head=is_head, has_signed=has_signed, is_alone=is_alone)
    assert found is may
