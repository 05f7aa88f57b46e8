from datetime import timedelta
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from ryorin.customers.companies.actions.change import differences
from ryorin.customers.companies.errors import ExternalKeyTaken
from ryorin.customers.people.models import Employment, Person
from ryorin.customers.people.rules import WORK, is_move, normalised, search_text
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index

NAMES_IN_SEARCH = {
    "family_name", "given_name", "family_kana", "given_kana", "company", "email", "phone", "mobile",
}  # fmt: skip


@transaction.atomic
def change_person(person: Person, *, by: Member | None, version: int | None, **fields: Any) -> Person:
    """This function will change what is given; refuses when somebody else changed the person since `version`.

    Another company, department or title closes the row of work held so far and opens the next.
    """
    require(by, "people.change")
    person = Person.objects.select_for_update(of=("self",)).select_related("company").get(pk=person.pk)
    if version is not None and person.version != version:
        raise StaleRecord()
    values = normalised(fields, known=model_to_dict(person))
    key = values.get("external_key")
    if key and Person.objects.exclude(pk=person.pk).filter(external_key=key).exists():
        raise ExternalKeyTaken(key=key)
    changes = differences(person, values)
    if not changes:
        return person
    work_before = {name: getattr(person, name) for name in WORK}
    for name in changes:
        setattr(person, name, values[name])
    person.version += 1
    person.updated_at = clock.now()
    person.save(update_fields=[*changes, "version", "updated_at"])
    if changes.keys() & set(WORK):
        keep_employment(person, work_before=work_before)
    if changes.keys() & NAMES_IN_SEARCH:
        index("person", [(person.pk, search_text(person))])
    told = {name: values for name, values in changes.items() if name != "email_key"}
    record("person_changed", "person", person.pk, by=by, **told)
    return person


def keep_employment(person: Person, *, work_before: dict[str, Any]) -> None:
    """This function will bring the history of work up to date: a move adds a row, a correction of the same day none."""
    today = clock.today()
    current = Employment.objects.filter(person=person, until__isnull=True).first()
    work = {name: getattr(person, name) for name in WORK}
    moved = is_move(work_before, work) and not (current and current.since == today)
    if current and moved:
        current.until = today - timedelta(days=1)
        current.save(update_fields=["until"])
    elif current and person.company:
        Employment.objects.filter(pk=current.pk).update(**work)
        return
    elif current:
        current.delete()
    if person.company:
        Employment.objects.create(person=person, **work, since=today if moved else None)
