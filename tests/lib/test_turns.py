"""Writers of an embedded database wait for each other in turns, whoever dies meanwhile."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from ryorin.lib.sqlite.turns import Turn

HOLDER = """
import sys, time
from ryorin.lib.sqlite.turns import Turn
turn = Turn.take(sys.argv[1], patience=5)
print("mine", flush=True)
time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "database-turn")


@pytest.fixture
def holder(place: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the turn."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, place], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "mine\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_one_thread_at_a_time_has_the_turn(place: str) -> None:
    inside, most = [0], [0]

    def write() -> None:
        for _each in range(20):
            turn = Turn.take(place, patience=20)
            assert turn is not None
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.0005)
            inside[0] -= 1
            turn.give_back()

    threads = [Thread(target=write) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] and inside == [0]


def test_a_turn_that_does_not_come_is_told(place: str, holder: "subprocess.Popen[str]") -> None:
    started = time.monotonic()
    assert Turn.take(place, patience=0.2) is None
    assert time.monotonic() - started < 5
    assert Turn.take(place, patience=0.2) is None, "waiting in vain keeps nobody else out of this process"


def test_a_killed_process_gives_its_turn_back(place: str, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()
    turn = Turn.take(place, patience=5)
    assert turn is not None
    turn.give_back()
