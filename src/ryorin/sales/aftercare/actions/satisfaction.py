"""Keeping how content a customer says to be."""

from datetime import datetime

from django.db import transaction

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.customers.voice.actions import note_need
from ryorin.customers.voice.models import NeedKind
from ryorin.lib import clock
from ryorin.sales.aftercare.errors import NobodyAsked, ScoreInvalid
from ryorin.sales.aftercare.models import FollowUpStep, Satisfaction
from ryorin.sales.aftercare.rules import DISCONTENT, HIGHEST, LOWEST
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_COMMENT = 4_000
LONGEST_NEED = 200


@transaction.atomic
def state_satisfaction(
    score: int,
    *,
    by: Member | None,
    comment: str = "",
    person: Person | None = None,
    company: Company | None = None,
    step: FollowUpStep | None = None,
    at: datetime | None = None,
    owner: Member | None = None,
) -> Satisfaction:
    """This function will keep the score, 1 to 5, and tell it; what a discontent customer says becomes a complaint."""
    require(by, "aftercare.change")
    if not LOWEST <= score <= HIGHEST:
        raise ScoreInvalid()
    if person is None and company is None:
        raise NobodyAsked()
    now, comment = clock.now(), comment.replace("\0", "").strip()[:LONGEST_COMMENT]
    company = company or (person.company if person else None)
    found = Satisfaction.objects.create(
        person=person,
        company=company,
        step=step,
        score=score,
        comment=comment,
        at=at or now,
        owner=owner or by,
        created_at=now,
    )
    audit.record("satisfaction_stated", "satisfaction", found.pk, by=by, score=score, note=comment)
    timeline.record(
        "satisfaction_stated",
        source="aftercare",
        by=owner or by,
        at=found.at,
        person_id=person.pk if person else None,
        company_id=company.pk if company else None,
        channel="rep",
        properties={"score": score, "subject": f"{score} / {HIGHEST}", "note": comment},
    )
    if comment and score <= DISCONTENT:
        note_need(
            comment.splitlines()[0][:LONGEST_NEED],
            kind=NeedKind.COMPLAINT,
            by=by,
            person=person,
            company=company,
            words=comment,
            strength=HIGHEST if score == LOWEST else HIGHEST - 1,
            said_at=found.at,
            owner=owner or by,
        )
    return found
