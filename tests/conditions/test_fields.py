"""Record types: which fields there are, and for whom."""

from dataclasses import replace

import pytest

from ryorin.conditions.errors import UnknownField
from ryorin.conditions.fields import Field, RecordType, Type

NAME = Field(name="name", label="会社名", type=Type.TEXT, path="company__name", required=True)
MARGIN = Field(name="margin", label="粗利", type=Type.MONEY, sees=frozenset({"manager"}), column=None)
SCORE = Field(name="score", label="スコア", type=Type.NUMBER, writes=frozenset())
STAGE = Field(name="stage", label="段階", type=Type.CHOICE, choices=lambda: [("won", "受注"), ("lost", "失注")])
DEAL = RecordType(name="deal", label="商談", plural="deals", table="deals", fields=(NAME, MARGIN, SCORE, STAGE))


def names(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields]


def test_path_and_column_are_the_name_unless_given() -> None:
    assert (SCORE.path, SCORE.column) == ("score", "score")
    assert (NAME.path, NAME.column) == ("company__name", "name")
    assert MARGIN.column is None


def test_choices_may_be_asked_for_when_needed() -> None:
    assert STAGE.options() == (("won", "受注"), ("lost", "失注"))


def test_a_role_sees_and_writes_its_fields_only() -> None:
    assert names(DEAL.fields_for("sales")) == ["name", "score", "stage"]
    assert names(DEAL.fields_for("manager")) == ["name", "margin", "score", "stage"]
    assert names(DEAL.writable_for("sales")) == ["name", "stage"]
    assert names(DEAL.writable_for("manager")) == ["name", "margin", "stage"]
    assert SCORE.is_computed and not NAME.is_computed
    assert "margin" not in DEAL.seen_by("sales")


def test_more_fields_can_be_added_at_run_time() -> None:
    colour = Field(name="colour", label="色", type=Type.TEXT)
    assert DEAL.with_fields([colour]).field("colour") is colour
    assert "colour" not in DEAL


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(UnknownField, match="「shoe_size」という項目はありません"):
        DEAL.field("shoe_size")


def test_two_fields_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        replace(DEAL, fields=(NAME, NAME))
