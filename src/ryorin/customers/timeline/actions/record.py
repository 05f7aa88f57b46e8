"""Writing touchpoints. Both wheels write through `record`; the row is durable when the transaction is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ryorin.customers.timeline.errors import TouchpointRefused
from ryorin.customers.timeline.models import InboxTouchpoint, Verdict
from ryorin.customers.timeline.rules import LIMIT_OF_PROPERTIES, problem_with
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.workspace.members.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """One thing that happened between a customer and us; `value` in minor units of the company's currency."""

    kind: str
    source: str
    at: datetime | None = None
    uid: UUID | None = None
    person_id: int | None = None
    visitor: str = ""
    company_id: int | None = None
    channel: str = ""
    campaign_id: int | None = None
    member_id: int | None = None
    value: int | None = None
    verdict: str = Verdict.HUMAN
    properties: dict[str, Any] = field(default_factory=dict)


def record(kind: str, *, source: str, by: Member | None = None, **parts: Any) -> UUID:
    """This function will write one touchpoint (the fields of Touchpoint) and return its id."""
    return record_many([Touchpoint(kind=kind, source=source, member_id=by.pk if by else None, **parts)])[0]


def record_many(touchpoints: Iterable[Touchpoint]) -> list[UUID]:
    """This function will write the touchpoints into the inbox; an id that waits there already is not written again."""
    rows = [inbox_row(touchpoint) for touchpoint in touchpoints]
    InboxTouchpoint.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return [row.uid for row in rows]


def inbox_row(touchpoint: Touchpoint) -> InboxTouchpoint:
    """Return the inbox row of a touchpoint; refuses unknown kinds and properties that are too large."""
    problem = problem_with(touchpoint.kind, touchpoint.properties)
    properties = json.dumps(touchpoint.properties, ensure_ascii=False, separators=(",", ":"), default=str)
    if not problem and len(properties) > LIMIT_OF_PROPERTIES:
        problem = f"properties are longer than {LIMIT_OF_PROPERTIES} characters"
    if problem:
        raise TouchpointRefused(reason=problem)
    at = touchpoint.at or clock.now()
    return InboxTouchpoint(
        uid=touchpoint.uid or new_id(at),
        at=at,
        kind=touchpoint.kind,
        person_id=touchpoint.person_id,
        visitor=touchpoint.visitor,
        company_id=touchpoint.company_id,
        channel=touchpoint.channel,
        campaign_id=touchpoint.campaign_id,
        member_id=touchpoint.member_id,
        value=touchpoint.value,
        verdict=touchpoint.verdict,
        source=touchpoint.source,
        properties=properties,
    )
