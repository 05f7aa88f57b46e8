"""Touchpoints over HTTP: each answered when it is durable, beside a server that only answers."""

import json
import os
import sys
from pathlib import Path
from uuid import UUID

from benchmarks.bench import Bench, connect, counted
from benchmarks.clocking import peak_memory
from benchmarks.knocking import Knocks, knock, request
from benchmarks.results import Bar, Result
from benchmarks.serving import environment, free_port, running, served

CONNECTIONS, TOGETHER = 64, 8
PATIENT = 16  # connections that wait for each answer, to see how long one takes
ROOT = Path(__file__).parents[2]


def collect(bench: Bench) -> list[Result]:
    from tempfile import TemporaryDirectory

    hits = requests(bench.scale.hits)
    few = requests(max(bench.scale.hits // 10, 500))
    with TemporaryDirectory(prefix="ryorin-bench-") as folder:
        home = bench.world.new_home(Path(folder) / "home")
        with served(home) as (port, pid), peak_memory(pid) as peak:
            knock(port, requests(500), connections=CONNECTIONS, together=1)
            many = knock(port, hits, connections=CONNECTIONS, together=TOGETHER)
            one_by_one = knock(port, few, connections=PATIENT, together=1)
        check(home, many, one_by_one, sent=500 + len(hits) + len(few))
    bare = bare_rate(hits)
    rate = len(hits) / many.seconds
    return [
        Result(
            work="touchpoints over HTTP, durable",
            size=counted(len(hits), "requests"),
            times=tuple(one_by_one.rounds),
            rate=rate,
            memory=peak.bytes,
            ratio=rate / bare,
            reference=f"bare server: {bare:,.0f}/s",
            bars=(Bar("rate", least=10_000), Bar("ratio", least=0.1)),
        )
    ]


def requests(number: int) -> list[bytes]:
    """Return page views as the script on a web site sends them, each with an id of its own."""
    from ryorin.lib.ids import new_id

    made = []
    for place in range(number):
        uid: UUID = new_id()
        hit = {
            "id": str(uid),
            "kind": "page_view",
            "visitor": f"visitor-{place % 5000}",
            "session": f"session-{place % 9000}",
            "url": f"https://www.hanazono.example/products/{place % 200}",
            "title": "製品のご案内",
            "referrer": "https://www.google.com/",
            "language": "ja",
            "width": 1440,
        }
        made.append(request("/collect", json.dumps(hit, ensure_ascii=False).encode()))
    return made


def check(home: Path, *knocks: Knocks, sent: int) -> None:
    """This function will raise unless every touchpoint was taken and is there."""
    refused = [status for one in knocks for status in one.statuses if status != "202"]
    held = connect(home / "ryorin.sqlite3").execute("SELECT count(*) FROM customers_timeline_inboxtouchpoint")
    found = held.fetchone()[0]
    if refused or found != sent:
        raise RuntimeError(
            f"{sent} touchpoints were sent, {found} are there, answers: {[one.statuses for one in knocks]}"
        )


def bare_rate(hits: list[bytes]) -> float:
    """Return how many of the same requests a second the same client brings to a server that does nothing."""
    port = free_port()
    env = environment(Path(os.devnull)) | {"PYTHONPATH": str(ROOT)}
    with running([sys.executable, "-m", "benchmarks.bare_server", str(port)], env, port=port):
        knock(port, hits[:500], connections=CONNECTIONS, together=1)
        return len(hits) / knock(port, hits, connections=CONNECTIONS, together=TOGETHER).seconds
