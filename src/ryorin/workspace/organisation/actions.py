import secrets
from typing import Any, Literal

from django.db import IntegrityError, transaction

from ryorin.workspace.audit import actions as audit
from ryorin.workspace.files.actions import keep
from ryorin.workspace.files.models import Kind
from ryorin.workspace.members.actions import add_member
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.errors import CompanyExists, CompanyMissing
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.rules import normalised

THE_ONE = 1
DRAWN = (Kind.PNG, Kind.JPEG)
LARGEST_IMAGE = 2 * 1024 * 1024
Place = Literal["logo", "seal"]


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


@transaction.atomic
def set_image(
    place: Place, *, content: bytes | None, name: str, by: Member | None, version: int | None
) -> Organisation:
    """This function will put the logo or the seal (角印) in its place, or take it away where there is no content."""
    require(by, "organisation.change")
    organisation = Organisation.objects.select_for_update().order_by("pk").first()
    if organisation is None:
        raise CompanyMissing()
    if version is not None and organisation.version != version:
        raise StaleRecord()
    file = keep(content, name=name, by=by, kinds=DRAWN, largest=LARGEST_IMAGE) if content is not None else None
    old = getattr(organisation, place)
    setattr(organisation, place, file)
    organisation.version += 1
    organisation.save(update_fields=[place, "version", "updated_at"])
    change = {place: [old.name if old else "", file.name if file else ""]}
    audit.record("organisation_changed", "organisation", organisation.pk, by=by, **change)
    return organisation
