"""Erasing a person, in steps that can each be done again: their rows at once, then every text that names them.

History and the files below it are a higher floor's (`insight.lake`), which follows the rows of `Erasure`.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from ryorin.customers.consent.actions import suppress
from ryorin.customers.consent.models import Consent, KeptEvidence, SuppressionReason
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.customers.privacy.errors import IdentityUnchecked, NameNotTyped
from ryorin.customers.privacy.models import Erasure, ErasureState, PersonalExport, PrivacyRequest, RequestState
from ryorin.customers.privacy.queries import Wanted, declared, plan_erasure, rows_about, traces_of, wanted_of
from ryorin.customers.privacy.queries.archive import folder
from ryorin.customers.privacy.queries.registry import model_of
from ryorin.customers.privacy.queries.traces import text_columns
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.lib.personal import OnErasure, Personal
from ryorin.lib.vault import lock, unlock
from ryorin.workspace.audit.actions import Fact, record, record_many, redact
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.files.models import File
from ryorin.workspace.files.queries import place_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.search.actions import forget
from ryorin.workspace.tasks.models import Task

EVIDENCE_DAYS = 366
AT_ONCE = 200


def erase_person(person: Person, *, typed: str, by: Member | None, request: PrivacyRequest | None = None) -> Erasure:
    """This function will remove the person and what belongs to them for good; it cannot be undone.

    `typed` is the name as somebody typed it to confirm. What must stay by law stays, without the link to the person.
    """
    require(by, "privacy.erase")
    if "".join(typed.split()) != "".join(person.name.split()):
        raise NameNotTyped(name=person.name)
    return _erase_rows(person, by=by, request=request)


@transaction.atomic
def _erase_rows(person: Person, *, by: Member | None, request: PrivacyRequest | None) -> Erasure:
    person = Person.objects.select_for_update().get(pk=person.pk)
    if request is not None:
        request = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
        if request.state != RequestState.VERIFIED:
            raise IdentityUnchecked()
    overwrite_what_is_deleted()
    pk, wanted = person.pk, wanted_of(person)
    visitors = list(Identity.objects.filter(person=person).values_list("visitor", flat=True))
    lines = [line.data for line in plan_erasure(person)]
    for name in PersonalExport.objects.filter(person=person).exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial((folder() / name).unlink, missing_ok=True))
    keep_evidence(person)
    if person.email:
        suppress(person.email, reason=SuppressionReason.ERASED, source="erasure", by=by)
    InboxTouchpoint.objects.filter(Q(person_id=pk) | Q(visitor__in=visitors)).delete()
    forget("person", [pk])
    Notification.objects.filter(Q(url=f"/people/{pk}") | Q(url__startswith=f"/people/{pk}/")).delete()
    for task in Task.objects.filter(about_type="person", about_id=pk):
        Task.objects.filter(pk=task.pk).delete()
    facts: list[Fact] = []
    for one in declared():
        if one.model != "customers_people.Person":
            facts += deal_with(one, pk, wanted)
    Person.objects.filter(pk=pk).delete()
    redact(
        AuditEntry.objects.filter(record_type="person", record_id=pk).order_by("pk"),
        cleaned=lambda _changes: {},
    )
    erasure = Erasure.objects.create(
        person_was=pk,
        digest=person.email_key,
        request=request,
        lines=lines,
        wanted=lock(json.dumps({"texts": wanted.texts, "visitors": visitors}), key=settings.SECRET_KEY),
        by=by,
        at=clock.now(),
    )
    facts.append(Fact("person_deleted", "person", pk, {"erased": True}))
    record_many(facts, by=by)
    record("person_erased", "erasure", erasure.pk, by=by, request=request.pk if request else None)
    return erasure


def deal_with(one: Personal, person_id: int, wanted: Wanted) -> list[Fact]:
    """This function will do with a person's rows what their leaf declares, and return what history must hear."""
    rows = rows_about(one, person_id)
    if not one.person or one.on_erasure is OnErasure.KEPT:
        return []  # the link goes when the person goes
    if one.on_erasure is OnErasure.REMOVED:
        name = str(model_of(one)._meta.model_name)
        ids, files = list(rows.values_list("pk", flat=True)), _files_of(one, rows)
        rows.delete()
        _drop_files(files)
        return [Fact(f"{name}_deleted", name, pk, {"erased": True}) for pk in ids if isinstance(pk, int)]
    _unlink(one, rows, wanted)
    return []


