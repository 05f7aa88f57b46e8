"""The verbs of one person, for thousands of them in one transaction; what they write is the same."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, cast

from django.db import transaction

from ryorin.customers.people.actions.change import NAMES_IN_SEARCH, keep_employment
from ryorin.customers.people.models import Employment, LifecycleStage, MailConsent, Person, StageChange
from ryorin.customers.people.rules import WORK, email_key, search_text
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.lib.rows import insert_rows, reserve_ids, rows_with
from ryorin.workspace.audit.actions import record_alike
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index, index_tokens
from ryorin.workspace.search.rules import grams

GIVEN = (
    "family_name", "given_name", "family_kana", "given_kana", "honorific", "email", "phone", "mobile", "phone_key",
    "email_key",
    "company_id", "department", "job_title", "postal_code", "prefecture", "city", "street", "building", "memo",
    "owner_id", "source_channel", "source_campaign_id", "source_detail", "external_key", "traits",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = dict.fromkeys(GIVEN, "") | {
    "company_id": None, "owner_id": None, "source_campaign_id": None, "external_key": None, "honorific": "様",
    "traits": {},
}  # fmt: skip
_given = itemgetter(*GIVEN)
_REST = (
    "stage", "stage_at", "score", "score_reasons", "is_ready", "mail_consent", "do_not_call", "do_not_call_reason",
    "first_contact_at", "version", "created_at", "updated_at",
)  # fmt: skip
_COLUMNS = (*GIVEN, *_REST, "id")
_STAGE_COLUMNS = ("person_id", "stage", "at", "why", "channel", "campaign_id", "ref_type", "updated_at")
_EMPLOYMENT_COLUMNS = ("person_id", "company_id", "department", "job_title")


@transaction.atomic
def add_people(
    rows: Sequence[Mapping[str, Any]], *, by: Member | None, source: str, why: str = "imported"
) -> Sequence[int]:
    """This function will add the people as leads and return their ids; values as `rules.normalised` gives them.

    Related records are given by id (`company_id`, `owner_id`); `company_name` and `tokens` spare a look-up.
    """
    require(by, "people.change")
    now = clock.now()
    ids = reserve_ids(Person, len(rows))
    people, stages, work, tokens, facts, touchpoints = [], [], [], [], [], []
    member = by.pk if by else None
    for pk, row in zip(ids, rows, strict=True):
        at: datetime = row.get("first_contact_at") or now
        given = _given({**_DEFAULTS, "email_key": email_key(row.get("email", "")), **row})
        lead, unknown = LifecycleStage.LEAD.value, MailConsent.UNKNOWN.value
        people.append((*given, lead, at, 0, [], False, unknown, False, "", at, 1, now, now, pk))
        channel, campaign = row.get("source_channel", ""), row.get("source_campaign_id")
        stages.append((pk, lead, at, why, channel, campaign, "", now))
        if company := row.get("company_id"):
            work.append((pk, company, row.get("department", ""), row.get("job_title", "")))
        tokens.append((pk, row.get("tokens") or tokens_of(row)))
        name = f"{row['family_name']} {row.get('given_name', '')}".rstrip()
        facts.append((pk, {"name": name, "why": why, "stage": lead}))
        touchpoints.append(
            {"uid": new_id(at), "at": at, "kind": "lead_imported", "person_id": pk, "company_id": row.get("company_id")}
            | {"channel": channel, "campaign_id": campaign, "member_id": member, "source": source}
        )
    insert_rows(Person, _COLUMNS, people)
    insert_rows(StageChange, _STAGE_COLUMNS, stages)
    insert_rows(Employment, _EMPLOYMENT_COLUMNS, work)
    index_tokens("person", tokens)
    record_alike("person_created", "person", facts, by=by)
    write_inbox(touchpoints)
    return ids


@transaction.atomic
def change_people(changes: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]], *, by: Member | None) -> None:
    """This function will set the new values of each (id, old values, new values), which the caller has compared."""
    require(by, "people.change")
    now = clock.now()
    work_before = {}
    held = Person.objects.select_related("company").in_bulk([pk for pk, _old, _new in changes])
    for pk, _old, new in changes:
        person = held[pk]
        if new.keys() & {"company_id", "department", "job_title"}:
            work_before[pk] = {name: getattr(person, name) for name in WORK}
        Person.objects.filter(pk=pk).update(**new, version=person.version + 1, updated_at=now)
    fresh = Person.objects.select_related("company").in_bulk(list(held))
    for pk, before in work_before.items():
        keep_employment(fresh[pk], work_before=before)
    names = {*NAMES_IN_SEARCH, "company_id"}
    index("person", [(pk, search_text(fresh[pk])) for pk, _old, new in changes if new.keys() & names])
    facts = [
        (pk, {name: [old.get(name), value] for name, value in new.items() if name != "email_key"})
        for pk, old, new in changes
    ]
    record_alike("person_changed", "person", facts, by=by)


def tokens_of(row: Mapping[str, Any]) -> str:
    """Return the search tokens of a person given by values, the company by `company_name`."""
    company = SimpleNamespace(name=row["company_name"]) if row.get("company_name") else None
    return grams(search_text(cast(Person, SimpleNamespace(**{**_DEFAULTS, **row, "company": company}))))


@dataclass(frozen=True, slots=True)
class Reached:
    """One person at one stage: when, why, and what brought it."""

    person_id: int
    stage: str
    at: datetime
    why: str
    channel: str = ""
    campaign_id: int | None = None
    ref_type: str = ""
    ref_id: int | None = None


@transaction.atomic
def reach_stages(reached: Iterable[Reached], *, by: Member | None) -> int:
    """This function will do for many what `reach_stage` does for one, and return how many came somewhere first."""
    earliest: dict[tuple[int, str], Reached] = {}
    for one in sorted(reached, key=lambda one: one.at):
        earliest.setdefault((one.person_id, one.stage), one)
    if not earliest:
        return 0
    now = clock.now()
    held = rows_with(StageChange, ("person_id", "stage"), ("person_id", "stage", "id", "at"), earliest)
    known = {(person, stage): (pk, at) for person, stage, pk, at in held}
    for key, (pk, at) in known.items():
        one = earliest[key]
        if one.at < at:
            cause = {"why": one.why, "channel": one.channel, "campaign_id": one.campaign_id}
            same = StageChange.objects.filter(pk=pk)
            same.update(at=one.at, ref_type=one.ref_type, ref_id=one.ref_id, updated_at=now, **cause)
    new = [one for key, one in earliest.items() if key not in known]
    columns = (*_STAGE_COLUMNS, "ref_id")
    insert_rows(
        StageChange,
        columns,
        [
            (one.person_id, one.stage, one.at, one.why, one.channel, one.campaign_id, one.ref_type, now, one.ref_id)
            for one in new
        ],
    )
    move_forward(earliest.values(), now=now)
    facts = [(one.person_id, {"stage": one.stage, "why": one.why, "at": one.at}) for one in new]
    record_alike("stage_reached", "person", facts, by=by)
    write_inbox(
        {"at": one.at, "kind": "stage_reached", "person_id": one.person_id, "channel": one.channel}
        | {"campaign_id": one.campaign_id, "member_id": by.pk if by else None, "source": "people"}
        | {"properties": json.dumps({"stage": one.stage, "why": one.why})}
        for one in new
    )
    return len(new)


def move_forward(reached: Iterable[Reached], *, now: datetime) -> None:
    """This function will set people to the furthest of the stages, where they are not there or beyond already."""
    furthest: dict[int, Reached] = {}
    for one in sorted(reached, key=lambda one: LifecycleStage(one.stage).rank):
        furthest[one.person_id] = one
    held = rows_with(Person, ("id",), ("id", "stage", "stage_at"), [(pk,) for pk in furthest])
    for pk, stage, since in held:
        one = furthest[pk]
        ahead = LifecycleStage(one.stage).rank - LifecycleStage(stage).rank
        if ahead > 0 or (ahead == 0 and one.at < since):
            Person.objects.filter(pk=pk).update(stage=one.stage, stage_at=one.at, updated_at=now)
