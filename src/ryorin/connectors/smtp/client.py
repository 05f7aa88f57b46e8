"""One connection to a mail server that lives through many mails, and says exactly how far each of them came."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass

from ryorin.connectors.smtp.rules import Answer, Stage

PIPELINED = "pipelining"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect; `tls` is starttls, tls or none."""

    host: str
    port: int
    tls: str = "starttls"
    username: str = ""
    password: str = ""
    timeout: float = 60.0
    name: str = ""  # what we say we are, in EHLO
    trusts_any: bool = False  # a certificate of one's own making, on a server of one's own


@dataclass(frozen=True, slots=True)
class Mail:
    """What is handed over: return path, address, bytes; the parts for those who build it anew."""

    sender: str
    to: str
    content: bytes
    parts: "Parts | None" = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A mail before it became bytes, for providers that are told by an API."""

    from_name: str
    from_email: str
    subject: str
    html: bytes
    text: bytes
    headers: dict[str, str]
    recipient: int = 0
    attachments: tuple[tuple[str, bytes], ...] = ()  # PDF files: name, content


class Connection:
    """Hands mails to one server; opens itself when needed and after every break."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.smtp: smtplib.SMTP | None = None
        self.sent = 0

    def open(self) -> Answer | None:
        """This function will connect, greet, encrypt and log in; the answer says what went wrong, None for nothing."""
        if self.smtp is not None:
            return None
        stage = Stage.CONNECT
        server = self.server
        try:
            context = ssl.create_default_context()
            if server.trusts_any:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            name = server.name or None
            if server.tls == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=server.timeout, context=context)
            else:
                smtp = smtplib.SMTP(local_hostname=name, timeout=server.timeout)
            smtp._host = server.host  # type: ignore[attr-defined]  # smtplib verifies the certificate against it
            code, text = smtp.connect(server.host, server.port)
            if code != 220:
                smtp.close()
                return Answer(stage, code, _text(text))
            smtp.ehlo_or_helo_if_needed()
            if server.tls == "starttls":
                smtp.starttls(context=context)
                smtp.ehlo()
            if server.username:
                stage = Stage.LOGIN
                smtp.login(server.username, server.password)
        except smtplib.SMTPResponseException as error:
            return Answer(stage, int(error.smtp_code), _text(error.smtp_error))
        except smtplib.SMTPNotSupportedError as error:
            return Answer(Stage.LOGIN, 0, str(error))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Answer(Stage.CONNECT, 0, f"{type(error).__name__}: {error}")
        self.smtp = smtp
        return None

    def deliver(self, mail: Mail) -> Answer:
        """Return the server's answer to one mail; after a break the next mail gets a new connection."""
        fault = self.open()
        if fault is not None:
            return fault
        assert self.smtp is not None
        stage = Stage.SENDER
        try:
            options = self._options(mail)
            if options is None:
                return Answer(Stage.RECIPIENT, 550, "5.6.7 the mail server takes no address in Unicode (SMTPUTF8)")
            if self.smtp.has_extn(PIPELINED):
                answer = self._envelope_at_once(mail, options)
            else:
                answer = self._envelope(mail, options)
            if answer is not None:
                self._reset(answer)
                return answer
            stage = Stage.DATA
            self.smtp.send(_stuffed(mail.content) + b".\r\n")  # at once: a last small piece would wait (Nagle)
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.close()
            return Answer(stage, 0, f"{type(error).__name__}: {error}")
        answer = Answer(Stage.DATA, code, _text(text))
        self.sent += 1
        if code == 421:
            self.close()
        return answer

    def close(self) -> None:
        """This function will let the connection go, politely where that is still possible."""
        if self.smtp is None:
            return
        smtp, self.smtp = self.smtp, None
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if smtp.sock is not None:
                smtp.sock.settimeout(2)
                smtp.sock.sendall(b"QUIT\r\n")
        with contextlib.suppress(OSError):
            smtp.close()

    def _options(self, mail: Mail) -> str | None:
        """Return the options of MAIL FROM, None where the address needs SMTPUTF8 and the server does not offer it."""
        assert self.smtp is not None
        options = " BODY=8BITMIME" if self.smtp.has_extn("8bitmime") and not mail.content.isascii() else ""
        if mail.to.isascii() and mail.sender.isascii():
            return options
        return f"{options} SMTPUTF8" if self.smtp.has_extn("smtputf8") else None

    def _envelope(self, mail: Mail, options: str) -> Answer | None:
        """This function will name sender and recipient and ask for the text; the answer of whoever refuses, or None."""
        assert self.smtp is not None
        for stage, line in _lines(mail, options):
            self.smtp.send(line)
            code, text = self.smtp.getreply()
            if code not in _WELL[stage]:
                return Answer(Stage.RECIPIENT if stage is Stage.DATA else stage, code, _text(text))
        return None

    def _envelope_at_once(self, mail: Mail, options: str) -> Answer | None:
        """As `_envelope`, without waiting for an answer between the lines (RFC 2920)."""
        assert self.smtp is not None
        lines = _lines(mail, options)
        self.smtp.send(b"".join(line for _stage, line in lines))
        refused: Answer | None = None
        for stage, _line in lines:
            code, text = self.smtp.getreply()
            if stage is Stage.DATA and code == 354 and refused is not None:
                self.smtp.send(b".\r\n")  # an empty text nobody gets: there is no recipient
                self.smtp.getreply()
            elif code not in _WELL[stage] and refused is None:
                refused = Answer(Stage.RECIPIENT if stage is Stage.DATA else stage, code, _text(text))
        return refused

    def _reset(self, answer: Answer) -> None:
        """This function will make the connection fit for the next mail."""
        if self.smtp is None:
            return
        if answer.code == 421:
            self.close()
            return
        try:
            self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


_WELL = {Stage.SENDER: (250,), Stage.RECIPIENT: (250, 251, 252), Stage.DATA: (354,)}


def _lines(mail: Mail, options: str) -> list[tuple[Stage, bytes]]:
    return [
        (Stage.SENDER, f"MAIL FROM:<{mail.sender}>{options}\r\n".encode()),
        (Stage.RECIPIENT, f"RCPT TO:<{mail.to}>\r\n".encode()),
        (Stage.DATA, b"DATA\r\n"),
    ]


def _stuffed(content: bytes) -> bytes:
    """Return the bytes with dots at the beginning of lines doubled, ending in a line end."""
    body = content.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.replace("\0", "").split())[:300]


def reachable(address: str) -> str:
    """Return the address as servers take it: the domain in ASCII (IDNA); old docomo names with odd dots are quoted."""
    local, _at, domain = address.strip().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    needs_quotes = local.isascii() and (local.startswith(".") or local.endswith(".") or ".." in local)
    return f'"{local}"@{domain}' if needs_quotes else f"{local}@{domain}"


def hostname() -> str:
    """Return what this machine calls itself in EHLO."""
    return socket.getfqdn() or "localhost"
