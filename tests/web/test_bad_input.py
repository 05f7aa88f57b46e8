"""Every route is sent nonsense: too large, too deep, too many, not text, not there, out of date. None may break."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.web.routes import address, routes
from tests.world import World

MEGABYTE = 1024 * 1024
LARGEST = 2**63 - 1
FORM = "application/x-www-form-urlencoded"
NAMES = (
    "name", "q", "f", "id", "ids", "pk", "version", "next", "sort", "before", "after", "page", "email", "owner",
    "stage", "kind", "amount", "at", "on", "condition", "columns", "field", "value", "postal_code", "period", "until",
)  # fmt: skip
NASTY = (
    "\0",
    "'\"><script>alert(1)</script>",
    "-1",
    "9" * 400,
    "NaN",
    "٣",
    "{{7*7}}",
    "%00",
    "[]",
    '{"all":[{}]}',
    "\ud800",
)

Body = tuple[bytes, str]
BODIES: dict[str, Callable[[], Body]] = {
    "ten megabytes of letters": lambda: (b"name=" + b"x" * (10 * MEGABYTE), FORM),
    "ten megabytes of noise": lambda: (bytes(range(256)) * (40 * 1024), "application/octet-stream"),
    "a million fields": lambda: (b"&".join(b"f%d=1" % number for number in range(1_000_000)), FORM),
    "deep JSON": lambda: (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "JSON that ends early": lambda: (b'{"name": "x', "application/json"),
    "JSON of another shape": lambda: (b'[null, {"touchpoints": 1}, 1e999]', "application/json"),
    "bytes that are no text": lambda: (b"name=\xff\xfe\xc3\x28&q=\x80&email=%FF%FE", FORM),
    "NUL bytes": lambda: ("&".join(f"{name}=%00" for name in NAMES).encode(), FORM),
    "an unknown character set": lambda: (b"name=x", f"{FORM}; charset=klingon"),
    "a broken multipart": lambda: (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "a multipart without a boundary": lambda: (b"--x--", "multipart/form-data"),
    "ids of nobody": lambda: ("&".join(f"{name}={LARGEST}" for name in NAMES).encode(), FORM),
    "ids beyond counting": lambda: ("&".join(f"{name}={'9' * 30}" for name in NAMES).encode(), FORM),
    "an old version": lambda: (b"version=0&name=x&family_name=x&title=x", FORM),
    "twice the same": lambda: (b"version=1&version=2&name=a&name=b&id=1&id=x", FORM),
}


OF_DATABASES = {"NUL bytes", "ids of nobody", "ids beyond counting", "an old version"}  # databases differ in these
UNKEPT = {"\0", "9" * 400, "\ud800"}
EVERY_LARGE = 8  # what is too large is refused before it reaches a page


def once(value: str) -> Any:
    """Return the parameter of a test that is not repeated on another database."""
    return pytest.param(value, marks=pytest.mark.once)


@pytest.fixture
def administrator(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.kimura)
    return client


@pytest.mark.parametrize("what", [name if name in OF_DATABASES else once(name) for name in BODIES])
def test_no_route_breaks_on(world: World, administrator: Client, what: str) -> None:
    body, kind = BODIES[what]()
    broken = [
        f"{path}: {answer.status_code}"
        for path, answer in each(world, administrator, body, kind, every=EVERY_LARGE if len(body) > MEGABYTE else 1)
        if answer.status_code >= 500
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("value", [value if value in UNKEPT else once(value) for value in NASTY], ids=range(len(NASTY)))
def test_no_page_breaks_on_nonsense_in_its_address(world: World, administrator: Client, value: str) -> None:
    query = {name: value.encode("utf-8", "surrogatepass") for name in NAMES}
    broken = []
    for path in addresses(world):
        answer = asked(administrator, path, query)
        if answer.status_code >= 500:
            broken.append(f"{path}: {answer.status_code}")
        elif "<script>alert(1)" in text_of(answer):
            broken.append(f"{path}: repeats a script")
    assert not broken, "\n".join(broken)


@pytest.mark.once
def test_no_form_breaks_on_nonsense_in_each_of_its_fields(world: World, administrator: Client) -> None:
    """The fields are those that the page itself shows."""
    broken = []
    for path in addresses(world):
        fields = set(re.findall(r'name="([\w-]+)"', text_of(asked(administrator, path, {}))))
        for value in NASTY:
            data = {name: value.encode("utf-8", "surrogatepass") for name in fields - {"csrfmiddlewaretoken"}}
            answer = sent(administrator, path, data=data)
            if answer.status_code >= 500:
                broken.append(f"{path} {value[:20]!r}: {answer.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("number", [0, LARGEST, LARGEST + 1, 10**40], ids=["none", "last", "beyond", "far beyond"])
def test_a_record_that_is_not_there_is_not_found(world: World, administrator: Client, number: int) -> None:
    wrong = []
    for route in routes():
        if "pk" not in route.parameters:
            continue
        others = {"name": "name", "person": number}
        values = {key: others.get(key, number) for key in route.parameters}
        try:
            path = reverse(route.name, kwargs=values)
        except NoReverseMatch:
            continue
        for answer in (asked(administrator, path, {}), sent(administrator, path, data={})):
            if answer.status_code not in (404, 405):
                wrong.append(f"{path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_text_in_a_path_is_not_found(administrator: Client) -> None:
    for path in ("/people/%00", "/people/%ff%fe", "/export/%00", "/pick/%ff", "/f/%00/", "/l/%ff", "/undo/%00"):
        assert administrator.get(path).status_code in (400, 404, 405), path


def test_a_refusal_of_what_is_too_large_says_so_quickly(world: World, administrator: Client) -> None:
    answer = administrator.post("/settings/teams/", data=b"name=" + b"x" * (10 * MEGABYTE), content_type=FORM)
    assert answer.status_code in (400, 413)


def test_a_json_client_gets_refusals_as_json(world: World, administrator: Client) -> None:
    answer = administrator.post(
        f"/settings/teams/{world.tokyo.pk}/delete/", headers={"Accept": "application/json"}, data={}
    )
    assert answer.status_code == 409
    assert json.loads(answer.content)["error"] == "TeamInUse"


def each(world: World, client: Client, body: bytes, kind: str, *, every: int) -> Iterator[tuple[str, HttpResponse]]:
    """Post the body as it is to every route, or every so many."""
    for path in addresses(world)[::every]:
        yield path, undone(partial(client.generic, "POST", path, body, content_type=kind), client)


def addresses(world: World) -> list[str]:
    return [address(route, world) for route in routes() if route.name != "account_logout"]


def asked(client: Client, path: str, query: dict[str, Any]) -> HttpResponse:
    return undone(lambda: client.get(path, query), client)


def sent(client: Client, path: str, **options: Any) -> HttpResponse:
    return undone(lambda: client.post(path, **options), client)


def undone(ask: Callable[[], HttpResponse], client: Client) -> HttpResponse:
    """Return the answer; what the request changed is taken back, and the session stays."""
    session = client.cookies["sessionid"].value
    undo = transaction.savepoint()
    answer = ask()
    transaction.savepoint_rollback(undo)
    client.cookies["sessionid"] = session
    return answer


def text_of(answer: HttpResponse) -> str:
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def test_an_address_that_only_takes_forms_tells_who_types_it_what_to_do(administrator: Client) -> None:
    answer = administrator.get(reverse("notifications_read"), headers={"Accept": "text/html"})
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "元のページのボタンから" in answer.content.decode()
    assert administrator.get(reverse("notifications_read"), headers={"Accept": "application/json"}).content == b""
