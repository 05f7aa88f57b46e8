from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import MemberExists, PasswordTooWeak
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def add_member(*, email: str, password: str, family_name: str, role: str, by: Member | None, **fields: Any) -> Member:
    """This function will add a member who may sign in with the password, and return the member."""
    require(by, "members.change")
    if Member.objects.filter(email__iexact=email.strip()).exists():
        raise MemberExists(email=email)
    member = Member(email=email.strip().lower(), family_name=family_name, role=role, **fields)
    put_password(member, password)
    member.save()
    audit.record("member_added", "member", member.pk, by=by, email=member.email, role=role)
    return member


@transaction.atomic
def set_password(member: Member, *, password: str, by: Member | None) -> None:
    """This function will give the member a new password; sessions signed in with the old one end."""
    if by is None or by.pk != member.pk:
        require(by, "members.change")
    put_password(member, password)
    member.save(update_fields=["password"])
    audit.record("password_changed", "member", member.pk, by=by)


def put_password(member: Member, password: str) -> None:
    try:
        validate_password(password, user=member)
    except ValidationError as error:
        raise PasswordTooWeak(reasons=" ".join(error.messages)) from error
    member.set_password(password)
