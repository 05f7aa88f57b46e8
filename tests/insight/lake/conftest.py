"""A world of a few people, and touchpoints about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.lib import clock

NOON = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


@pytest.fixture
def someone() -> Callable[..., Person]:
    def make(name: str = "田中", **fields: Any) -> Person:
        now = clock.now()
        return Person.objects.create(family_name=name, stage_at=now, created_at=now, updated_at=now, **fields)

    return make


@pytest.fixture
def known_as() -> Callable[[str, Person], Identity]:
    def make(visitor: str, person: Person) -> Identity:
        now = clock.now()
        return Identity.objects.create(visitor=visitor, person=person, since=now, why="form_submitted", updated_at=now)

    return make


@pytest.fixture
def views() -> Callable[..., list[str]]:
    """Writes page views an hour apart into the inbox and returns their ids."""

    def make(count: int, *, start: datetime = NOON, **fields: Any) -> list[str]:
        moments = [start + timedelta(hours=hour) for hour in range(count)]
        touchpoints = [Touchpoint(kind="page_view", source="test", at=at, **fields) for at in moments]
        return [str(uid) for uid in record_many(touchpoints)]

    return make
