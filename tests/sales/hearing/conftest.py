"""Sato asks Ada at Acme with a sheet of every type of question."""

from typing import Any
from uuid import uuid4

import pytest
from tests.world import World

from ryorin.sales.hearing.actions import create_sheet, save_answer, start_hearing
from ryorin.sales.hearing.models import Answer, Hearing, Sheet
from ryorin.workspace.members.models import Member


def question(key: str, type: str, /, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": f"質問{key}", "type": type, **more}


def after(key: str, op: str = "answered", value: str = "") -> dict[str, str]:
    return {"question": key, "op": op, "value": value}


SECTIONS = [
    {
        "title": "お困りごと",
        "script": "はじめに伺います。",
        "questions": [
            question("needs", "need", kind="problem", area="検査装置"),
            question("rival", "yes"),
            question("rival_name", "text", maps_to="competitor", when=after("rival", "is", "yes")),
            question("rival_good", "long", when=after("rival_name")),
        ],
    },
    {
        "title": "条件",
        "script": "",
        "questions": [
            question("budget", "money", maps_to="budget", required=True),
            question("when", "date", maps_to="expected_close_on"),
            question("who", "authority"),
            question("steps", "several", choices=["計画", "在庫", "品質"]),
            question("size", "number"),
            question("mood", "scale"),
            question("plan", "one", choices=["すぐ", "来年"]),
        ],
    },
]


@pytest.fixture
def sheet(world: World) -> Sheet:
    return create_sheet(name="検査の聞き取り", by=world.kimura, sections=SECTIONS)


@pytest.fixture
def hearing(world: World, sheet: Sheet) -> Hearing:
    return start_hearing(sheet, by=world.sato, deal=world.deal)


def say(hearing: Hearing, key: str, raw: Any, *, by: Member | None, version: int = 0) -> Answer | None:
    """This function will save an answer the way a page does."""
    return save_answer(hearing, key, raw, by=by, version=version, client_id=uuid4())
