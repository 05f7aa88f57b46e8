"""Setting the way out, trying it, and what the worker does by it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.connectors.smtp import queries
from ryorin.connectors.smtp.client import Mail, Parts, reachable
from ryorin.connectors.smtp.errors import NotDelivered, RelayInvalid, RelayMissing
from ryorin.connectors.smtp.models import Relay, Transport
from ryorin.connectors.smtp.rules import Answer, rest_after_break
from ryorin.connectors.smtp.transports import way_out
from ryorin.lib import clock, dkim, mime, vault
from ryorin.lib.ids import new_id
from ryorin.marketing.mailings import actions as mailings
from ryorin.marketing.mailings.models import Mailing, MailingState, PauseReason
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

if TYPE_CHECKING:
    from ryorin.marketing.mail.models import SenderIdentity

TURN = 10.0  # seconds of one turn; a worker that is asked to stop waits for no more
SECRETS = {"password": "password_locked", "key": "key_locked", "imap_password": "imap_password_locked"}
PLAIN = (
    "transport", "origin", "host", "port", "tls", "username", "connections", "timeout", "provider", "key_settings",
    "bounce_domain", "imap_host", "imap_port", "imap_tls", "imap_username", "imap_folder",
)  # fmt: skip


@transaction.atomic
def change_relay(*, by: Member | None, version: int | None, **fields: Any) -> Relay:
    """This function will set the way out; secrets left blank stay as they were."""
    require(by, "mailings.settings")
    row = Relay.objects.select_for_update().first() or Relay(updated_at=clock.now(), version=0)
    if version is not None and row.pk and row.version != version:
        raise StaleRecord()
    unknown = set(fields) - set(PLAIN) - set(SECRETS)
    if unknown:
        raise TypeError(f"unknown fields: {unknown}")
    for name, value in fields.items():
        if name in SECRETS:
            if value:
                setattr(row, SECRETS[name], vault.lock(value, key=settings.SECRET_KEY))
        else:
            setattr(row, name, value)
    row.origin = row.origin.strip().rstrip("/")
    if row.origin and not row.origin.startswith(("https://", "http://")):
        raise RelayInvalid(what=_("公開アドレスは https:// から入力してください。"))
    if row.transport == Transport.SMTP and not row.host:
        raise RelayInvalid(what=_("SMTPサーバー名を入力してください。"))
    if row.transport == Transport.ANYMAIL and not (row.provider and row.key_locked):
        raise RelayInvalid(what=_("メール配信サービスとAPIキーを入力してください。"))
    row.version += 1
    row.updated_at, row.rest_until, row.failures, row.problem = clock.now(), None, 0, ""
    row.installation = row.installation or queries.here()
    row.save()
    told = {name: str(value) for name, value in fields.items() if name in PLAIN}
    audit.record("relay_changed", "relay", row.pk, by=by, **told)
    return row


@transaction.atomic
def confirm_installation(*, by: Member | None) -> Relay:
    """This function will take a person's word that mailings may go out from here, after a restore or a move."""
    require(by, "mailings.settings")
    row = Relay.objects.select_for_update().first() or Relay(updated_at=clock.now(), version=0)
    row.installation, row.updated_at = queries.here(), clock.now()
    row.version += 1
    row.save()
    audit.record("installation_confirmed", "relay", row.pk, by=by)
    return row


def deliver_due(*, seconds: float = TURN) -> int:
    """This function will mail what is due for at most so many seconds, and return how many mails were taken.

    Any number of workers may do so at once.
    """
    from ryorin.connectors.smtp.delivering import Delivery

    if not mailings.is_anything_to_do():
        return 0
    relay = stay_at_home()
    if relay is None or not relay.is_ready or (relay.rest_until and relay.rest_until > clock.now()):
        return 0
    mailings.recover()
    return Delivery(relay, seconds=seconds).run()


def stay_at_home() -> Relay | None:
    """Return the way out where this installation may use it; elsewhere every mailing is held until a person says so."""
    relay = queries.relay()
    if not relay.installation:
        relay = adopt(relay)
    if queries.is_at_home(relay):
        return relay
    going = Mailing.objects.filter(state__in=(MailingState.SENDING, MailingState.SCHEDULED, MailingState.CHECKING))
    mailings.hold(list(going.values_list("pk", flat=True)), PauseReason.RESTORED)
    return None


