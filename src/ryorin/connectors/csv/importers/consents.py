"""Consents and refusals from files, each with its evidence and its day; a closed address is never opened by a file."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.fields import CONSENT
from ryorin.customers.consent.models import Basis, Consent, Medium
from ryorin.customers.consent.queries import suppressed_addresses
from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import email_key
from ryorin.lib import clock
from ryorin.lib.errors import Refusal


def targets() -> list[Target]:
    return targets_of(CONSENT)


def prepare(values: Values, world: World) -> Values:
    """Return the statement's values; raise ValueError where something is missing or impossible."""
    if not values.get("email"):
        raise ValueError(_("メールアドレスがありません。"))
    if not values.get("basis"):
        raise ValueError(_("根拠がありません。"))
    if not str(values.get("evidence", "")).strip():
        raise ValueError(_("証跡がありません。いつ、どこで、どのように得たかを書いてください。"))
    if values.get("at") is None:
        raise ValueError(_("日時がありません。"))
    if values["at"] > clock.now():
        raise ValueError(_("日時が未来です。"))
    return values | {"medium": values.get("medium") or Medium.MAIL}


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will state what each line says, and tell which were known and which are refused."""
    lines = [dict(line.values) for (line,) in groups]
    keys = {email_key(line["email"]) for line in lines}
    people = {person.email_key: person for person in Person.objects.filter(email_key__in=keys).order_by("-pk")}
    hidden = job.hidden(Person, [person.pk for person in people.values()])
    closed = suppressed_addresses([line["email"] for line in lines])
    outcomes = []
    for line in lines:
        person = people.get(email_key(line["email"]))
        if person is None or person.pk in hidden:
            outcomes.append(rejected(_("このアドレスの顧客が見つかりません。")))
        elif line["basis"] != Basis.REFUSED and line["medium"] == Medium.MAIL and line["email"] in closed:
            outcomes.append(
                rejected(_("配信停止中のアドレスです。再開は1件ずつ、新しい同意の証跡を確かめて行います。"))
            )
        else:
            outcomes.append(_state(person, line, job))
    return [outcome._replace(notes=group[0].notes) for group, outcome in zip(groups, outcomes, strict=True)]


def _state(person: Person, line: Values, job: Job) -> Outcome:
    same = {name: line[name] for name in ("medium", "basis", "at")}
    if Consent.objects.filter(person=person, **same).exists():
        return UNCHANGED
    try:
        with transaction.atomic():
            state_consent(
                person,
                medium=line["medium"],
                allowed=line["basis"] != Basis.REFUSED,
                basis=line["basis"],
                evidence=str(line["evidence"]),
                at=line["at"],
                source=job.source,
                by=job.by,
            )
    except Refusal as refusal:
        return rejected(str(refusal))
    return CREATED


CONSENTS = Kind(
    plural="consents",
    record_type=CONSENT,
    verb="people.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("email",),
    chunk=200,
    needs=(("email",), ("basis",), ("evidence",), ("at",)),
)
