"""The ways out, all alike: open, deliver one mail, close."""

from email.utils import formataddr
from pathlib import Path
from typing import Protocol

from django.conf import settings

from ryorin.connectors.smtp.client import Connection, Mail, Server, hostname
from ryorin.connectors.smtp.models import Relay, Transport
from ryorin.connectors.smtp.rules import Answer, Stage
from ryorin.lib import clock, vault


class Way(Protocol):
    """One way out, used by one thread at a time."""

    def open(self) -> Answer | None: ...

    def deliver(self, mail: Mail) -> Answer: ...

    def close(self) -> None: ...


def way_out(relay: Relay) -> Way:
    """Return a new way out by what is set."""
    if relay.transport == Transport.SMTP:
        return Connection(server_of(relay))
    if relay.transport == Transport.ANYMAIL:
        return Service(relay)
    return Folder(Path(settings.HOME) / "mails" if not settings.TESTING else Path(settings.MEDIA_ROOT) / "mails")


def server_of(relay: Relay) -> Server:
    """Return where to connect, with the password in clear."""
    password = vault.unlock(relay.password_locked, key=settings.SECRET_KEY) if relay.password_locked else ""
    return Server(
        host=relay.host,
        port=relay.port,
        tls=relay.tls,
        username=relay.username,
        password=password,
        timeout=float(relay.timeout),
        name=hostname(),
    )


class Folder:
    """Keeps mails as files, for trying things out: nothing leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> Answer | None:
        self.folder.mkdir(parents=True, exist_ok=True)
        return None

    def deliver(self, mail: Mail) -> Answer:
        self.open()
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{abs(hash((mail.to, mail.content))) % 10**8:08d}.eml"
        (self.folder / name).write_bytes(mail.content)
        return Answer(Stage.DATA, 250, "kept in a folder")

    def close(self) -> None:
        """Nothing is open."""


class Service:
    """Hands mails to a provider's API through django-anymail."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.backend: object | None = None

    def open(self) -> Answer | None:
        from django.utils.module_loading import import_string

        if self.backend is None:
            key = vault.unlock(self.relay.key_locked, key=settings.SECRET_KEY)
            made = import_string(f"anymail.backends.{self.relay.provider}.EmailBackend")
            try:
                self.backend = made(**options_of(self.relay.provider, key, self.relay.key_settings))
            except Exception as error:
                return Answer(Stage.LOGIN, 535, f"{type(error).__name__}: {error}"[:300])
        return None

    def deliver(self, mail: Mail) -> Answer:
        from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused  # type: ignore[import-untyped]
        from django.core.mail import EmailMultiAlternatives

        fault = self.open()
        if fault is not None or mail.parts is None:
            return fault or Answer(Stage.SPOILT, 0, "no parts")
        parts = mail.parts
        message = EmailMultiAlternatives(
            subject=parts.subject,
            body=parts.text.decode(),
            from_email=formataddr((parts.from_name, parts.from_email)),
            to=[mail.to],
            headers=parts.headers,
            connection=self.backend,
        )
        if parts.html:
            message.attach_alternative(parts.html.decode(), "text/html")
        for name, content in parts.attachments:
            message.attach(name, content, "application/pdf")
        message.metadata = {"mail": str(parts.recipient)}  # type: ignore[attr-defined]
        try:
            message.send()
        except AnymailRecipientsRefused as error:
            return Answer(Stage.RECIPIENT, 550, f"5.1.1 {error}"[:300])
        except AnymailAPIError as error:
            return answer_of(error)
        except OSError as error:  # of requests: a connection never made is no mail; anything later may be one
            is_before = "ConnectTimeout" in type(error).__name__ or "NewConnectionError" in str(error)
            return Answer(Stage.CONNECT if is_before else Stage.DATA, 0, f"{type(error).__name__}: {error}"[:300])
        return Answer(Stage.DATA, 250, "taken by the provider")

    def close(self) -> None:
        if self.backend is not None:
            self.backend.close()  # type: ignore[attr-defined]
            self.backend = None


def answer_of(error: Exception) -> Answer:
    """Return a provider's refusal as a mail server would have said it."""
    status = int(getattr(error, "status_code", 0) or 0)
    text = " ".join(str(error).split())[:300]
    if status in (401, 403):
        return Answer(Stage.LOGIN, 535, text)
    if status == 429 or status == 503:
        return Answer(Stage.RECIPIENT, 451, text)
    if status >= 500 or status == 0:
        return Answer(Stage.DATA, 0, text)
    return Answer(Stage.RECIPIENT, 554, f"5.7.0 {text}"[:300])


def options_of(provider: str, key: str, more: dict[str, str]) -> dict[str, str]:
    """Return what a provider's backend is called with."""
    named = {
        "amazon_ses": {"client_params": _ses(key, more)},
        "postmark": {"server_token": key},
        "mailgun": {"api_key": key, "sender_domain": more.get("domain", "")},
        "mailjet": {"api_key": more.get("api_key", ""), "secret_key": key},
    }
    found: dict[str, str] = named.get(provider, {"api_key": key})  # type: ignore[assignment]
    return found


def _ses(key: str, more: dict[str, str]) -> dict[str, str]:
    return {
        "aws_access_key_id": more.get("access_key", ""),
        "aws_secret_access_key": key,
        "region_name": more.get("region", "ap-northeast-1"),
    }
