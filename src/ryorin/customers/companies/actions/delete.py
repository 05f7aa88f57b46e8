from typing import cast

from django.db import transaction

from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import search_text
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import forget, index


@transaction.atomic
def delete_company(company: Company, *, by: Member | None) -> AuditEntry:
    """This function will delete a company; its people, deals and orders stay without it. The entry can restore it."""
    require(by, "companies.delete")
    forget("company", [company.pk])
    return delete(company, record_type="company", by=by)


@transaction.atomic
def restore_company(entry: AuditEntry, *, by: Member | None) -> Company:
    """This function will put a deleted company back, with the links it had."""
    require(by, "companies.delete")
    company = cast(Company, restore(entry, by=by))
    index("company", [(company.pk, search_text(company))])
    return company
