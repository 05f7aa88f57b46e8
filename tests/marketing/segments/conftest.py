"""A few people of Acme and what they do, at a standstill of the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.marketing.segments.actions import create_segment, follow_changes

NOON = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo
READERS: dict[str, Any] = {"did": "page_view", "times": {"gte": 2}, "within_days": 7}
HEADS: dict[str, Any] = {"field": "job_title", "op": "contains", "value": "部長"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    with clock.frozen(NOON) as moment:
        yield moment


@pytest.fixture
def acme(db: None) -> Company:
    return create_company(by=None, name="株式会社アクメ")


@pytest.fixture
def ada(acme: Company) -> Person:
    return create_person(by=None, family_name="安達", given_name="亜耶", company=acme, job_title="購買部長")


@pytest.fixture
def jun(acme: Company) -> Person:
    return create_person(by=None, family_name="岡", given_name="純", company=acme, job_title="主任")


@pytest.fixture
def segment_of(db: None) -> Callable[..., Segment]:
    def make(condition: dict[str, Any], name: str = "見込み客", **fields: Any) -> Segment:
        made = create_segment(by=None, name=name, condition=condition, **fields)
        follow_changes()
        made.refresh_from_db()
        return made

    return make


def view(person: Person | None, *, times: int = 1, ago: timedelta = timedelta(0), visitor: str = "") -> None:
    """Let somebody look at pages, and history know of it."""
    for number in range(times):
        at = clock.now() - ago - timedelta(seconds=number)
        record("page_view", source="collector", at=at, person_id=person.pk if person else None, visitor=visitor)
    catch_up()
