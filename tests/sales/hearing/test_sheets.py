"""Sheets without code: what may be asked, which questions follow from which answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sales.hearing.conftest import SECTIONS, after, question
from tests.world import World

from ryorin.sales.hearing.actions import change_sheet, create_sheet, first_sheets, retire_sheet, revive_sheet
from ryorin.sales.hearing.actions import start_hearing as begin
from ryorin.sales.hearing.errors import SheetInvalid, SheetNameTaken, SheetRetired
from ryorin.sales.hearing.models import Sheet, SheetVersion
from ryorin.sales.hearing.rules.follow_ups import asked, holds, not_applicable
from ryorin.sales.hearing.rules.sheets import checked_sections
from ryorin.workspace.members.errors import NotAllowed, StaleRecord

VALUES = st.sampled_from([None, True, False, "a", "b", "12", 3, ["a"], ["a", "b"], []])


@st.composite
def sheets(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Questions of which each may follow from an earlier one."""
    count = draw(st.integers(1, 8))
    questions: list[dict[str, Any]] = []
    for place in range(count):
        when = None
        if place and draw(st.booleans()):
            origin = draw(st.integers(0, place - 1))
            op = draw(st.sampled_from(["answered", "is", "is_not", "includes", "gte", "lte"]))
            when = after(f"q{origin}", op, draw(st.sampled_from(["a", "yes", "no", "10", "3"])))
        questions.append({"key": f"q{place}", "when": when})
    return questions


@given(questions=sheets(), data=st.data())
def test_a_follow_up_is_asked_exactly_when_its_question_is_asked_and_its_answer_calls_for_it(
    questions: list[dict[str, Any]], data: st.DataObject
) -> None:
    values = {one["key"]: data.draw(VALUES) for one in questions}
    shown = asked(questions, values)
    for one in questions:
        when = one["when"]
        calls = when is None or (when["question"] in shown and holds(when, values[when["question"]]))
        assert (one["key"] in shown) is calls


@given(questions=sheets(), data=st.data())
def test_answers_to_questions_that_are_not_asked_change_nothing(
    questions: list[dict[str, Any]], data: st.DataObject
) -> None:
    values = {one["key"]: data.draw(VALUES) for one in questions}
    shown = asked(questions, values)
    kept = {key: value for key, value in values.items() if key in shown}
    assert asked(questions, kept) == shown


@given(questions=sheets(), data=st.data())
def test_a_question_is_asked_or_ruled_out_or_still_to_come(
    questions: list[dict[str, Any]], data: st.DataObject
) -> None:
    values = {one["key"]: data.draw(VALUES) for one in questions}
    answered = {key for key, value in values.items() if value not in (None, [])}
    shown = asked(questions, values)
    out = not_applicable(questions, shown, answered)
    assert not out & shown
    whole = {one["key"] for one in questions}
    assert not_applicable(questions, asked(questions, values), whole) == whole - shown


@pytest.mark.parametrize(
    ("op", "wanted", "value", "result"),
    [
        ("is", "yes", True, True),
        ("is", "no", True, False),
        ("is_not", "未定", "申請中", True),
        ("is_not", "未定", None, False),
        ("gte", "1,000", 2000, True),
        ("lte", "3", 4, False),
        ("includes", "在庫", ["計画", "在庫"], True),
        ("includes", "ABC", "abcdef", True),
        ("gte", "x", 5, False),
        ("answered", "", "", False),
        ("answered", "", False, True),
        ("is", "12", "12.0", True),
    ],
)
def test_what_an_answer_calls_for(op: str, wanted: str, value: Any, result: bool) -> None:
    assert holds({"question": "q", "op": op, "value": wanted}, value) is result


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "x",
        [{"title": "空", "questions": []}],
        [{"questions": [question("a", "text", label=" ")]}],
        [{"questions": [question("a", "secret")]}],
        [{"questions": [question("A b", "text")]}],
        [{"questions": [question("a", "one", choices=[])]}],
        [{"questions": [question("a", "text"), question("a", "text")]}],
        [{"questions": [question("a", "text", when=after("b"))]}],
        [{"questions": [question("a", "text", when=after("b")), question("b", "text")]}],
        [{"questions": [question("a", "yes"), question("b", "text", when=after("a", "gte", "3"))]}],
        [{"questions": [question("a", "yes"), question("b", "text", when=after("a", "is"))]}],
        [{"questions": [question("a", "number"), question("b", "text", when=after("a", "gte", "多い"))]}],
        [{"questions": [question("a", "money", maps_to="owner")]}],
        [{"questions": [question(f"q{number}", "text") for number in range(101)]}],
        [{"questions": [question(f"q{place}", "text")]} for place in range(21)],
        [3],
        [{"questions": [3]}],
        [{"questions": "abc"}],
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(SheetInvalid):
        checked_sections(wrong)


def test_a_fresh_installation_has_three_sheets(world: World) -> None:
    assert [sheet.name for sheet in first_sheets()] == ["BANT", "製造業向け", "更新ヒアリング"]
    assert len(first_sheets()) == 3
    retire_sheet(Sheet.objects.get(name="BANT"), by=world.kimura)
    assert [sheet.name for sheet in first_sheets()] == ["製造業向け", "更新ヒアリング"]


def test_a_sheet_that_was_used_gets_a_new_version_and_an_unused_one_does_not(world: World, sheet: Sheet) -> None:
    def change(sections: list[Any]) -> Sheet:
        return change_sheet(sheet, by=world.kimura, version=None, name=sheet.name, purpose="", sections=sections)

    change([SECTIONS[0]])
    assert list(SheetVersion.objects.filter(sheet=sheet).values_list("number", flat=True)) == [1]
    held = begin(sheet, by=world.sato, person=world.ada)
    change(SECTIONS)
    change(SECTIONS)
    assert [version.number for version in sheet.versions.order_by("number")] == [1, 2]
    assert len(held.sheet_version.questions) == 4


def test_names_are_one_each_edits_do_not_cross_and_only_leaders_edit(world: World, sheet: Sheet) -> None:
    with pytest.raises(SheetNameTaken):
        create_sheet(name=sheet.name, by=world.kimura)
    with pytest.raises(NotAllowed):
        create_sheet(name="別の", by=world.sato)
    with pytest.raises(StaleRecord):
        change_sheet(sheet, by=world.kimura, version=99, name="x", purpose="", sections=SECTIONS)


def test_a_retired_sheet_is_not_begun_until_it_is_back(world: World, sheet: Sheet) -> None:
    retire_sheet(sheet, by=world.kimura)
    sheet.refresh_from_db()
    with pytest.raises(SheetRetired):
        begin(sheet, by=world.sato, person=world.ada)
    assert begin(revive_sheet(sheet, by=world.kimura), by=world.sato, person=world.ada).company == world.acme
