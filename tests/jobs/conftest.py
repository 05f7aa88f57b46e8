"""An installation of its own in a temporary folder, run by real processes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Installation:
    home: Path
    variables: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("RYORIN_", "DJANGO_"))}
        return {**ours, "RYORIN_HOME": str(self.home), **self.variables}

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ryorin", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)

    def answer(self, *arguments: str) -> Any:
        done = self.call(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str, program: tuple[str, ...] = ("-m", "ryorin")) -> subprocess.Popen[bytes]:
        command = [sys.executable, *program, *arguments]
        with self.said.open("ab") as said:
            process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=subprocess.STDOUT)
        self.started.append(process)
        return process

    @property
    def said(self) -> Path:
        """The file that takes what the started processes say."""
        return self.home.with_name(f"{self.home.name}.said")

    def stop_all(self) -> None:
        for process in self.started:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with one company and one member; the others begin as its copies."""
    installation = Installation(tmp_path_factory.mktemp("prepared") / "home")
    member = ("--email", "mei@ryorin.example", "--family-name", "林", "--password", "kaze-to-hikari")
    installation.answer("init", "--company", "花園製作所", *member)
    return installation


@pytest.fixture
def make_installation(tmp_path: Path, prepared: Installation) -> Iterator[Callable[[str], Installation]]:
    made: list[Installation] = []

    def make(name: str) -> Installation:
        installation = Installation(tmp_path / name)
        shutil.copytree(prepared.home, installation.home)
        made.append(installation)
        return installation

    yield make
    for installation in made:
        installation.stop_all()


@pytest.fixture
def installation(make_installation: Callable[[str], Installation]) -> Installation:
    return make_installation("home")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(question: Callable[[], object], *, seconds: float = 30) -> bool:
    """Return whether the question is answered well within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.1)
    return False


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return json.load(answer)["ok"] is True
    except OSError:
        return False


def children_of(pid: int) -> dict[int, str]:
    """Return the child processes and their command lines."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {int(row[0]): row[2] for row in rows if int(row[1]) == pid}


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
