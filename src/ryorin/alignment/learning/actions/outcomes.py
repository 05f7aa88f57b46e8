"""How leads ended, as files say."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ryorin.alignment.learning.models import LeadOutcome
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.workspace.audit.actions import record_alike

COLUMNS = ("person_id", "won", "at", "source", "updated_at")


@transaction.atomic
def record_outcomes(outcomes: Sequence[tuple[int, bool, datetime]], *, source: str) -> None:
    """This function will keep (person id, whether won, when) for each lead; a later file's word takes the place."""
    if not outcomes:
        return
    now = clock.now()
    last = {pk: (pk, won, at, source, now) for pk, won, at in outcomes}
    insert_rows(LeadOutcome, COLUMNS, list(last.values()), replaces="person_id")
    facts = [(pk, {"won": won, "at": at, "source": source}) for pk, won, at, *_rest in last.values()]
    record_alike("lead_outcome_recorded", "person", facts, by=None)