@transaction.atomic
def adopt(relay: Relay) -> Relay:
    """This function will make this installation the one that sends, where none has sent before."""
    row = Relay.objects.select_for_update().first() or relay
    if not row.installation:
        row.installation, row.updated_at = queries.here(), clock.now()
        row.save()
    return row


def send_letter(*, to: str, subject: str, html: bytes | str, text: bytes | str, sender: "SenderIdentity") -> str:
    """This function will send one mail to a colleague, signed but untracked, and return what the server said."""
    answer = hand_over(to=to, subject=subject, html=html, text=text, sender=sender)
    if not 200 <= answer.code < 300:
        raise NotDelivered(what=answer.text or _("メールサーバーから応答がありません。"))
    return answer.text


def hand_over(
    *,
    to: str,
    subject: str,
    html: bytes | str,
    text: bytes | str,
    sender: "SenderIdentity",
    attachments: tuple[tuple[str, bytes], ...] = (),
) -> Answer:
    """This function will hand one mail to the server, with PDF files where given, and return how far it came."""
    from ryorin.connectors.smtp.preparing import signing

    relay = queries.relay()
    if not relay.is_ready:
        raise RelayMissing()
    html, text = _bytes(html), _bytes(text)
    uid = f"{new_id()}@{sender.from_email.rpartition('@')[2] or 'localhost'}"
    boundary = f"=_{uid[:20]}"
    outer = f"=_m{uid[:20]}"
    headers = [
        ("From", mime.mailbox(sender.from_name, reachable(sender.from_email))),
        ("To", reachable(to)),
        ("Subject", mime.header_text(subject)),
        ("Date", mime.date_text(clock.now())),
        ("Message-ID", f"<{uid}>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", mime.mixed_type(outer) if attachments else mime.content_type(boundary)),
    ]
    body = mime.body_of(html=html, text=text, boundary=boundary)
    if attachments:
        body = mime.mixed_body(body, inner=boundary, boundary=outer, attachments=attachments)
    key = signing(sender)
    if key:
        at = int(clock.now().timestamp())
        signed = dkim.signature(
            headers, body, domain=key["dkim_domain"], selector=key["dkim_selector"], private_pem=key["dkim_key"], at=at
        )
        headers.insert(0, ("DKIM-Signature", signed))
    parts = Parts(sender.from_name, sender.from_email, subject, html, text, {}, attachments=attachments)
    way = way_out(relay)
    try:
        return way.deliver(Mail(reachable(sender.from_email), reachable(to), mime.compose(headers, body), parts))
    finally:
        way.close()


def try_relay(*, by: Member | None) -> Answer | None:
    """Return what goes wrong when connecting and logging in to the mail server, None when all is well."""
    require(by, "mailings.settings")
    relay = queries.relay()
    if not relay.is_ready:
        raise RelayMissing()
    relay.timeout = min(relay.timeout, 10)
    way = way_out(relay)
    try:
        return way.open()
    finally:
        way.close()


def note_break(relay: Relay, answer: Answer) -> None:
    """This function will leave a server alone for a while that could not be reached: longer each time."""
    relay.failures += 1
    until = clock.now() + rest_after_break(relay.failures)
    values = {"failures": relay.failures, "rest_until": until, "problem": answer.text[:300]}
    Relay.objects.filter(pk=relay.pk).update(**values)


def note_well(relay: Relay) -> None:
    """This function will note that the server takes mails again."""
    Relay.objects.filter(pk=relay.pk).update(failures=0, rest_until=None, problem="")


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


@transaction.atomic
def new_report_address(secret: str, *, by: Member | None) -> Relay:
    """This function will make the secret part of the address that providers report bounces to."""
    require(by, "mailings.settings")
    row = Relay.objects.select_for_update().first() or Relay(updated_at=clock.now(), version=0)
    row.webhook_locked, row.updated_at = vault.lock(secret, key=settings.SECRET_KEY), clock.now()
    row.version += 1
    row.save()
    audit.record("report_address_made", "relay", row.pk, by=by)
    return row
