"""A small mailbox that speaks as much IMAP (RFC 3501) as a fetcher needs."""

import re
import socketserver
import threading
from collections.abc import Sequence
from typing import Any


class ImapServer:
    """The server in a thread of its own; use as a context."""

    def __init__(self, mails: Sequence[bytes]) -> None:
        self.mails = list(mails)
        self.seen: set[int] = set()
        mailbox = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mailbox.talk(self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def __enter__(self) -> "ImapServer":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def talk(self, handler: Any) -> None:
        def say(line: bytes) -> None:
            handler.wfile.write(line + b"\r\n")

        say(b"* OK ready")
        for raw in handler.rfile:
            tag, _space, command = raw.strip().partition(b" ")
            word = command.upper()
            if word.startswith(b"CAPABILITY"):
                say(b"* CAPABILITY IMAP4rev1")
            elif word.startswith(b"SELECT"):
                say(b"* %d EXISTS" % len(self.mails))
            elif word.startswith(b"UID SEARCH"):
                unseen = [str(uid) for uid in range(1, len(self.mails) + 1) if uid not in self.seen]
                say(b"* SEARCH " + " ".join(unseen).encode())
            elif word.startswith(b"UID FETCH"):
                uid = int(re.findall(rb"\d+", command)[0])
                mail = self.mails[uid - 1]
                say(b"* %d FETCH (UID %d BODY[] {%d}" % (uid, uid, len(mail)))
                handler.wfile.write(mail + b")\r\n")
            elif word.startswith(b"UID STORE"):
                self.seen.add(int(re.findall(rb"\d+", command)[0]))
            elif word.startswith(b"LOGOUT"):
                say(b"* BYE")
            say(tag + b" OK done")
            if word.startswith(b"LOGOUT"):
                return
