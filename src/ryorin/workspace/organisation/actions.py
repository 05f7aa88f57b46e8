import secrets
from typing import Any

from django.db import IntegrityError, transaction

from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.actions import add_member
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.errors import CompanyExists, CompanyMissing
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.rules import normalised

THE_ONE = 1


def set_up_company(
    *, name: str, email: str, password: str, family_name: str, given_name: str = "", **settings: Any
) -> Member:
    """This function will register the company and its first administrator, once; return the administrator."""
    values = normalised({"name": name, **settings})
    try:
        with transaction.atomic():
            if Organisation.objects.exists():
                raise CompanyExists()
            Organisation.objects.create(pk=THE_ONE, site_key=secrets.token_urlsafe(12), **values)
            administrator = add_member(
                email=email,
                password=password,
                family_name=family_name,
                given_name=given_name,
                role=Role.ADMINISTRATOR,
                by=None,
            )
            audit.record("company_set_up", "organisation", THE_ONE, by=administrator, name=values["name"])
    except IntegrityError:
        raise CompanyExists() from None
    return administrator


@transaction.atomic
def change_organisation(*, by: Member | None, version: int | None, **fields: Any) -> Organisation:
    """This function will change what is given of the company; its currency stays, for amounts are kept in its units."""
    require(by, "organisation.change")
    values = normalised(fields)
    organisation = Organisation.objects.select_for_update().order_by("pk").first()
    if organisation is None:
        raise CompanyMissing()
    if version is not None and organisation.version != version:
        raise StaleRecord()
    if "currency" in values:
        raise TypeError("the currency is chosen once")
    changes = {
        name: [getattr(organisation, name), value]
        for name, value in values.items()
        if getattr(organisation, name) != value
    }
    if not changes:
        return organisation
    for name in changes:
        setattr(organisation, name, values[name])
    organisation.version += 1
    organisation.save(update_fields=[*changes, "version", "updated_at"])
    audit.record("organisation_changed", "organisation", organisation.pk, by=by, **changes)
    return organisation
