from datetime import datetime
from typing import Any

from django.db import transaction

from ryorin.customers.companies.errors import CorporateNumberTaken, ExternalKeyTaken
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import normalised, search_text
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search.actions import index


@transaction.atomic
def create_company(*, by: Member | None, at: datetime | None = None, **fields: Any) -> Company:
    """This function will add a company; its name is kept as written and compared without legal form and spelling."""
    require(by, "companies.change")
    values = normalised(fields)
    refuse_taken(values)
    now = clock.now()
    company = Company.objects.create(**values, created_at=at or now, updated_at=now)
    index("company", [(company.pk, search_text(company))], fresh=True)
    record("company_created", "company", company.pk, by=by, name=company.name)
    return company


def refuse_taken(values: dict[str, Any], *, exclude: int | None = None) -> None:
    """This function will refuse a 法人番号 or an outside key that another company has."""
    others = Company.objects.exclude(pk=exclude) if exclude else Company.objects.all()
    if (number := values.get("corporate_number")) and (other := others.filter(corporate_number=number).first()):
        raise CorporateNumberTaken(name=other.name)
    if (key := values.get("external_key")) and others.filter(external_key=key).exists():
        raise ExternalKeyTaken(key=key)
