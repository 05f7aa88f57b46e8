from django.db import transaction

from ryorin.customers.companies.errors import ReasonMissing
from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

LONGEST_REASON = 120


@transaction.atomic
def forbid_calls(company: Company, *, reason: str, by: Member | None) -> Company:
    """This function will note that a company does not want to be called any more, why, and since which day."""
    require(by, "companies.change")
    reason = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing()
    return _set(company, {"do_not_call": True, "do_not_call_reason": reason}, by=by)


@transaction.atomic
def allow_calls(company: Company, *, by: Member | None) -> Company:
    """This function will take back that a company must not be called."""
    require(by, "companies.change")
    return _set(company, {"do_not_call": False, "do_not_call_reason": ""}, by=by)


def _set(company: Company, values: dict[str, object], *, by: Member | None) -> Company:
    company = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
    changes = {name: [getattr(company, name), new] for name, new in values.items() if getattr(company, name) != new}
    if not changes:
        return company
    for name, value in values.items():
        setattr(company, name, value)
    company.do_not_call_on = clock.today(current().time_zone) if company.do_not_call else None
    company.version += 1
    company.updated_at = clock.now()
    company.save(update_fields=[*values, "do_not_call_on", "version", "updated_at"])
    record("company_changed", "company", company.pk, by=by, **changes)
    return company
