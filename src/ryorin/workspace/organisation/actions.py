import secrets
from typing import Any

from django.db import transaction

from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.actions import add_member
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.errors import CompanyExists
from ryorin.workspace.organisation.models import Organisation


@transaction.atomic
def set_up_company(
    *, name: str, email: str, password: str, family_name: str, given_name: str = "", **settings: Any
) -> Member:
    """This function will register the company and its first administrator, once; return the administrator."""
    if Organisation.objects.select_for_update().exists():
        raise CompanyExists()
    Organisation.objects.create(name=name, site_key=secrets.token_urlsafe(12), **settings)
    administrator = add_member(
        email=email,
        password=password,
        family_name=family_name,
        given_name=given_name,
        role=Role.ADMINISTRATOR,
        by=None,
    )
    audit.record("company_set_up", "organisation", by=administrator, name=name)
    return administrator
