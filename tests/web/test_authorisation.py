"""Every route against every kind of person, by GET and by POST; who may do what stands in access.txt."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from tests.web.routes import Route, address, routes, sent
from tests.world import World

LEADERS = {"manager", "administrator"}
MEMBERS = LEADERS | {"other team", "read only", "sales", "marketer"}
GROUPS = {
    "anyone": MEMBERS | {"stranger"},
    "all": MEMBERS,
    "workers": MEMBERS - {"read only"},
    "sellers": LEADERS | {"other team", "sales"},
    "marketers": LEADERS | {"marketer"},
    "leaders": LEADERS,
    "administrators": {"administrator"},
    "sato": {"sales"},
    "sato+leaders": LEADERS | {"sales"},
    "nothing": set(),
}
IN, SIGN_IN, REFUSED, NOT_FOUND, NO_METHOD, FAILED = "in", "to sign in", "refused", "not found", "no method", "FAILED"


@dataclass(frozen=True)
class Access:
    """Who gets in by one method; None: there is no such method."""

    who: frozenset[str] | None
    is_theirs: bool = False
    is_nothing: bool = False

    def expected(self, person: str) -> set[str]:
        """Return the outcomes that are right for this kind of person."""
        if person == "stranger":
            return {SIGN_IN, NO_METHOD} if self.who is None else {IN} if "stranger" in self.who else {SIGN_IN}
        if self.who is None:
            return {NO_METHOD}
        if self.is_nothing:
            return {NOT_FOUND}
        if self.is_theirs and person == "other team":
            return {NOT_FOUND}
        if person in self.who:
            return {IN}
        return {REFUSED, NOT_FOUND} if self.is_theirs else {REFUSED}


def access() -> dict[str, dict[str, Access]]:
    """Return what access.txt says, by route and method."""
    lines = Path(__file__).with_name("access.txt").read_text(encoding="utf-8").splitlines()
    table = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, get, post = line[:29].strip(), line[29:49].strip(), line[49:].strip()
            table[name] = {"get": said(get), "post": said(post)}
    return table


def said(words: str) -> Access:
    group, _space, theirs = words.partition(" ")
    who = None if group == "-" else frozenset(GROUPS[group])
    return Access(who, is_theirs=theirs == "theirs", is_nothing=group == "nothing")


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    names = [route.name for route in routes()]
    assert all(names), "a route without a name cannot be looked up"
    assert sorted(access()) == sorted(set(names))


@pytest.mark.parametrize("person", ["stranger", *sorted(MEMBERS)])
def test_who_gets_in_where(world: World, person: str) -> None:
    client = Client(raise_request_exception=False)
    if person != "stranger":
        client.force_login(world.members[person])
    found = [
        f"{method.upper():4} {route.name}: {outcome}, but should be {' or '.join(sorted(right))}"
        for route, method, right, outcome in outcomes(client, world, person)
        if outcome not in right
    ]
    assert not found, f"{person}:\n" + "\n".join(found)


def outcomes(client: Client, world: World, person: str) -> Iterator[tuple[Route, str, set[str], str]]:
    """Ask for everything; what one request changes is undone before the next."""
    session = client.cookies["sessionid"].value if "sessionid" in client.cookies else ""
    table = access()
    addresses = {route: address(route, world) for route in routes()}
    for route, path in addresses.items():
        for method in ("get", "post"):
            client.cookies["sessionid"] = session
            undo = transaction.savepoint()
            answer = getattr(client, method)(path, sent(route, method, world))
            transaction.savepoint_rollback(undo)
            yield route, method, table[route.name][method].expected(person), outcome_of(answer)


def outcome_of(answer: HttpResponse) -> str:
    if answer.status_code == 401 or "/accounts/login/" in answer.get("Location", ""):
        return SIGN_IN
    kinds = {403: REFUSED, 404: NOT_FOUND, 405: NO_METHOD}
    return FAILED if answer.status_code >= 500 else kinds.get(answer.status_code, IN)
