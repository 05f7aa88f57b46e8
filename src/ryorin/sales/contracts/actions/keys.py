"""The key that seals final PDFs: made by the company itself, or brought along as a PKCS#12 file."""

import base64

from django.conf import settings
from django.db import transaction

from ryorin.lib import clock, pades, vault
from ryorin.sales.contracts.models import SigningKey
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def make_key(*, by: Member | None) -> SigningKey:
    """This function will make a new key with a certificate of our own and use it from now on."""
    require(by, "certificates.change")
    return _keep(pades.made(current().name, now=clock.now()), is_self_made=True, by=by)


@transaction.atomic
def import_key(content: bytes, *, password: str, by: Member | None) -> SigningKey:
    """This function will use the key in a PKCS#12 file from now on; earlier documents stay sealed with theirs."""
    require(by, "certificates.change")
    return _keep(pades.read(content, password=password, now=clock.now()), is_self_made=False, by=by)


def ensure_key() -> SigningKey:
    """Return the key in use; where there is none, or it ran out, one of our own is made."""
    found = SigningKey.objects.filter(is_current=True).first()
    if found is not None and pades.is_valid_now(found.valid_from, found.valid_until):
        return found
    return make_key(by=None)


def seal(pdf: bytes, *, reason: str) -> bytes:
    """Return the PDF sealed with the company's key."""
    organisation, key = current(), ensure_key()
    locked = vault.unlock(key.locked, key=settings.SECRET_KEY)
    return pades.sealed(pdf, key=base64.b64decode(locked), reason=reason, place=organisation.address[:80])


def _keep(key: pades.Key, *, is_self_made: bool, by: Member | None) -> SigningKey:
    SigningKey.objects.select_for_update().filter(is_current=True).update(is_current=False)
    row = SigningKey.objects.create(
        subject=key.subject[:300],
        issuer=key.issuer[:300],
        fingerprint=key.fingerprint,
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        is_self_made=is_self_made,
        certificate=key.certificate,
        locked=vault.lock(base64.b64encode(key.pkcs12).decode(), key=settings.SECRET_KEY),
        made_at=clock.now(),
        made_by=by,
    )
    facts = {"name": row.subject, "fingerprint": row.fingerprint}
    audit.record("signing_key_kept", "signing_key", row.pk, by=by, is_self_made=is_self_made, **facts)
    return row
