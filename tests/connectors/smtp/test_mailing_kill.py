"""kill -9 of two workers in mid mailing: everybody not suppressed is mailed, nobody twice, what is unknown is told.

RYORIN_KILLS says how often (3 where it is not set), RYORIN_SEED at which moments.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.connectors.smtp.sink import free_port
from tests.jobs.conftest import Installation, eventually, installation, make_installation, prepared

__all__ = ["installation", "make_installation", "prepared"]

KILLS = int(os.environ.get("RYORIN_KILLS", "3"))
SEED = int(os.environ.get("RYORIN_SEED", "1"))
PEOPLE = 10_000 if KILLS >= 20 else 500 * KILLS
REFUSED = 50
CONNECTIONS = 3
SECONDS_PER_KILL = 4
ROOT = Path(__file__).parents[3]
SET_UP = """
import django, sys; django.setup()
from tests.connectors.smtp.kill_world import build
build(port=int(sys.argv[1]), people=int(sys.argv[2]), refused=int(sys.argv[3]), connections=int(sys.argv[4]),
      per_minute=int(sys.argv[5]))
"""
STATES = "SELECT state, count(*) FROM marketing_mailings_recipient GROUP BY state"


class Worker:
    """A `ryorin worker` with all its children in one process group, which dies as a whole."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.start()

    def start(self) -> None:
        with self.place.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ryorin", "worker"],
                env=self.place.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()


def states(place: Installation) -> dict[str, int]:
    with sqlite3.connect(place.home / "ryorin.sqlite3", timeout=30) as database:
        return dict(database.execute(STATES).fetchall())


def gone(place: Installation) -> int:
    counts = states(place)
    return counts.get("sent", 0) + counts.get("uncertain", 0)


def addresses(place: Installation, state: str) -> dict[str, str]:
    query = "SELECT address, message_uid FROM marketing_mailings_recipient WHERE state = ?"
    with sqlite3.connect(place.home / "ryorin.sqlite3", timeout=30) as database:
        return dict(database.execute(query, (state,)).fetchall())


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.once
def test_killed_at_any_moment_everybody_is_mailed_and_nobody_twice(installation: Installation, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "took.log"
    environment = installation.environment | {
        "DJANGO_SETTINGS_MODULE": "ryorin.config.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.connectors.smtp.sink", str(port), str(log)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert sink.stdout is not None and b"ready" in sink.stdout.readline()
    per_minute = max(60, PEOPLE * 60 // (KILLS * SECONDS_PER_KILL))  # slow enough to be killed in the middle
    numbers = [port, PEOPLE, REFUSED, CONNECTIONS, per_minute]
    made = subprocess.run(
        [sys.executable, "-c", SET_UP, *map(str, numbers)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    workers = [Worker(installation), Worker(installation)]
    dice = random.Random(SEED)
    try:
        assert eventually(lambda: states(installation).get("sent", 0) > 20, seconds=120), installation.said.read_text()
        for number in range(KILLS):
            before = gone(installation)
            assert eventually(lambda: gone(installation) > before, seconds=120), installation.said.read_text()  # noqa: B023
            time.sleep(dice.uniform(0.0, 1.5))
            victim = workers[number % 2]
            victim.kill()
            print(f"kill {number + 1}: {states(installation)}", flush=True)
            time.sleep(dice.uniform(0.0, 0.5))
            victim.start()
        done = lambda: not {"waiting", "leased"} & set(states(installation))  # noqa: E731
        assert eventually(done, seconds=600), f"{states(installation)}\n{installation.said.read_text()[-4000:]}"
    finally:
        for worker in workers:
            worker.stop()
        sink.kill()
        sink.wait()
    everybody_once(installation, log)


def everybody_once(place: Installation, log: Path) -> None:
    took = [line.split("\t")[:2] for line in log.read_text().splitlines()]
    by_address = Counter(address for address, _message_id in took)
    counts = states(place)
    sent, uncertain = addresses(place, "sent"), addresses(place, "uncertain")
    print(json.dumps({"states": counts, "taken by the server": len(took), "kills": KILLS, "people": PEOPLE}))

    assert counts.get("suppressed", 0) == REFUSED
    assert counts.get("sent", 0) + counts.get("uncertain", 0) == PEOPLE
    assert counts.get("uncertain", 0) <= KILLS * CONNECTIONS
    assert [address for address, times in by_address.items() if times > 1] == []
    assert set(sent) <= set(by_address)
    assert set(by_address) <= set(sent) | set(uncertain)
    assert not any(address.startswith("refused") for address in by_address)
    assert {address: message_id for address, message_id in took} == {
        address: (sent | uncertain)[address] for address in by_address
    }
