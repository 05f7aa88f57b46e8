"""Stating what a person allows or refuses, and closing an address to mail for good."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from ryorin.customers.consent.errors import AddressSuppressed, EvidenceMissing
from ryorin.customers.consent.models import Basis, Consent, Medium, Suppression, SuppressionReason
from ryorin.customers.consent.queries import suppression_of
from ryorin.customers.consent.rules import check
from ryorin.customers.people.models import MailConsent, Person
from ryorin.customers.people.rules import email_key
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

LONGEST_REASON = 120


@transaction.atomic
def state_consent(
    person: Person,
    *,
    medium: str,
    allowed: bool,
    basis: str,
    evidence: str,
    at: datetime | None = None,
    source: str = "",
    detail: dict[str, Any] | None = None,
    by: Member | None = None,
) -> Consent:
    """This function will add a statement about one medium; the newest by `at` decides what the person allows.

    Refusing mail closes the address itself; only the person's own consent opens it again.
    """
    require(by, "people.change")
    key = Person.objects.select_for_update().only("email_key").get(pk=person.pk).email_key
    at = at or clock.now()
    last = Consent.objects.filter(person=person, medium=medium).first()
    check(medium=medium, allowed=allowed, basis=basis, evidence=evidence, last=last)
    counts = last is None or last.at <= at
    if medium == Medium.MAIL and counts and key:
        _open_or_close(key, allowed=allowed, basis=basis, evidence=evidence, at=at, source=source, by=by)
    consent = Consent.objects.create(
        person=person,
        medium=medium,
        allowed=allowed,
        basis=basis,
        evidence=evidence,
        detail=detail or {},
        source=source[:120],
        at=at,
        by=by,
    )
    if counts:
        follow(person, consent)
    record("consent_stated", "person", person.pk, by=by, medium=medium, allowed=allowed, basis=basis)
    record_touchpoint(
        "consent_given" if allowed else "consent_withdrawn",
        source="consent",
        by=by,
        at=at,
        person_id=person.pk,
        properties={"medium": medium, "basis": basis},
    )
    return consent


@transaction.atomic
def refuse(
    who: Person | str,
    *,
    evidence: str,
    medium: str = Medium.MAIL,
    reason: str = SuppressionReason.REFUSED,
    at: datetime | None = None,
    source: str = "",
    detail: dict[str, Any] | None = None,
    by: Member | None = None,
) -> int:
    """This function will take a refusal of one medium by a person, or of mail by an address whoever has it.

    It returns how many people it was new for; a refusal told again changes nothing.
    """
    require(by, "people.change")
    at = at or clock.now()
    address = who if isinstance(who, str) else ""
    people = Person.objects.filter(email_key=email_key(address)) if address else Person.objects.filter(pk=who.pk)  # type: ignore[union-attr]
    told = 0
    for person in people.select_for_update().order_by("pk"):
        last = Consent.objects.filter(person=person, medium=medium).first()
        if last is None or last.allowed:
            state_consent(
                person,
                medium=medium,
                allowed=False,
                basis=Basis.REFUSED,
                evidence=evidence,
                at=max(at, last.at) if last else at,
                source=source,
                detail=detail,
                by=by,
            )
            told += 1
        address = address or (person.email if medium == Medium.MAIL else "")
    if address:
        suppress(address, reason=reason, at=at, source=source, by=by)
    return told


@transaction.atomic
def suppress(
    address: str,
    *,
    reason: str,
    at: datetime | None = None,
    source: str = "",
    note: str = "",
    by: Member | None = None,
) -> Suppression | None:
    """This function will close an address to mail; one that is closed already stays as it is. None for no address."""
    require(by, "people.change")
    key = email_key(address)
    return _close(key, reason=reason, at=at or clock.now(), source=source, note=note, by=by) if key else None


@transaction.atomic
def lift_suppression(address: str, *, evidence: str, by: Member | None) -> bool:
    """This function will open an address again on new evidence of consent, and return whether it was closed."""
    require(by, "consents.lift")
    if not evidence.strip():
        raise EvidenceMissing()
    return _open(email_key(address), evidence=evidence, by=by)


def keep_copy() -> int:
    """This function will add what was closed and opened to a file beside the database, and return the new lines.

    A backup that is restored knows nothing of later refusals; the file does, and holds no address.
    """
    place = Path(settings.REFUSALS)
    known_until, opened_until = _copied(place)
    lines = [
        f"closed\t{one.pk}\t{one.digest}\t{one.reason}\t{one.since.isoformat()}"
        for one in Suppression.objects.filter(pk__gt=known_until).order_by("pk")
    ]
    opened = Suppression.objects.filter(lifted_at__isnull=False).order_by("lifted_at")
    opened = opened.filter(lifted_at__gt=opened_until) if opened_until else opened
    lines += [f"opened\t{one.pk}\t{one.digest}\t\t{one.lifted_at.isoformat()}" for one in opened if one.lifted_at]
    if lines:
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    return len(lines)


@transaction.atomic
def read_copy() -> int:
    """This function will close again the addresses that the file says are closed, and return how many were open."""
    closed: dict[str, tuple[str, datetime]] = {}
    for what, _pk, digest, reason, moment in _lines(Path(settings.REFUSALS)):
        if what == "closed":
            closed[digest] = (reason, datetime.fromisoformat(moment))
        else:
            closed.pop(digest, None)
    standing = set(Suppression.objects.standing().values_list("digest", flat=True))
    missing = [(digest, *rest) for digest, rest in closed.items() if digest not in standing]
    for digest, reason, since in missing:
        _close(digest, reason=reason, at=since, source="copy", note="", by=None)
    return len(missing)


def follow(person: Person, consent: Consent) -> None:
    """This function will set on the person what the newest statement says."""
    values: dict[str, Any] = {}
    if consent.medium == Medium.MAIL:
        values["mail_consent"] = MailConsent.ALLOWED if consent.allowed else MailConsent.REFUSED
        values["mail_basis"] = consent.basis if consent.allowed else ""
    elif consent.medium == Medium.PHONE:
        values["do_not_call"] = not consent.allowed
        values["do_not_call_reason"] = "" if consent.allowed else consent.evidence[:LONGEST_REASON]
        day = consent.at.astimezone(ZoneInfo(current().time_zone)).date()
        values["do_not_call_on"] = None if consent.allowed else day
    for name, value in values.items():
        setattr(person, name, value)
    person.updated_at = clock.now()
    person.save(update_fields=[*values, "updated_at"])


def _open_or_close(
    key: str, *, allowed: bool, basis: str, evidence: str, at: datetime, source: str, by: Member | None
) -> None:
    """This function will let the address follow a statement; refuses a permission that a refusal of it outweighs."""
    if not allowed:
        _close(key, reason=SuppressionReason.REFUSED, at=at, source=source, note="", by=by)
        return
    closed = suppression_of(key).first()
    if closed and (basis != Basis.OPT_IN or at < closed.since):
        raise AddressSuppressed(reason=closed.get_reason_display())
    if closed:
        _open(key, evidence=evidence, by=by)


def _close(key: str, *, reason: str, at: datetime, source: str, note: str, by: Member | None) -> Suppression:
    new = Suppression(digest=key, reason=reason, since=at, source=source[:120], note=note[:300], by=by)
    before = suppression_of(key).first()
    if before is None:
        Suppression.objects.bulk_create([new], ignore_conflicts=True)
    standing = suppression_of(key).get()
    if before is None:
        record("address_suppressed", "suppression", standing.pk, by=by, reason=reason, source=source)
    return standing


def _open(key: str, *, evidence: str, by: Member | None) -> bool:
    closed = Suppression.objects.select_for_update().filter(digest=key, lifted_at__isnull=True).first()
    if closed is None:
        return False
    closed.lifted_at, closed.lifted_by, closed.lift_evidence = clock.now(), by, evidence
    closed.save(update_fields=["lifted_at", "lifted_by", "lift_evidence"])
    record("suppression_lifted", "suppression", closed.pk, by=by, reason=closed.reason)
    return True


def _lines(place: Path) -> list[list[str]]:
    """Return the whole lines of the copy; one that was cut off while it was written is left out."""
    if not place.exists():
        return []
    parts = [line.split("\t") for line in place.read_text(encoding="utf-8").splitlines()]
    return [line for line in parts if len(line) == 5 and line[1].isdecimal()]


def _copied(place: Path) -> tuple[int, datetime | None]:
    """Return the highest row the copy knows to be closed, and the moment of the last opening it knows."""
    lines = _lines(place)
    closed = max((int(line[1]) for line in lines if line[0] == "closed"), default=0)
    opened = max((datetime.fromisoformat(line[4]) for line in lines if line[0] == "opened"), default=None)
    return closed, opened
