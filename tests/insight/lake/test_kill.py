"""kill -9 at any moment: history reads as if nothing had happened."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

KILLS = 6
BUSY = Path(__file__).with_name("busy.py")
SOURCE = Path(__file__).parents[3] / "src"
ALL_IDS = """
import django; django.setup()
from ryorin.insight.lake.queries import sql
print("\\n".join(uid for (uid,) in sql("SELECT uid FROM {touchpoints}", "touchpoints").fetchall()))
"""


def home(tmp_path: Path, address: str = "") -> dict[str, str]:
    """Return the environment of an installation of its own, its database made."""
    environment = os.environ | {
        "RYORIN_HOME": str(tmp_path / "home"),
        "RYORIN_DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "ryorin.config.settings",
        "PYTHONPATH": str(SOURCE),
    }
    run(environment, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0")
    return environment


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kill_at_random(environment: dict[str, str], acknowledged: Path, *, seed: int) -> None:
    dice = random.Random(seed)
    process = subprocess.Popen(
        [sys.executable, str(BUSY), str(acknowledged), str(seed)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    try:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        time.sleep(dice.uniform(0.2, 2.0))
        assert process.poll() is None, process.stderr.read()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def check(environment: dict[str, str], acknowledged: Path) -> None:
    caught_up = json.loads(run(environment, "-m", "ryorin", "lake", "drain", "--json"))
    report = json.loads(run(environment, "-m", "ryorin", "lake", "verify", "--json"))
    assert report["ok"] and report["waiting"] == report["on_their_way"] == report["duplicates"] == 0
    assert report["tables"]["people"]["rows"] == report["tables"]["people"]["in_lake"] > 0
    assert caught_up["touchpoints"] >= 0
    ids = Counter(run(environment, "-c", ALL_IDS).split())
    told = set(acknowledged.read_text().split())
    assert len(told) > 100
    assert set(ids.values()) == {1} and told <= set(ids)


@pytest.mark.slow
@pytest.mark.processes
def test_killed_again_and_again_nothing_is_missing_and_nothing_is_there_twice(tmp_path: Path) -> None:
    environment, acknowledged = home(tmp_path), tmp_path / "acknowledged"
    for seed in range(KILLS):
        kill_at_random(environment, acknowledged, seed=seed)
    check(environment, acknowledged)


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.postgres
def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE lake_kill")
    environment = home(tmp_path, postgres_url.replace("/postgres?", "/lake_kill?"))
    acknowledged = tmp_path / "acknowledged"
    for seed in range(KILLS):
        kill_at_random(environment, acknowledged, seed=seed)
    check(environment, acknowledged)
