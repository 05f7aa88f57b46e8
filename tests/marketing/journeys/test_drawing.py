"""Drawings: read, changed card by card, compiled to who follows whom, and checked."""

from typing import Any

import pytest
from tests.marketing.journeys.conftest import FORM, HAND, card, days

from ryorin.marketing.journeys.errors import CardGone, DrawingUnreadable, PlaceImpossible, TooManyCards
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.checking import Known, findings
from ryorin.marketing.journeys.rules.drawing import (
    MOST_CARDS,
    Drawing,
    Place,
    compiled,
    insert,
    move,
    new_card,
    place_of,
    read,
    remove,
    to_json,
)

HEADS = {"field": "job_title", "op": "contains", "value": "部長"}
KNOWN = Known(segments={1: "見込み客"}, messages={5: "お礼"}, members={7: "佐藤"})


def drawn(*cards: dict[str, Any], start: dict[str, Any] = FORM) -> Drawing:
    return read({"start": start, "cards": list(cards)})


def branch(*, yes: list[Any] | None = None, no: list[Any] | None = None, key: str = "b") -> dict[str, Any]:
    return card(
        key, "branch", [{"name": "部長", "condition": HEADS}, *(yes or [])], [{"name": "それ以外"}, *(no or [])]
    )


def problems(*cards: dict[str, Any], start: dict[str, Any] = FORM) -> list[tuple[str, str]]:
    return [(one.key, one.text) for one in findings(drawn(*cards, start=start), KNOWN) if one.blocks]


def test_a_drawing_written_and_read_is_the_same() -> None:
    drawing = drawn(days("a", 1), branch(yes=[days("c", 2)], no=[card("x", "exit")]))
    assert read(to_json(drawing)) == drawing


def test_arms_come_together_below_the_card() -> None:
    nodes = {one.key: one.arrows for one in compiled(drawn(branch(yes=[days("c", 2)]), days("d", 1)))}
    assert nodes == {"start": ("b",), "b": ("c", "d"), "c": ("d",), "d": ("",)}


def test_exits_and_jumps_lead_where_they_say() -> None:
    nodes = {one.key: one.arrows for one in compiled(drawn(days("a", 1), branch(yes=[card("g", "goto", to="a")])))}
    assert nodes["g"] == ("a",)
    assert nodes["b"] == ("g", "")


def test_a_card_is_put_moved_and_taken_away() -> None:
    drawing = drawn(days("a", 1), branch())
    drawing = insert(drawing, new_card(NodeKind.GOAL), Place("b.0", 0))
    goal = drawing.card("b").arms[0].cards[0]
    moved = move(drawing, goal.key, Place("root", 0))
    assert [one.key for one in moved.cards] == [goal.key, "a", "b"]
    assert place_of(moved, "a") == Place("root", 1)
    assert [one.key for one in remove(moved, "b").cards] == [goal.key, "a"]


def test_a_card_moved_down_its_own_list_lands_where_it_was_dropped() -> None:
    drawing = drawn(days("a", 1), days("c", 1), days("d", 1))
    assert [one.key for one in move(drawing, "a", Place("root", 2)).cards] == ["c", "a", "d"]


def test_a_card_cannot_be_moved_into_itself() -> None:
    with pytest.raises(PlaceImpossible):
        move(drawn(branch()), "b", Place("b.0", 0))
    with pytest.raises(CardGone):
        move(drawn(branch()), "nobody", Place("root", 0))
    with pytest.raises(CardGone):
        insert(drawn(branch()), new_card(NodeKind.EXIT), Place("b.9", 0))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"start": {"kind": "nonsense"}},
        {"cards": [{"key": "a", "kind": "start"}]},
        {"cards": [{"key": "A!", "kind": "exit"}]},
        {"cards": [{"key": "a", "kind": "exit"}, {"key": "a", "kind": "exit"}]},
        {"cards": [{"key": "a", "kind": "branch"}]},
        {"cards": [{"key": "a", "kind": "exit", "arms": [{}, {}]}]},
        {"cards": [{"key": "a", "kind": "exit", "config": {"name": "x" * 100_000}}]},
        {"cards": "many"},
    ],
)
def test_what_is_no_drawing_is_refused(data: object) -> None:
    with pytest.raises(DrawingUnreadable):
        read(data)


def test_a_drawing_has_only_so_many_cards() -> None:
    with pytest.raises((TooManyCards, DrawingUnreadable)):
        drawn(*(days(f"k{number}", 1) for number in range(MOST_CARDS + 1)))


def test_a_sound_drawing_has_no_findings() -> None:
    assert problems(days("a", 1), branch(yes=[card("m", "mail", message=5)], no=[card("x", "exit")])) == []


def test_findings_name_the_card_and_what_to_mend() -> None:
    found = problems(
        card("m", "mail"),
        card("n", "mail", message=99),
        card("t", "task", title="", owner=8, days=1),
        card("s", "split", [{"name": "A", "share": 60}], [{"name": "B", "share": 60}]),
        card("w", "wait", mode="for", amount=0, unit="days"),
        card("p", "score", points=0),
        card("f", "set_field", field="email", value="x"),
    )
    assert found == [
        ("m", "送るメッセージを選んでください。"),
        ("n", "メッセージがなくなりました。選び直してください。"),
        ("t", "することを入力してください。"),
        ("t", "担当を選び直してください。"),
        ("s", "割合の合計を100%にしてください。"),
        ("w", "待つ時間は1から730までです。"),
        ("p", "点は -1000 から 1000 までの、0でない整数です。"),
        ("f", "変える項目を選んでください。"),
    ]


def test_a_condition_that_names_a_field_or_segment_that_is_gone_is_told(db: None) -> None:
    gone = card(
        "b", "branch", [{"name": "古い", "condition": {"field": "shoe_size", "op": "filled"}}], [{"name": "他"}]
    )
    assert problems(gone)[0][0] == "b"
    left = card("b", "branch", [{"name": "古い", "condition": {"segment": 44, "in": True}}], [{"name": "他"}])
    assert "セグメント" in problems(left)[0][1]
    assert problems(card("x", "exit"), start={"kind": "segment", "segment": 44})[0][0] == "start"


def test_a_circle_without_waiting_is_told_and_one_with_waiting_is_fine() -> None:
    spin = problems(card("p", "score", points=1), branch(yes=[card("g", "goto", to="p")]))
    assert [key for key, text in spin if "回り続けます" in text] == ["g"]
    assert problems(days("a", 1), branch(yes=[card("g", "goto", to="a")])) == []
    until = card("a", "wait", mode="until", hour=9, minute=0)
    assert [key for key, text in problems(until, branch(yes=[card("g", "goto", to="a")])) if "回り" in text] == ["g"]


def test_cards_nobody_reaches_and_ways_without_an_end_are_told() -> None:
    assert ("a", "ここへは誰も来ません。前のカードで終わるか、別のカードへ進みます。") in problems(
        card("x", "exit"), days("a", 1)
    )
    endless = problems(days("a", 1), card("g", "goto", to="a"))
    assert ("start", "終わりに着く道がありません。") in endless
    assert [key for key, text in problems(card("g", "goto", to="zz")) if "進む先" in text] == ["g"]


def test_an_empty_journey_and_one_by_hand() -> None:
    assert problems() == [("start", "カードがありません。開始の下に、することを置いてください。")]
    advice = [one for one in findings(drawn(card("x", "exit"), start=HAND), KNOWN)]
    assert [one.blocks for one in advice] == [False]
