"""Questions put into SQL once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.lake.queries import answer, blank, bound, statements
from ryorin.workspace.members.models import Member

AFTER = {"start": datetime(2026, 1, 1, tzinfo=UTC)}


def newcomers() -> Any:
    changes = blank("stage_changes")
    changes = changes.filter(changes.at >= bound("start"))
    return changes.agg(count=changes.count())


def unasked() -> Any:
    raise AssertionError("the question was put a second time")


@pytest.mark.django_db
def test_a_question_is_put_once_and_sees_what_history_has_by_then(mei: Member) -> None:
    create_person(by=mei, family_name="安達", at=datetime(2026, 3, 1, tzinfo=UTC))
    catch_up()
    assert answer(("newcomers",), newcomers, AFTER) == [{"count": 1}]

    create_person(by=mei, family_name="佐伯", at=datetime(2026, 4, 1, tzinfo=UTC))
    catch_up()
    assert answer(("newcomers",), unasked, AFTER) == [{"count": 2}]
    assert answer(("newcomers",), unasked, {"start": datetime(2026, 3, 15, tzinfo=UTC)}) == [{"count": 1}]


@pytest.mark.django_db
def test_the_next_process_finds_the_question_in_the_data_folder(mei: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    create_person(by=mei, family_name="安達", at=datetime(2026, 3, 1, tzinfo=UTC))
    catch_up()
    answer(("newcomers of the folder",), newcomers, AFTER)
    monkeypatch.setattr(statements, "_statements", {})
    monkeypatch.setattr(statements, "_is_read", False)

    assert answer(("newcomers of the folder",), unasked, AFTER) == [{"count": 1}]
    monkeypatch.setattr(statements, "program", lambda: "another program")
    assert statements.kept() == {}
