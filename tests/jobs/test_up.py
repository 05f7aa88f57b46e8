"""Web and worker as real processes: started, killed, stopped."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest
from tests.jobs.conftest import Installation, children_of, eventually, is_healthy, is_running, kill

pytestmark = pytest.mark.processes


@pytest.fixture
def up(installation: Installation, free_port: int) -> subprocess.Popen[bytes]:
    process = installation.start("up", "--empty", "--no-browser", "--address", f"127.0.0.1:{free_port}")
    assert eventually(lambda: is_healthy(free_port), seconds=90)
    assert eventually(lambda: child(process, "worker"))
    return process


def child(process: subprocess.Popen[bytes], command: str) -> int | None:
    found = [pid for pid, line in children_of(process.pid).items() if f"ryorin {command}" in line]
    return found[0] if found else None


def test_it_says_where_it_is_and_ends_with_all_its_children(
    up: subprocess.Popen[bytes], installation: Installation, free_port: int
) -> None:
    assert f"http://127.0.0.1:{free_port}/" in installation.said.read_text()
    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0
    assert not is_healthy(free_port)


def test_a_child_that_was_killed_comes_back(up: subprocess.Popen[bytes], free_port: int) -> None:
    serve, worker = child(up, "serve"), child(up, "worker")
    assert serve and worker
    kill(serve)
    kill(worker)
    assert eventually(lambda: child(up, "serve") not in (None, serve) and is_healthy(free_port), seconds=60)
    assert eventually(lambda: child(up, "worker") not in (None, worker), seconds=60)


def test_children_do_not_outlive_a_parent_that_was_killed(up: subprocess.Popen[bytes], free_port: int) -> None:
    family = children_of(up.pid)
    kill(up.pid)
    up.wait(10)
    assert eventually(lambda: not is_healthy(free_port) and not any(is_running(pid) for pid in family), seconds=60)


def test_an_address_in_use_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    untouched = Installation(tmp_path / "untouched")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        refused = untouched.call("up", "--empty", "--no-browser", "--address", address)
    assert refused.returncode == 1
    assert not (untouched.home / "ryorin.sqlite3").exists()
