"""Sato (担当) reports to Ono (課長), Ono to Hoshi (部長), Hoshi to Mori (役員); Tanaka sits beside Sato."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ryorin.workspace.approvals.actions import create_route, request
from ryorin.workspace.approvals.models import Approval, Quorum, Route, Who
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.models import Level, Member, Role, Team

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
Ask = Callable[..., Approval]


@pytest.fixture
def east(db: None) -> Team:
    return Team.objects.create(name="営業一課")


@pytest.fixture
def mori(db: None) -> Member:
    return known("mori", "森", Level.EXECUTIVE, Role.MANAGER)


@pytest.fixture
def hoshi(mori: Member) -> Member:
    return known("hoshi", "星", Level.DEPARTMENT_HEAD, Role.MANAGER, superior=mori)


@pytest.fixture
def ono(hoshi: Member, east: Team) -> Member:
    ono = known("ono", "小野", Level.SECTION_HEAD, Role.SALES, superior=hoshi, team=east)
    Team.objects.filter(pk=east.pk).update(head=ono)
    return ono


@pytest.fixture
def sato(ono: Member, east: Team) -> Member:
    east.refresh_from_db()
    return known("sato", "佐藤", Level.STAFF, Role.SALES, team=east)


@pytest.fixture
def tanaka(east: Team) -> Member:
    return known("tanaka", "田中", Level.STAFF, Role.SALES, team=east)


@pytest.fixture
def two_steps(ono: Member, hoshi: Member) -> Route:
    """Over a million: the superior, then the nearest 部長 or above, each within four business hours."""
    return create_route(
        "petition",
        name="100万円以上",
        condition={"field": "amount", "op": "gte", "value": 1_000_000},
        stages=[
            Stage(who=Who.SUPERIOR, hours=4),
            Stage(who=Who.LEVEL, level=Level.DEPARTMENT_HEAD, hours=8, quorum=Quorum.ANY),
        ],
        by=None,
    )


@pytest.fixture
def ask(sato: Member) -> Ask:
    """Call to let Sato ask for something; by default for 1,200,000 yen."""

    def ask(subject_id: int = 1, *, by: Member | None = None, digest: str = "d1", **facts: Any) -> Approval:
        facts = {"amount": 1_200_000, "category": "purchase"} | facts
        url = f"/petitions/{subject_id}/"
        asker = by or sato
        found = request(
            "petition",
            subject_id,
            title="カメラの購入",
            url=url,
            facts=facts,
            digest=digest,
            by=asker,
            note="年度内に必要",
        )
        assert found is not None
        return found

    return ask


def known(name: str, family_name: str, level: Level, role: Role, **fields: Any) -> Member:
    email = f"{name}@ryorin.example"
    return Member.objects.create_user(email, family_name=family_name, level=level, role=role, **fields)
