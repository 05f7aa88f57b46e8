from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.forms.models import model_to_dict

from ryorin.customers.companies.actions.create import refuse_taken
from ryorin.customers.companies.errors import CompanyIsItsOwnParent
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import normalised, search_text
from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import search_text as search_text_of_person
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index

NAMES_IN_SEARCH = {"name", "name_kana", "name_en", "corporate_number", "phone"}


@transaction.atomic
def change_company(company: Company, *, by: Member | None, version: int | None, **fields: Any) -> Company:
    """This function will change what is given; refuses when somebody else changed the company since `version`."""
    require(by, "companies.change")
    company = Company.objects.select_for_update().get(pk=company.pk)
    if version is not None and company.version != version:
        raise StaleRecord()
    values = normalised(fields, known=model_to_dict(company))
    refuse_taken(values, exclude=company.pk)
    refuse_circle(company, values.get("parent"))
    changes = differences(company, values)
    if not changes:
        return company
    for name in changes:
        setattr(company, name, values[name])
    company.version += 1
    company.updated_at = clock.now()
    company.save(update_fields=[*changes, "version", "updated_at"])
    if changes.keys() & NAMES_IN_SEARCH:
        index("company", [(company.pk, search_text(company))])
    if "name" in changes:
        index_people_of(company)
    record("company_changed", "company", company.pk, by=by, **changes)
    return company


def refuse_circle(company: Company, parent: Company | None) -> None:
    """This function will refuse a parent that is the company itself or stands below it."""
    seen: set[int] = set()
    while parent is not None and parent.pk not in seen:
        if parent.pk == company.pk:
            raise CompanyIsItsOwnParent()
        seen.add(parent.pk)
        parent = parent.parent


def index_people_of(company: Company) -> None:
    """This function will make the company's people findable by its new name."""
    people = Person.objects.filter(company=company).select_related("company")
    index("person", [(person.pk, search_text_of_person(person)) for person in people])


def differences(row: Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return [old, new] by name where they differ, as the audit trail keeps them: related records by their id."""
    before = {name: getattr(row, name) for name in values}
    return {name: [_plain(before[name]), _plain(new)] for name, new in values.items() if before[name] != new}


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)
