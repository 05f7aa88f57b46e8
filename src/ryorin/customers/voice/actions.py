from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Max

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.customers.voice.errors import NeedGone, NobodySaidIt
from ryorin.customers.voice.models import Interest, Need, NeedSource
from ryorin.customers.voice.rules import checked
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = frozenset(
    {"kind", "what", "words", "strength", "area", "product", "competitor", "budget", "wanted_on", "state", "owner"}
)


@transaction.atomic
def note_need(
    what: str,
    *,
    kind: str,
    by: Member | None,
    person: Person | None = None,
    company: Company | None = None,
    deal_id: int | None = None,
    source: str = NeedSource.OTHER,
    said_at: datetime | None = None,
    owner: Member | None = None,
    **fields: Any,
) -> Need:
    """This function will keep what a customer said as a need, and tell it on the timeline."""
    require(by, "needs.change")
    need = _added(
        {"what": what, "kind": kind, "source": source, **fields},
        by=by,
        person=person,
        company=company,
        deal_id=deal_id,
        said_at=said_at,
        owner=owner,
    )
    if need.person_id or need.company_id:
        timeline.record(
            "heard",
            source="voice",
            by=by,
            at=need.said_at,
            person_id=need.person_id,
            company_id=need.company_id,
            channel="rep",
            properties={"need_id": need.pk, "subject": need.what, "note": need.words[:2000], "deal_id": need.deal_id},
        )
    return need


@transaction.atomic
def keep_need(
    source_key: str,
    *,
    by: Member | None,
    person: Person | None,
    company: Company | None,
    deal_id: int | None,
    source: str,
    **fields: Any,
) -> Need:
    """This function will keep a need under its writer's own key: a new one the first time, the same one from then on.

    Whoever calls tells the timeline.
    """
    require(by, "needs.change")
    found = Need.objects.select_for_update().filter(source_key=source_key).first()
    if found is not None:
        return _changed(found, fields, by=by)
    return _added(
        {"source": source, "source_key": source_key, **fields}, by=by, person=person, company=company, deal_id=deal_id
    )


@transaction.atomic
def drop_needs(keys: list[str], *, by: Member | None) -> int:
    """This function will delete the needs kept under these keys, and return how many there were."""
    require(by, "needs.change")
    found = list(Need.objects.select_for_update().filter(source_key__in=keys))
    for need in found:
        delete(need, record_type="need", by=by)
        _settle_interest(need.person_id)
    return len(found)


@transaction.atomic
def change_need(need: Need, *, by: Member | None, version: int | None, **fields: Any) -> Need:
    """This function will change what is given; refuses when somebody else changed the need since `version`."""
    require(by, "needs.change")
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    row = Need.objects.select_for_update().filter(pk=need.pk).first()
    if row is None:
        raise NeedGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return _changed(row, fields, by=by)


@transaction.atomic
def delete_need(need: Need, *, by: Member | None) -> AuditEntry:
    """This function will delete a need and return the entry it can come back from."""
    require(by, "needs.change")
    row = Need.objects.select_for_update().filter(pk=need.pk).first()
    if row is None:
        raise NeedGone()
    entry = delete(row, record_type="need", by=by)
    _settle_interest(row.person_id)
    return entry


@transaction.atomic
def restore_need(entry: AuditEntry, *, by: Member | None) -> Need:
    """This function will bring a deleted need back."""
    require(by, "needs.change")
    if entry.action != "need_deleted":
        raise NeedGone()
    need = cast(Need, restore(entry, by=by))
    _settle_interest(need.person_id)
    return need


def _added(
    fields: dict[str, Any],
    *,
    by: Member | None,
    person: Person | None,
    company: Company | None,
    deal_id: int | None,
    said_at: datetime | None = None,
    owner: Member | None = None,
) -> Need:
    """Return the new row with its fact written; refuses a voice of nobody."""
    company = company or (person.company if person else None)
    if person is None and company is None and deal_id is None:
        raise NobodySaidIt()
    now = clock.now()
    need = Need.objects.create(
        **checked(fields),
        person=person,
        company=company,
        deal_id=deal_id,
        said_at=said_at or now,
        owner=owner or by,
        created_at=now,
        updated_at=now,
    )
    _settle_interest(need.person_id)
    audit.record("need_noted", "need", need.pk, by=by, kind=need.kind, what=need.what, strength=need.strength)
    return need


def _changed(need: Need, fields: dict[str, Any], *, by: Member | None) -> Need:
    values = checked(fields)
    changes = {name: value for name, value in values.items() if getattr(need, name) != value}
    if not changes:
        return need
    facts = {name: [_said(getattr(need, name)), _said(value)] for name, value in changes.items()}
    for name, value in changes.items():
        setattr(need, name, value)
    need.version += 1
    need.updated_at = clock.now()
    need.save(update_fields=[*changes, "version", "updated_at"])
    _settle_interest(need.person_id)
    audit.record("need_changed", "need", need.pk, by=by, **facts)
    return need


def _settle_interest(person_id: int | None) -> None:
    """This function will write what the open needs come to: a product that takes a person first, then the dearest."""
    if person_id is None:
        return
    if Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first() is None:
        return
    waiting = Need.objects.waiting().filter(person=person_id)
    by_weight = ("-product__needs_person", F("product__price").desc(nulls_last=True), "product_id")
    product = waiting.filter(product__isnull=False).order_by(*by_weight).values_list("product", flat=True).first()
    budget = waiting.aggregate(largest=Max("budget"))["largest"]
    if product is None and budget is None:
        Interest.objects.filter(person=person_id).delete()
        return
    values = {"product_id": product, "budget": budget, "updated_at": clock.now()}
    Interest.objects.update_or_create(person_id=person_id, defaults=values)


def _said(value: Any) -> Any:
    return str(value) if hasattr(value, "pk") else value
