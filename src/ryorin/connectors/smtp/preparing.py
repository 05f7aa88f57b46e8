"""From claims to letters: what the database knows about a mail, asked for many at once."""

import hashlib
import logging
from collections.abc import Iterable, Sequence

from django.conf import settings

from ryorin.connectors.smtp.models import Relay, Transport
from ryorin.connectors.smtp.queries import origin
from ryorin.connectors.smtp.rendering import Envelope, Letter
from ryorin.lib.errors import Refusal
from ryorin.marketing.mail import queries as mail
from ryorin.marketing.mail.actions.senders import private_key
from ryorin.marketing.mail.models import MailKind, MessageVersion, SenderIdentity
from ryorin.marketing.mail.rules import CompiledMail, Link
from ryorin.marketing.mailings.actions import Claim, hold
from ryorin.marketing.mailings.models import Mailing, MailLink, PauseReason, Wording

log = logging.getLogger(__name__)


class Desk:
    """Prepares letters; remembers what all mails of a mailing share."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.origin = origin(relay)
        self.envelopes: dict[int, Envelope] = {}
        self.links: dict[tuple[int, int], list[int]] = {}

    def letters(self, claims: Sequence[Claim]) -> list[Letter]:
        """Return the letters of these claims; a mailing whose mail cannot be put together is held instead."""
        found: list[Letter] = []
        groups: dict[tuple[int, int | None], list[Claim]] = {}
        for claim in claims:
            groups.setdefault((claim.mailing_id, claim.variant_id), []).append(claim)
        related = ("edition__message__sender", "message", "experiment")
        mailings = Mailing.objects.select_related(*related).in_bulk({mailing for mailing, _variant in groups})
        for (pk, variant), some in groups.items():
            try:
                found += self._group(mailings[pk], variant, some)
            except (Refusal, ValueError, KeyError, AttributeError) as error:
                log.exception("mailing %s: its mail cannot be put together", pk)
                hold([pk], PauseReason.MESSAGE, note=f"{type(error).__name__}: {error}")
        return found

    def _group(self, mailing: Mailing, variant: int | None, claims: list[Claim]) -> list[Letter]:
        edition, subject = wording_of(mailing, variant)
        compiled = mail.compiled(edition, origin=self.origin, subject=subject)
        envelope = self._envelope(mailing, edition)
        links = self._links(mailing, edition, compiled)
        ids = [claim.person_id for claim in claims if claim.person_id is not None]
        fillings = mail.fillings(compiled, edition, ids)
        return [
            Letter(
                recipient=claim.pk,
                person=claim.person_id,
                reason=claim.reason,
                variant={"experiment": mailing.experiment_id, "variant": variant} if variant else {},
                to=claim.address,
                message_uid=claim.message_uid,
                lane=claim.lane,
                envelope=envelope,
                compiled=compiled,
                fields=fillings[claim.person_id].fields,
                rules=fillings[claim.person_id].rules,
                links=links,
                tries=claim.tries,
                give_up_at=claim.give_up_at,
            )
            for claim in claims
            if claim.person_id in fillings
        ]

    def _envelope(self, mailing: Mailing, edition: MessageVersion) -> Envelope:
        if mailing.pk not in self.envelopes:
            sender = edition.message.sender
            if sender is None:
                raise ValueError("no sender")
            self.envelopes[mailing.pk] = Envelope(
                mailing=mailing.pk,
                name=mailing.name,
                campaign=mailing.campaign_id,
                origin=self.origin,
                from_name=sender.from_name,
                from_email=sender.from_email,
                reply_to=sender.reply_to,
                bounce_domain=self.relay.bounce_domain,
                is_promotion=edition.message.kind == MailKind.PROMOTION,
                key=settings.SECRET_KEY.encode(),
                wants_parts=self.relay.transport == Transport.ANYMAIL,
                **signing(sender),
            )
        return self.envelopes[mailing.pk]

    def _links(self, mailing: Mailing, edition: MessageVersion, compiled: CompiledMail) -> list[int]:
        name = (mailing.pk, edition.pk)
        if name not in self.links:
            self.links[name] = tracked(mailing, compiled.links)
        return self.links[name]


def wording_of(mailing: Mailing, variant: int | None) -> tuple[MessageVersion, str | None]:
    """Return the version and, where a test or its winner says so, the subject of a mailing's mail."""
    if mailing.edition is None:
        raise ValueError("no version")
    if variant is None and mailing.experiment is not None:
        variant = mailing.experiment.winner_id
    wording = (
        Wording.objects.select_related("edition__message__sender").filter(mailing=mailing, variant=variant).first()
        if variant
        else None
    )
    if wording is None:
        return mailing.edition, None
    return wording.edition or mailing.edition, wording.subject or None


def signing(sender: SenderIdentity) -> dict[str, str]:
    """Return what mails of the sender are signed with, nothing where it has no key."""
    if not sender.has_key:
        return {}
    return {
        "dkim_domain": sender.dkim_domain,
        "dkim_selector": sender.dkim_selector,
        "dkim_key": private_key(sender),
    }


def tracked(mailing: Mailing, links: Iterable[Link]) -> list[int]:
    """Return the ids of the addresses among those that a mailing leads to, in order."""
    wanted = [(link, hashlib.sha256(link.url.encode()).hexdigest()) for link in links]
    rows = [MailLink(mailing=mailing, url=link.url[:2000], digest=digest, label=link.label) for link, digest in wanted]
    MailLink.objects.bulk_create(rows, ignore_conflicts=True)
    known = dict(MailLink.objects.filter(mailing=mailing).values_list("digest", "pk"))
    return [known[digest] for _link, digest in wanted]
