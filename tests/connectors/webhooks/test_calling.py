"""Calls to other systems, over a real connection to a server on this machine."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from ryorin.connectors.webhooks.actions import make_calls
from ryorin.connectors.webhooks.calling import CallRefused, call
from ryorin.connectors.webhooks.rules import MOST_FAILURES, WAITS, is_public
from ryorin.lib import clock
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member
from ryorin.workspace.webhooks.actions import call_again, change_webhook, create_webhook, queue_calls
from ryorin.workspace.webhooks.errors import AddressRefused
from ryorin.workspace.webhooks.models import CallState, Webhook, WebhookCall


class Receiver(BaseHTTPRequestHandler):
    """Answers as its server is told, and keeps what it was sent."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.received.append((dict(self.headers), body))
        if server.stalls:
            time.sleep(server.stalls)
        self.send_response(server.code)
        for name, value in server.more.items():
            self.send_header(name, value)
        self.end_headers()
        for _part in range(server.parts):
            self.wfile.write(b"x" * 1024)

    def log_message(self, *_parts: Any) -> None:
        pass


@pytest.fixture
def server(settings: Settings) -> Iterator[Any]:
    settings.WEBHOOKS_MAY_CALL_OWN_MACHINE = True
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    made.received, made.code, made.more, made.parts, made.stalls = [], 200, {}, 0, 0
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def url_of(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_port}/in?from=ryorin"


@pytest.fixture
def hook(server: Any, kimura: Member) -> tuple[Webhook, str]:
    return create_webhook(name="基幹システム", url=url_of(server), by=kimura)


def test_a_call_arrives_signed_and_is_made_once(server: Any, hook: tuple[Webhook, str]) -> None:
    webhook, secret = hook
    queue_calls(webhook, [("journey:1:2", '{"person": "安達"}'), ("journey:1:2", '{"person": "again"}')])
    assert make_calls() == 1
    headers, body = server.received[0]
    assert json.loads(body) == {"person": "安達"}
    expected = hmac.new(secret.encode(), headers["Ryorin-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["Ryorin-Signature"] == f"sha256={expected.hexdigest()}"
    assert headers["Ryorin-Delivery"] == "journey:1:2"
    assert make_calls() == 0
    assert WebhookCall.objects.get().state == CallState.DONE


def test_a_call_that_is_not_taken_is_tried_again_later_and_given_up_after_days(
    server: Any, hook: tuple[Webhook, str], kimura: Member
) -> None:
    server.code = 500
    queue_calls(hook[0], [("k", "{}")])
    now = clock.now()
    for wait in [timedelta(0), *WAITS]:
        now += wait
        with clock.frozen(now):
            assert make_calls() == 1
            assert make_calls() == 0
    row = WebhookCall.objects.get()
    assert (row.state, row.code, row.tries) == (CallState.FAILED, 500, len(WAITS) + 1)
    server.code = 204
    call_again(row, by=kimura)
    with clock.frozen(now + timedelta(minutes=1)):
        make_calls()
    row.refresh_from_db()
    assert row.state == CallState.DONE


def test_redirects_are_not_followed(server: Any, hook: tuple[Webhook, str]) -> None:
    server.code, server.more = 302, {"Location": "http://169.254.169.254/latest"}
    queue_calls(hook[0], [("k", "{}")])
    make_calls()
    assert WebhookCall.objects.get().code == 302
    assert len(server.received) == 1


def test_only_the_beginning_of_a_long_answer_is_read(server: Any, hook: tuple[Webhook, str]) -> None:
    server.parts = 2_000
    queue_calls(hook[0], [("k", "{}")])
    make_calls()
    row = WebhookCall.objects.get()
    assert (row.state, len(row.answer)) == (CallState.DONE, 300)


def test_a_call_takes_no_longer_than_it_may(server: Any) -> None:
    server.stalls = 5
    began = time.monotonic()
    with pytest.raises(OSError):
        call(url_of(server), b"{}", {}, seconds=0.5)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1",
        "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255",
        "nonsense",
    ],
)  # fmt: skip
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_public_address_is_public() -> None:
    assert is_public("203.0.114.9")
    assert is_public("2606:4700:4700::1111")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_called(host: str) -> None:
    with pytest.raises((CallRefused, OSError)):
        call(f"http://{host}:9/", b"{}", {}, seconds=1)


def test_who_never_takes_a_call_is_switched_off(server: Any, hook: tuple[Webhook, str], kimura: Member) -> None:
    server.code = 410
    queue_calls(hook[0], [(f"k{number}", "{}") for number in range(MOST_FAILURES)])
    make_calls()
    webhook = Webhook.objects.get()
    assert not webhook.is_active
    assert make_calls() == 0
    change_webhook(webhook, name=webhook.name, url=webhook.url, is_active=True, by=kimura, version=None)
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.failures) == (True, 0)


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "javascript:alert(1)", "https://", "https://me:pw@a.example/"])
def test_what_is_no_address_is_refused(kimura: Member, url: str) -> None:
    with pytest.raises(AddressRefused):
        create_webhook(name="x", url=url, by=kimura)


def test_only_administrators_keep_addresses(mei: Member) -> None:
    with pytest.raises(NotAllowed):
        create_webhook(name="x", url="https://a.example/", by=mei)
