"""A mail server that takes everything, or answers as it is told, and remembers who got which Message-ID.

Run as a program (`python -m tests.connectors.smtp.sink PORT LOGFILE`) it writes a line for every mail it took.
"""

import asyncio
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.M | re.I)


@dataclass
class Took:
    """One mail the server said 250 to, or would have."""

    to: str
    sender: str
    message_id: str
    content: bytes


@dataclass
class Behaviour:
    """How the server behaves; answers by recipient, at the stage named: "rcpt:450 4.2.1 busy"."""

    answers: dict[str, str] = field(default_factory=dict)
    drops_after_data: set[str] = field(default_factory=set)
    stalls_at_data: set[str] = field(default_factory=set)
    password: str = ""
    log: str = ""


class Handler:
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.took: list[Took] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        stage, _colon, answer = self.behaviour.answers.get(address, "").partition(":")
        if stage == "rcpt":
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        content = envelope.content or b""
        assert isinstance(content, bytes)
        found = MESSAGE_ID.search(content)
        name = found[1].decode() if found else ""
        stage, _colon, answer = self.behaviour.answers.get(to, "").partition(":")
        if stage == "data":
            return answer
        self.took.append(Took(to, envelope.mail_from or "", name, content))
        if self.behaviour.log:
            with open(self.behaviour.log, "ab", buffering=0) as log:
                log.write(f"{to}\t{name}\t{time.time():.3f}\n".encode())
        if to in self.behaviour.stalls_at_data:
            await asyncio.sleep(60)
        if to in self.behaviour.drops_after_data:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK taken"


class Sink:
    """The server in a thread of its own; use as a context."""

    def __init__(self, behaviour: Behaviour | None = None, *, port: int = 0) -> None:
        self.behaviour = behaviour or Behaviour()
        self.handler = Handler(self.behaviour)
        options: dict[str, Any] = {}
        if self.behaviour.password:
            options = {"auth_required": True, "auth_require_tls": False, "authenticator": self._authenticate}
        self.controller = Controller(self.handler, hostname="127.0.0.1", port=port or free_port(), **options)

    def __enter__(self) -> "Sink":
        self.controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.controller.stop()

    @property
    def port(self) -> int:
        return int(self.controller.port)

    @property
    def took(self) -> list[Took]:
        return self.handler.took

    def _authenticate(self, _server: object, _session: object, _envelope: object, _how: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == self.behaviour.password, handled=False)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    port, log = int(sys.argv[1]), sys.argv[2]
    with Sink(Behaviour(log=log), port=port):
        print("sink ready", flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
