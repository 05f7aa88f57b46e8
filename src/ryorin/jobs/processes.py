"""The two processes of an installation, started together, watched, and stopped together."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from ryorin.jobs.errors import AddressTaken
from ryorin.jobs.parents import VARIABLE

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 25.0
REST_BEFORE_RESTART = 1.0


def refuse_taken(host: str, port: int) -> None:
    """This function will refuse an address on which another program already listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTaken(address=f"{host}:{port}") from error


class Household:
    """The children of one `ryorin up`: a child that dies is started again, all end together."""

    def __init__(self) -> None:
        self.commands: list[Sequence[str]] = []
        self.children: list[subprocess.Popen[bytes]] = []
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.ask_to_stop)

    def add(self, *command: str) -> None:
        """This function will start `ryorin COMMAND` and keep it running."""
        self.commands.append(command)
        self.children.append(spawn(command))

    def ask_to_stop(self, _number: int, _frame: Any) -> None:
        self.stopping = True

    def keep(self) -> None:
        """This function will watch the children until it is asked to stop, then stop them and return."""
        while not self.stopping:
            time.sleep(0.2)
            for index, child in enumerate(self.children):
                if child.poll() is not None and not self.stopping:
                    time.sleep(REST_BEFORE_RESTART)
                    self.children[index] = spawn(self.commands[index])
        self.stop()

    def stop(self) -> None:
        for child in self.children:
            child.terminate()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def wait_until_healthy(self, url: str) -> bool:
        """Return whether /health answered well in time; a child that ends, or a wish to stop, ends the wait."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and not self.stopping:
            if is_healthy(url):
                return True
            if any(child.poll() is not None for child in self.children):
                return False
            time.sleep(0.05)
        return False


def spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """This function will start `ryorin COMMAND` in a session of its own, so that Ctrl-C reaches only the parent."""
    environment = {"RYORIN_LOG_LEVEL": "WARNING", **os.environ, VARIABLE: str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "ryorin", *command], env=environment, start_new_session=True)


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return bool(json.load(answer).get("ok"))
    except (OSError, ValueError, urllib.error.URLError):
        return False