def _unlink(one: Personal, rows: QuerySet[Any], wanted: Wanted) -> None:
    """This function will take the person out of rows that stay: the declared columns, and texts that name them."""
    model = model_of(one)
    own = {one.person: None} if "__" not in one.person else {}
    moment = {"updated_at": clock.now()} if any(field.name == "updated_at" for field in model._meta.fields) else {}
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        model._base_manager.filter(pk__in=ids[start : start + AT_ONCE]).update(**own, **one.cleared, **moment)
    if wanted.texts:
        _rewrite(model, ids, wanted)


def sweep(erasure: Erasure) -> list[str]:
    """This function will take what names the person out of every text of the database, a few rows at a time.

    It returns the labels of the models that changed without a moment of change of their own. Doing it again is safe.
    """
    wanted = wanted_in(erasure)
    overwrite_what_is_deleted()
    silent: set[str] = set()
    for trace in list(traces_of(wanted)):
        if trace.is_kept:
            continue
        for start in range(0, len(trace.ids), AT_ONCE):
            with transaction.atomic():
                if not _rewrite(trace.model, trace.ids[start : start + AT_ONCE], wanted):
                    silent.add(trace.model._meta.label)
    for text in wanted.texts:
        written = AuditEntry.objects.filter(changes__icontains=text).order_by("pk")
        for some in _in_slices(list(written.values_list("pk", flat=True))):
            redact(AuditEntry.objects.filter(pk__in=some).order_by("pk"), cleaned=wanted.without)
    return sorted(silent)


def wanted_in(erasure: Erasure) -> Wanted:
    """Return what an erasure that is not finished looks for."""
    return Wanted(tuple(_unlocked(erasure).get("texts", ())))


def visitors_in(erasure: Erasure) -> list[str]:
    """Return the browsers that were the person's."""
    return list(_unlocked(erasure).get("visitors", ()))


def finish(erasure: Erasure, *, traces: list[dict[str, Any]]) -> None:
    """This function will note what was found when everything was looked through again, and forget what was wanted."""
    with transaction.atomic():
        overwrite_what_is_deleted()
        state = ErasureState.TRACES if traces else ErasureState.DONE
        Erasure.objects.filter(pk=erasure.pk).update(state=state, traces=traces, wanted="", finished_at=clock.now())
        record("erasure_finished", "erasure", erasure.pk, by=None, traces=len(traces))


def keep_evidence(person: Person) -> None:
    """This function will keep, under the address's hash, on what basis mails were sent, for a year and a day."""
    if not person.email_key:
        return
    until = clock.today() + timedelta(days=EVIDENCE_DAYS)
    KeptEvidence.objects.bulk_create(
        KeptEvidence(
            digest=person.email_key,
            medium=consent.medium,
            allowed=consent.allowed,
            basis=consent.basis,
            source=consent.source,
            at=consent.at,
            keep_until=until,
        )
        for consent in Consent.objects.filter(person=person).order_by("at", "pk")
    )


def overwrite_what_is_deleted() -> None:
    """This function will have the embedded database write zeros over what it deletes on this connection."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON").fetchall()


def _unlocked(erasure: Erasure) -> dict[str, Any]:
    if not erasure.wanted:
        return {}
    found: dict[str, Any] = json.loads(unlock(erasure.wanted, key=settings.SECRET_KEY))
    return found


def _rewrite(model: type[Model], ids: Iterable[Any], wanted: Wanted) -> bool:
    """This function will rewrite the texts of rows, and return whether the rows carry a moment of change."""
    columns = text_columns(model)
    has_moment = any(field.name == "updated_at" for field in model._meta.fields)
    moment = {"updated_at": clock.now()} if has_moment else {}
    for row in model._base_manager.filter(pk__in=list(ids)).values("pk", *columns):
        new = {name: wanted.without(row[name]) for name in columns if row[name]}
        changed = {name: _fitting(model, name, value) for name, value in new.items() if value != row[name]}
        if changed:
            model._base_manager.filter(pk=row["pk"]).update(**changed, **moment)
    return has_moment


def _fitting(model: type[Model], name: str, value: Any) -> Any:
    longest = getattr(model._meta.get_field(name), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value


def _files_of(one: Personal, rows: QuerySet[Any]) -> set[int]:
    return {pk for column in one.files for pk in rows.values_list(column, flat=True) if pk}


def _drop_files(ids: set[int]) -> None:
    """This function will remove files of removed rows, and their content where no other file has the same."""
    for file in File.objects.filter(pk__in=ids):
        file.delete()
        if not File.objects.filter(sha256=file.sha256).exists():
            transaction.on_commit(partial(place_of(file.sha256).unlink, missing_ok=True))


def _in_slices(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
