"""Web and worker as real processes: started, killed, stopped."""

import signal
import socket
import subprocess

import pytest
from tests.jobs.conftest import Installation, children_of, eventually, is_healthy, kill

pytestmark = pytest.mark.processes


@pytest.fixture
def up(installation: Installation, free_port: int) -> subprocess.Popen[str]:
    process = installation.start("up", "--empty", "--no-browser", "--address", f"127.0.0.1:{free_port}")
    assert eventually(lambda: is_healthy(free_port), seconds=90)
    assert eventually(lambda: child(process, "worker"))
    return process


def child(process: subprocess.Popen[str], command: str) -> int | None:
    found = [pid for pid, line in children_of(process.pid).items() if f"ryorin {command}" in line]
    return found[0] if found else None


def test_it_prepares_an_empty_folder_and_says_where_it_is(
    up: subprocess.Popen[str], installation: Installation, free_port: int
) -> None:
    up.terminate()
    said, _nothing = up.communicate(timeout=60)
    assert f"http://127.0.0.1:{free_port}/" in said
    assert (installation.home / "ryorin.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_all_its_children(up: subprocess.Popen[str], free_port: int, number: signal.Signals) -> None:
    up.send_signal(number)
    assert up.wait(60) == 0
    assert not is_healthy(free_port)


def test_a_web_server_that_was_killed_comes_back(up: subprocess.Popen[str], free_port: int) -> None:
    serve = child(up, "serve")
    assert serve
    kill(serve)
    assert eventually(lambda: child(up, "serve") not in (None, serve) and is_healthy(free_port), seconds=60)


def test_a_worker_that_was_killed_comes_back(up: subprocess.Popen[str]) -> None:
    worker = child(up, "worker")
    assert worker
    kill(worker)
    assert eventually(lambda: child(up, "worker") not in (None, worker), seconds=60)


def test_children_do_not_outlive_a_parent_that_was_killed(up: subprocess.Popen[str], free_port: int) -> None:
    family = children_of(up.pid)
    kill(up.pid)
    up.wait(10)
    assert eventually(lambda: not any(pid in family for pid in children_of(1) | children_of(up.pid)), seconds=60)
    assert eventually(lambda: not is_healthy(free_port))


def test_an_address_in_use_is_refused_before_anything_is_touched(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        refused = installation.call("up", "--empty", "--no-browser", "--address", address)
    assert refused.returncode == 1
    assert not (installation.home / "ryorin.sqlite3").exists()
