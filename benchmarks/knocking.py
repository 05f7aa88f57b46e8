"""Many connections to one server at once, from one thread that waits for all of them together.

The client costs time of the same processors; what it can reach by itself is what the bare server beside it shows.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.serving import HOST

READ = 1 << 16
ANSWER = b"HTTP/1.1 "


@dataclass
class Knocks:
    """What came of it: seconds for all, seconds of each round of a connection, answers by status."""

    seconds: float
    rounds: list[float]
    statuses: dict[str, int]


@dataclass
class Line:
    """One connection with the requests it has still to send."""

    socket: socket.socket
    waiting: list[bytes]
    sent_at: float = 0.0
    expected: int = 0
    held: bytes = b""
    statuses: dict[str, int] = field(default_factory=dict)

    def send(self, together: int) -> bool:
        """Return whether there was something left to send; so many requests follow each other without waiting."""
        some, self.waiting = self.waiting[:together], self.waiting[together:]
        if not some:
            return False
        self.expected, self.sent_at = len(some), time.perf_counter()
        self.socket.sendall(b"".join(some))
        return True

    def take(self) -> bool:
        """Return whether every answer of this round is there."""
        data = self.socket.recv(READ)
        if not data:
            raise RuntimeError("the server closed the connection")
        self.held += data
        while self.expected and (end := self.whole_answer()):
            status = self.held[len(ANSWER) : len(ANSWER) + 3].decode()
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.held, self.expected = self.held[end:], self.expected - 1
        return not self.expected

    def whole_answer(self) -> int:
        """Return where the first answer ends, 0 while a part is missing."""
        head = self.held.find(b"\r\n\r\n")
        if head < 0:
            return 0
        lower = self.held[:head].lower()
        place = lower.find(b"content-length:")
        length = int(lower[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        return head + 4 + length if len(self.held) >= head + 4 + length else 0


def request(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0\r\n"
    return f"{head}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def knock(port: int, requests: Sequence[bytes], *, connections: int, together: int) -> Knocks:
    """This function will send the requests over so many connections, each so many at a time."""
    lines = []
    for place in range(connections):
        opened = socket.create_connection((HOST, port), timeout=60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines.append(Line(opened, list(requests[place::connections])))
    rounds: list[float] = []
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for line in lines:
            if line.send(together):
                selector.register(line.socket, selectors.EVENT_READ, line)
        while selector.get_map():
            for key, _events in selector.select(60):
                if not key.data.take():
                    continue
                rounds.append(time.perf_counter() - key.data.sent_at)
                if not key.data.send(together):
                    selector.unregister(key.fileobj)
        seconds = time.perf_counter() - started
    statuses: dict[str, int] = {}
    for line in lines:
        line.socket.close()
        for status, count in line.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return Knocks(seconds, rounds, statuses)
