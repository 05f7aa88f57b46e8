"""kill -9 of web and worker while visitors come and a file is imported: what was acknowledged is there, once.

RYORIN_KILLS says how often (3 where it is not set), RYORIN_SEED at which moments.
"""

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.conftest import Installation, eventually, is_healthy

from ryorin.lib.ids import new_id

KILLS = int(os.environ.get("RYORIN_KILLS", "3"))
SEED = int(os.environ.get("RYORIN_SEED", "1"))
LINES = 4_000 * KILLS
SENDERS = 4
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
ASK_FOR_IMPORT = """
import django, sys; django.setup()
from pathlib import Path
from ryorin.connectors.csv.actions import start_import
start_import("people", Path(sys.argv[1]), by=None)
"""
HISTORY = """
import django, json; django.setup()
from ryorin.insight.lake.queries import sql
rows = sql("SELECT uid, source, person_id FROM {touchpoints}", "touchpoints").fetchall()
print(json.dumps([[str(uid), source, person] for uid, source, person in rows]))
"""
IMPORTED = {
    "people": "SELECT count(*), count(DISTINCT external_key) FROM customers_people_person",
    "told": "SELECT count(*), count(DISTINCT record_id) FROM workspace_audit_auditentry"
    " WHERE action = 'person_created'",
    "counted": "SELECT created, rows FROM connectors_csv_importrun",
}


class Program:
    """A `ryorin` command with all its children in one process group, which dies as a whole."""

    def __init__(self, installation: Installation, *command: str) -> None:
        self.installation, self.command = installation, command
        self.start()

    def start(self) -> None:
        with self.installation.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ryorin", *self.command],
                env=self.installation.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)


class Visitors(threading.Thread):
    """Sends touchpoints under ids of its own, again until they are acknowledged, as the script on a page does."""

    def __init__(self, port: int, *, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.dice = port, random.Random(seed)
        self.leaving = threading.Event()
        self.acknowledged: list[str] = []
        self.unanswered = self.refused = 0

    def run(self) -> None:
        while not self.leaving.is_set():
            views = [self.view() for _view in range(self.dice.randint(1, 5))]
            while not self.take(views) and not self.leaving.is_set():
                time.sleep(0.1)
            if self.dice.random() < 0.1:
                self.take(views)
            time.sleep(0.02)

    def take(self, views: list[dict[str, Any]]) -> bool:
        """Return whether the views were acknowledged, and remember them if so."""
        try:
            status = self.send({"touchpoints": views})
        except (OSError, http.client.HTTPException):
            self.unanswered += 1
            return False
        if status != 202:
            self.refused += status != 503
            return False
        self.acknowledged += [view["id"] for view in views]
        return True

    def send(self, content: dict[str, Any]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/collect", json.dumps(content), {"User-Agent": CHROME})
            return connection.getresponse().status
        finally:
            connection.close()

    def view(self) -> dict[str, Any]:
        page = self.dice.choice(["", "pricing", "contact"])
        visitor = f"visitor-{self.dice.randrange(200)}"
        return {"id": str(new_id()), "kind": "page_view", "visitor": visitor, "url": f"https://acme.example/{page}"}


def people(file: Path) -> Path:
    lines = (f"K{number},佐藤,{number},p{number}@acme.example,アクメ{number % 50}\n" for number in range(LINES))
    file.write_text("外部ID,姓,名,メールアドレス,会社名\n" + "".join(lines), encoding="utf-8")
    return file


def asked(installation: Installation, script: str, *arguments: str) -> str:
    environment = installation.environment | {"DJANGO_SETTINGS_MODULE": "ryorin.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(installation: Installation, query: str) -> Any:
    with sqlite3.connect(installation.home / "ryorin.sqlite3", timeout=30) as database:
        return database.execute(query).fetchone()


def state_of_import(installation: Installation) -> str:
    (state,) = rows(installation, "SELECT state FROM connectors_csv_importrun")
    return str(state)


def wait_until_ready(installation: Installation, *, port: int, workers: int) -> None:
    """This function will wait until the web answers and that many workers have said, since the beginning, they are."""
    assert eventually(lambda: is_healthy(port), seconds=90), installation.said.read_text()
    assert eventually(lambda: workers_ready(installation) >= workers, seconds=90), installation.said.read_text()


def workers_ready(installation: Installation) -> int:
    return installation.said.read_text().count("worker ready")


def kill_again_and_again(web: Program, worker: Program, installation: Installation, *, port: int) -> None:
    dice = random.Random(SEED)
    victims = [(web, worker)[number % 2] for number in range(KILLS)]
    dice.shuffle(victims)
    for number, victim in enumerate(victims, start=1):
        time.sleep(dice.uniform(0.5, 4.0))
        assert victim.process.poll() is None, installation.said.read_text()
        (line,) = rows(installation, "SELECT lines_done FROM connectors_csv_importrun")
        print(f"kill {number}: {victim.command[0]}, the import at line {line:,}", flush=True)
        victim.kill()
        time.sleep(dice.uniform(0.0, 0.5))
        begun = workers_ready(installation)
        victim.start()
        wait_until_ready(installation, port=port, workers=begun + (victim is worker))


@pytest.mark.slow
@pytest.mark.processes
def test_killed_at_any_moment_nothing_acknowledged_is_missing_and_nothing_is_there_twice(
    installation: Installation, free_port: int, tmp_path: Path
) -> None:
    web = Program(installation, "serve", "--address", f"127.0.0.1:{free_port}")
    worker = Program(installation, "worker")
    senders = [Visitors(free_port, seed=number) for number in range(SENDERS)]
    try:
        wait_until_ready(installation, port=free_port, workers=1)
        asked(installation, ASK_FOR_IMPORT, str(people(tmp_path / "people.csv")))
        for sender in senders:
            sender.start()
        kill_again_and_again(web, worker, installation, port=free_port)
        assert eventually(lambda: state_of_import(installation) == "done", seconds=300), installation.said.read_text()
        for sender in senders:
            sender.leaving.set()
        for sender in senders:
            sender.join(60)
        assert [web.stop(), worker.stop()] == [0, 0]
    finally:
        for program in (web, worker):
            if program.process.poll() is None:
                program.kill()
    everything_is_there_once(installation, senders)


def everything_is_there_once(installation: Installation, senders: list[Visitors]) -> None:
    acknowledged = {uid for sender in senders for uid in sender.acknowledged}
    unanswered = sum(sender.unanswered for sender in senders)
    caught_up = installation.answer("lake", "drain")
    history = json.loads(asked(installation, HISTORY))
    uids = [uid for uid, _source, _person in history]
    imported = [person for _uid, source, person in history if source == "import:1"]
    print(f"{len(acknowledged):,} touchpoints acknowledged, {unanswered:,} requests died, {caught_up}")
    print(f"{len(uids):,} touchpoints in history, {LINES:,} lines imported, {KILLS} kills")

    assert len(acknowledged) > 100
    assert sum(sender.refused for sender in senders) == 0
    assert len(uids) == len(set(uids))
    assert acknowledged <= set(uids)
    assert len(imported) == len(set(imported)) == LINES
    assert {name: rows(installation, query) for name, query in IMPORTED.items()} == {
        name: (LINES, LINES) for name in IMPORTED
    }
    assert rows(installation, "SELECT count(*) FROM connectors_csv_importreject") == (0,)
    assert installation.answer("lake", "verify")["ok"]
    assert installation.answer("audit", "verify")["ok"]
