"""What the search box finds of every kind of record."""

import pytest

from ryorin.workspace.search.actions import index
from ryorin.workspace.search.queries import find_each

pytestmark = pytest.mark.django_db


def test_a_kind_with_many_matches_does_not_crowd_out_the_others() -> None:
    index("person", [(number, "田中") for number in range(101, 141)])
    index("company", [(1, "田中商店"), (2, "田中工業")])
    found = find_each("田中", limit=3)
    assert found["person"] == [140, 139, 138]
    assert found["company"] == [2, 1]
    assert found["deal"] == []


def test_nothing_asked_finds_nothing() -> None:
    assert not any(find_each("", limit=3).values())
