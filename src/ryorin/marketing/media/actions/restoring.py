"""Putting back what was deleted."""

from django.db import transaction

from ryorin.marketing.media.models import Creative, Flight
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def restore_flight(entry: AuditEntry, *, by: Member | None) -> Flight:
    """This function will put back a deleted flight with its months."""
    require(by, "campaigns.change")
    found = restore(entry, by=by)
    assert isinstance(found, Flight)
    return found


@transaction.atomic
def restore_creative(entry: AuditEntry, *, by: Member | None) -> Creative:
    """This function will put back a deleted creative with its versions and places."""
    require(by, "campaigns.change")
    found = restore(entry, by=by)
    assert isinstance(found, Creative)
    return found
