"""Stating what a person allows or refuses."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from ryorin.customers.consent.models import Consent, Medium
from ryorin.customers.consent.rules import check
from ryorin.customers.people.models import MailConsent, Person
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
    by: Member | None = None,
) -> Consent:
    """This function will add a statement about one medium; the newest by `at` decides what the person allows."""
    require(by, "people.change")
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    at = at or clock.now()
    last = Consent.objects.filter(person=person, medium=medium).first()
    check(medium=medium, allowed=allowed, basis=basis, evidence=evidence, last=last)
    consent = Consent.objects.create(
        person=person, medium=medium, allowed=allowed, basis=basis, evidence=evidence, source=source[:120], at=at, by=by
    )
    if last is None or last.at <= at:
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


def follow(person: Person, consent: Consent) -> None:
    """This function will set on the person what the newest statement says."""
    values: dict[str, Any] = {}
    if consent.medium == Medium.MAIL:
        values["mail_consent"] = MailConsent.ALLOWED if consent.allowed else MailConsent.REFUSED
    elif consent.medium == Medium.PHONE:
        values["do_not_call"] = not consent.allowed
        values["do_not_call_reason"] = "" if consent.allowed else consent.evidence[:LONGEST_REASON]
        day = consent.at.astimezone(ZoneInfo(current().time_zone)).date()
        values["do_not_call_on"] = None if consent.allowed else day
    for name, value in values.items():
        setattr(person, name, value)
    person.updated_at = clock.now()
    person.save(update_fields=[*values, "updated_at"])
