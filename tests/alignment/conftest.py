"""Ada buys at Acme; Mei markets; Sato and Tanaka sell in one team that Ono leads."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ryorin.alignment.handoffs.actions import create_routing_rule, prepare_defaults
from ryorin.alignment.handoffs.models import HowToRoute, RoutingRule, SendBackReason
from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person, set_scores
from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member, Role, Team

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo


@pytest.fixture
def east(db: None) -> Team:
    return Team.objects.create(name="営業一課")


@pytest.fixture
def sato(east: Team) -> Member:
    fields = {"family_name": "佐藤", "given_name": "健", "role": Role.SALES, "team": east}
    return Member.objects.create_user("sato@ryorin.example", **fields)


@pytest.fixture
def tanaka(east: Team) -> Member:
    fields = {"family_name": "田中", "given_name": "舞", "role": Role.SALES, "team": east}
    return Member.objects.create_user("tanaka@ryorin.example", **fields)


@pytest.fixture
def ono(east: Team) -> Member:
    fields = {"family_name": "小野", "given_name": "学", "role": Role.MANAGER, "team": east}
    return Member.objects.create_user("ono@ryorin.example", **fields)


@pytest.fixture
def axle(db: None) -> None:
    prepare_defaults()


@pytest.fixture
def no_budget(axle: None) -> SendBackReason:
    return SendBackReason.objects.get(name="予算なし")


@pytest.fixture
def in_turn(axle: None, east: Team) -> RoutingRule:
    return create_routing_rule(name="東日本", how=HowToRoute.ROUND_ROBIN, team=east, condition={}, hours=3, by=None)


@pytest.fixture
def acme(db: None) -> Company:
    return create_company(by=None, name="株式会社アクメ")


@pytest.fixture
def ada(acme: Company) -> Person:
    return create_person(
        by=None,
        family_name="安達",
        given_name="亜耶",
        email="ada@acme.example",
        company=acme,
        source_channel="exhibition",
        source_campaign_id=7,
        at=MONDAY,
    )


@pytest.fixture
def make_ready() -> Callable[..., Person]:
    def make(person: Person, *, score: int = 60, **_more: Any) -> Person:
        set_scores([(person.pk, score, [{"label": "料金ページを3回以上閲覧", "points": score}], True)])
        return Person.objects.get(pk=person.pk)

    return make
