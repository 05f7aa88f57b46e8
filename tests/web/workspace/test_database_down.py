"""What people and monitors are told while the database cannot be reached."""

import pytest
from django.db import OperationalError
from django.test import Client
from tests.world import World


def unreachable(*_args: object, **_options: object) -> None:
    raise OperationalError("could not connect to server")


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_health_says_that_the_database_is_unreachable(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ryorin.web.health.duty_states", unreachable)
    answer = client.get("/health")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() == {"ok": False, "database": "unreachable: OperationalError"}


def test_a_page_is_put_off_when_its_query_fails(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(world.sato)
    monkeypatch.setattr("ryorin.web.workspace.notifications.inbox", unreachable)
    answer = client.get("/notifications/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "データベースに接続できません" in answer.content.decode()


def test_a_page_is_put_off_when_already_the_session_cannot_be_read(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(world.sato)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore._get_session_from_db", unreachable)
    answer = client.get("/notifications/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
