"""A task sent by one process is done by another, over the embedded queue and over Redis."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.conftest import Installation, eventually

pytestmark = pytest.mark.processes
WORLD = (str(Path(__file__).with_name("queue_world.py")),)


@pytest.fixture
def redis_url(free_port: int, tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    server = subprocess.Popen([program, "--port", str(free_port), "--dir", str(tmp_path), "--bind", "127.0.0.1"])
    yield f"redis://127.0.0.1:{free_port}/0"
    server.terminate()
    server.wait(10)


def is_done_by_another_process(installation: Installation, tmp_path: Path) -> bool:
    worker = installation.start("work", program=WORLD)
    sent = installation.start("send", str(tmp_path / "mark"), program=WORLD)
    assert sent.wait(60) == 0
    done = eventually((tmp_path / "mark").exists)
    worker.terminate()
    assert worker.wait(30) == 0
    return done


def test_the_embedded_queue_carries_a_task(installation: Installation, tmp_path: Path) -> None:
    assert is_done_by_another_process(installation, tmp_path)


@pytest.mark.redis
def test_redis_carries_a_task(installation: Installation, tmp_path: Path, redis_url: str) -> None:
    installation.variables["RYORIN_REDIS_URL"] = redis_url
    assert is_done_by_another_process(installation, tmp_path)
