"""An import killed at any moment goes on where it stopped: no line twice, none missing."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

LINES = 40_000
KILLS = 5
SCRIPT = """
import django; django.setup()
from pathlib import Path
from ryorin.connectors.csv.actions import run_waiting, start_import
from ryorin.connectors.csv.models import ImportRun
if not ImportRun.objects.exists():
    start_import("people", Path({file!r}), by=None)
run_waiting()
"""
COUNTS = {
    "people": "SELECT count(*), count(DISTINCT external_key) FROM customers_people_person",
    "touchpoints": "SELECT count(*), count(DISTINCT person_id) FROM customers_timeline_inboxtouchpoint",
    "audit": "SELECT count(*), count(DISTINCT record_id) FROM workspace_audit_auditentry"
    " WHERE action = 'person_created'",
    "found": "SELECT count(*), count(*) FROM search_entry WHERE rowid % 8 = 0",
    "counted": "SELECT created, rows FROM connectors_csv_importrun",
}


def ryorin(home: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ryorin", *command], env=environment(home), capture_output=True, text=True, check=True
    )
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    source = str(Path(__file__).parents[2] / "src")
    given = {"RYORIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ryorin.config.settings", "PYTHONPATH": source}
    return {name: value for name, value in os.environ.items() if name != "RYORIN_DATABASE_URL"} | given


def people(file: Path) -> None:
    """This function will write a file large enough for a second process to read it."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write("外部ID,姓,名,メールアドレス,会社名,番地\n")
        for number in range(LINES):
            street = f"丸の内一丁目{number}番地" + "の一" * 12
            stream.write(f"K{number},佐藤,{number},p{number}@acme.example,アクメ{number % 50},{street}\n")


@pytest.mark.processes
@pytest.mark.slow
def test_an_import_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "people.csv"
    people(file)
    ryorin(home, "init", "--company", "両輪工業", "--email", "a@ryorin.example", "--password", "Correct-horse-9")
    chance = random.Random(7)
    for _kill in range(KILLS):
        child = subprocess.Popen([sys.executable, "-c", SCRIPT.format(file=str(file))], env=environment(home))
        time.sleep(2.5 + chance.random() * 4)
        child.send_signal(signal.SIGKILL)
        child.wait()
    subprocess.run([sys.executable, "-c", SCRIPT.format(file=str(file))], env=environment(home), check=True)
    with sqlite3.connect(home / "ryorin.sqlite3") as database:
        assert {name: database.execute(query).fetchone() for name, query in COUNTS.items()} == {
            name: (LINES, LINES) for name in COUNTS
        }
        assert database.execute("SELECT state FROM connectors_csv_importrun").fetchone() == ("done",)
    assert '"ok": true' in ryorin(home, "audit", "verify", "--json")
