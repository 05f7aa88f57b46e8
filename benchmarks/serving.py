"""The real web server, and a browser without a screen that is signed in to it."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

EMAIL, PASSWORD = "kimura@ryorin.example", "hakaru-koto-ha-shiru-koto"
HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


def environment(home: Path) -> dict[str, str]:
    """Return the environment in which `ryorin` works on a data folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("RYORIN_", "DJANGO_"))}
    return ours | {"RYORIN_HOME": str(home), "RYORIN_LOG_LEVEL": "WARNING"}


def ryorin(home: Path, *arguments: str) -> str:
    """Return what a command prints; raise with its errors when it fails."""
    command = [sys.executable, "-m", "ryorin", *arguments]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ryorin {' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout


def found_company(home: Path) -> None:
    """This function will make a data folder with one company and its administrator."""
    member = ("--email", EMAIL, "--family-name", "木村", "--password", PASSWORD)
    ryorin(home, "init", "--company", "花園製作所", *member)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], *, port: int) -> Iterator[int]:
    """This context will run a server and give its process id once the port answers."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]", *, path: str = "/health", seconds: float = 60) -> None:
    """This function will return when the server answers a request."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not answer in time")


@contextmanager
def served(home: Path) -> Iterator[tuple[int, int]]:
    """This context will run `ryorin serve` on a data folder and give (port, process id)."""
    port = free_port()
    command = [sys.executable, "-m", "ryorin", "serve", "--address", f"{HOST}:{port}"]
    with running(command, environment(home), port=port) as pid:
        yield port, pid


class Browser:
    """One connection that is kept open, with cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, *, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        except http.client.RemoteDisconnected:  # idle for so long, while a reference was measured, that it was closed
            self.connection.close()
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content

    def page(self, path: str) -> bytes:
        """Return a page; raise where it is none."""
        status, content = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return content

    def post(self, path: str, **fields: str) -> int:
        headers = {"Content-Type": FORM, "X-CSRFToken": self.cookies["csrftoken"]}
        return self.ask("POST", path, body=urlencode(fields), headers=headers)[0]

    def sign_in(self) -> "Browser":
        self.page("/accounts/login/")
        if self.post("/accounts/login/", login=EMAIL, password=PASSWORD) != 302:
            raise RuntimeError("signing in failed")
        return self

    def once(self, path: str) -> str:
        """Return the token that a form carries."""
        found = re.search(rb'name="once" value="([^"]+)"', self.page(path))
        return found[1].decode() if found else ""
