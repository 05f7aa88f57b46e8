"""What a web page may tell the collector, asked through its real door."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.customers.timeline.rules import verdict_of
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.web.collect import door
from ryorin.web.collect.pages import script
from ryorin.web.collect.reading import HitRefused, rows_of
from ryorin.web.collect.writer import NotTaken, Writer

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


class Inline(Writer):
    """Writes in the thread of the test, inside its transaction."""

    def __init__(self) -> None:
        self.campaigns, self.campaigns_at = {}, -1e9

    def write(self, rows: list[dict[str, Any]]) -> None:
        self.commit(rows)


@pytest.fixture
def post(db, monkeypatch):
    monkeypatch.setattr(door, "writer", lambda: Inline())

    def send(data: Any, *, method: str = "POST", agent: str = CHROME, **environ: Any) -> tuple[str, dict, Any]:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        told = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told["status"], told["headers"] = status, dict(headers)

        parts = door.collect(
            {
                "REQUEST_METHOD": method,
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": io.BytesIO(body),
                "HTTP_USER_AGENT": agent,
                **environ,
            },
            start,
        )
        text = b"".join(parts)
        return told["status"][:3], told["headers"], json.loads(text) if text else None

    return send


def view(**more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "kind": "page_view", "visitor": "v-12345678", "url": "https://acme.example/", **more}


def test_a_page_view_is_in_the_inbox_when_it_is_answered(post):
    hit = view(title="料金", session="s-1", url="https://acme.example/pricing")

    assert post(hit)[0] == "202"

    row = InboxTouchpoint.objects.get()
    assert (str(row.uid), row.kind, row.visitor, row.verdict) == (hit["id"], "page_view", "v-12345678", "human")
    assert json.loads(row.properties) == {"url": hit["url"], "title": "料金", "session": "s-1"}
    assert abs(row.at - clock.now()) < timedelta(seconds=5)


def test_the_same_id_again_changes_nothing(post):
    hit = view()

    assert [post(hit)[0], post({"touchpoints": [hit, hit]})[0]] == ["202", "202"]
    assert InboxTouchpoint.objects.count() == 1


def test_the_campaign_in_the_address_is_named(post, mei):
    fair = create_campaign(by=mei, name="秋の展示会", code="fair-2026", channel="event")

    post(view(url="https://acme.example/?utm_campaign=fair-2026&utm_medium=qr"))

    assert InboxTouchpoint.objects.values_list("campaign_id", "channel").get() == (fair.pk, "event")


def test_a_machine_is_kept_as_a_machine(post):
    post(view(), agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")

    assert InboxTouchpoint.objects.get().verdict == "machine"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", "400"),
        (b"\xff\xfe\x00", "400"),
        (b"[" * 20_000, "400"),
        ([], "400"),
        ({"kind": "page_view"}, "400"),
        ({"id": "x", "kind": "page_view"}, "400"),
        ({"id": str(uuid4()), "kind": "page_view"}, "400"),
        ({"id": str(new_id()), "kind": "deal_won"}, "400"),
        ({"id": str(new_id()), "kind": "page_view", "visitor": "<script>"}, "400"),
        ({"id": str(new_id()), "kind": "page_view", "at": "2016-01-01T00:00:00Z"}, "400"),
        ({"id": str(new_id()), "kind": "page_view", "at": "2999-01-01T00:00:00Z"}, "400"),
        ({"touchpoints": [{"id": str(new_id()), "kind": "page_view"}] * 501}, "400"),
        (b" " * 70_000, "413"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason_and_nothing_is_kept(post, data, status):
    answered, _headers, content = post(data)

    assert answered == status
    assert content["error"]
    assert not InboxTouchpoint.objects.exists()


def test_one_wrong_touchpoint_refuses_the_whole_request_and_says_which(post):
    status, _headers, content = post({"touchpoints": [view(), view(kind="x")]})

    assert status == "400"
    assert "touchpoint 1" in content["error"]
    assert not InboxTouchpoint.objects.exists()


def test_only_post_is_taken(post):
    assert post(b"", method="GET")[0] == "405"


def test_only_our_own_sites_may_read_the_answer(post, settings):
    settings.SITES = ["https://www.acme.example"]

    ours = post(view(), HTTP_ORIGIN="https://www.acme.example")[1]
    theirs = post(view(), HTTP_ORIGIN="https://evil.example")[1]

    assert ours["Access-Control-Allow-Origin"] == "https://www.acme.example"
    assert "Access-Control-Allow-Origin" not in theirs


def test_while_the_database_fails_nothing_is_acknowledged(post, monkeypatch):
    class Broken:
        def write(self, rows: list[dict[str, Any]]) -> None:
            raise NotTaken("locked")

    monkeypatch.setattr(door, "writer", Broken)

    status, headers, _content = post(view())

    assert status == "503"
    assert headers["Retry-After"] == "5"


JSON = st.recursive(st.none() | st.text() | st.floats(), lambda part: st.lists(part) | st.dictionaries(st.text(), part))


@given(st.binary() | JSON.map(json.dumps).map(str.encode))
def test_any_body_is_either_read_or_refused(body):
    try:
        assert rows_of(body, user_agent="x", now=datetime(2026, 11, 22, tzinfo=UTC))
    except HitRefused as refusal:
        assert str(refusal)


def test_the_script_is_smaller_than_three_kilobytes_and_asks_nobody_else(client):
    answer = client.get("/r.js")

    assert answer.status_code == 200
    assert len(answer.content) < 3000
    assert b"http://" not in answer.content
    assert b"https://" not in answer.content
    assert client.get("/r.js", headers={"If-None-Match": script()[1]}).status_code == 304


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        (CHROME, "human"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "human",
        ),
        ("curl/8.0", "machine"),
        ("", "machine"),
        ("Mozilla/5.0 (X11; Linux x64) HeadlessChrome/130.0", "machine"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "machine"),
    ],
)
def test_people_and_machines_are_told_apart_by_their_agent(agent, verdict):
    assert verdict_of(agent) == verdict
