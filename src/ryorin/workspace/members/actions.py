"""Who may work here: members, their passwords, their teams."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import (
    CannotDeactivateYourself,
    CircularSuperiors,
    LastAdministrator,
    MemberExists,
    ParticularsRefused,
    PasswordTooWeak,
    StaleRecord,
    TeamExists,
    TeamInUse,
    TeamNameMissing,
)
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.queries import is_last_administrator
from ryorin.workspace.members.rules import one_time_password, require

OWN = frozenset({"family_name", "given_name", "language", "away_until"})
BY_ADMINISTRATORS = OWN | {"email", "role", "scope", "team", "level", "superior"}


@transaction.atomic
def add_member(*, email: str, password: str, family_name: str, role: str, by: Member | None, **fields: Any) -> Member:
    """This function will add a member who may sign in with the password, and return the member."""
    require(by, "members.change")
    email = email.strip().lower()
    _refuse_taken(email)
    member = Member(email=email, family_name=family_name.strip(), role=role, **fields)
    _put_password(member, password)
    _check(member)
    member.save()
    audit.record("member_added", "member", member.pk, by=by, name=member.name, email=member.email, role=role)
    return member


@transaction.atomic
def invite_member(*, email: str, family_name: str, role: str, by: Member, **fields: Any) -> tuple[Member, str]:
    """This function will add a member and return with it the password that is good for the first sign-in only."""
    password = one_time_password()
    member = add_member(
        email=email,
        password=password,
        family_name=family_name,
        role=role,
        by=by,
        has_one_time_password=True,
        **fields,
    )
    return member, password


@transaction.atomic
def change_member(member: Member, *, by: Member | None, version: int | None, **fields: Any) -> Member:
    """This function will change what is given of a member; the last administrator stays one."""
    require(by, "members.change")
    return _change(member, by=by, version=version, fields=fields, allowed=BY_ADMINISTRATORS)


@transaction.atomic
def change_profile(member: Member, *, version: int | None, **fields: Any) -> Member:
    """This function will change what members say of themselves: name, language, until when they are away."""
    return _change(member, by=member, version=version, fields=fields, allowed=OWN)


@transaction.atomic
def deactivate_member(member: Member, *, by: Member | None) -> Member:
    """This function will end a member's sessions and sign-in; what they did and own stays."""
    require(by, "members.change")
    member = _locked(member)
    if by is not None and by.pk == member.pk:
        raise CannotDeactivateYourself()
    if is_last_administrator(member):
        raise LastAdministrator()
    return _switch(member, is_active=False, by=by)


@transaction.atomic
def reactivate_member(member: Member, *, by: Member | None) -> Member:
    """This function will let a member who had left sign in again."""
    require(by, "members.change")
    return _switch(_locked(member), is_active=True, by=by)


@transaction.atomic
def set_password(member: Member, *, password: str, by: Member | None) -> None:
    """This function will give the member a new password; sessions signed in with the old one end."""
    if by is None or by.pk != member.pk:
        require(by, "members.change")
    _put_password(member, password)
    member.has_one_time_password = False
    member.save(update_fields=["password", "has_one_time_password"])
    audit.record("password_changed", "member", member.pk, by=by, name=member.name)


@transaction.atomic
def issue_password(member: Member, *, by: Member) -> str:
    """This function will replace the password by one that is good for one sign-in, end all sessions, and return it."""
    require(by, "members.change")
    password = one_time_password()
    member = _locked(member)
    member.set_password(password)
    member.has_one_time_password = True
    member.save(update_fields=["password", "has_one_time_password"])
    audit.record("password_issued", "member", member.pk, by=by, name=member.name)
    return password


def note_sign_in(member: Member) -> None:
    """This function will keep in the trail that the member has just signed in."""
    audit.record("member_signed_in", "member", member.pk, by=member)


@transaction.atomic
def reset_second_factor(member: Member, *, by: Member) -> None:
    """This function will take away the second step of signing in from a member who lost the device for it."""
    require(by, "members.change")
    Authenticator.objects.filter(user=member).delete()
    audit.record("second_factor_reset", "member", member.pk, by=by, name=member.name)


@transaction.atomic
def add_team(*, name: str, by: Member | None) -> Team:
    """This function will found a team without members."""
    require(by, "members.change")
    team = Team.objects.create(name=_team_name(name))
    audit.record("team_added", "team", team.pk, by=by, name=team.name)
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str, by: Member | None) -> Team:
    """This function will give a team another name."""
    require(by, "members.change")
    was, team.name = team.name, _team_name(name, besides=team.pk)
    if team.name != was:
        team.save(update_fields=["name"])
        audit.record("team_renamed", "team", team.pk, by=by, name=[was, team.name])
    return team


@transaction.atomic
def appoint_head(team: Team, *, head: Member | None, by: Member | None) -> Team:
    """This function will make a member the superior of those of the team who have none of their own."""
    require(by, "members.change")
    team = Team.objects.select_for_update(of=("self",)).select_related("head").get(pk=team.pk)
    was, team.head = team.head, head
    if was != head:
        team.save(update_fields=["head"])
        before, after = (each.name if each else "" for each in (was, head))
        audit.record("team_head_appointed", "team", team.pk, by=by, name=team.name, head=[before, after])
    return team


@transaction.atomic
def delete_team(team: Team, *, by: Member | None) -> None:
    """This function will delete a team in which nobody works any more."""
    require(by, "members.change")
    if Member.objects.filter(team=team, is_active=True).exists():
        raise TeamInUse(name=team.name)
    pk = team.pk
    try:
        with transaction.atomic():
            team.delete()
    except ProtectedError:
        raise TeamInUse(name=team.name) from None
    audit.record("team_deleted", "team", pk, by=by, name=team.name)


def _change(
    member: Member, *, by: Member | None, version: int | None, fields: dict[str, Any], allowed: frozenset[str]
) -> Member:
    if unknown := fields.keys() - allowed:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    member = _locked(member)
    if version is not None and member.version != version:
        raise StaleRecord()
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "email" in fields:
        fields["email"] = fields["email"].lower()
        _refuse_taken(fields["email"], besides=member.pk)
    changes = {name: [getattr(member, name), value] for name, value in fields.items() if getattr(member, name) != value}
    if not changes:
        return member
    if "role" in changes and is_last_administrator(member):
        raise LastAdministrator()
    if changes.get("superior", [None, None])[1] is not None:
        _refuse_circle(member, fields["superior"])
    for name in changes:
        setattr(member, name, fields[name])
    member.version += 1
    _check(member)
    member.save(update_fields=[*changes, "version"])
    audit.record("member_changed", "member", member.pk, by=by, **{name: _plain(pair) for name, pair in changes.items()})
    return member


def _refuse_circle(member: Member, superior: Member) -> None:
    """This function will refuse a superior whose own line of superiors comes round to the member."""
    above = dict(Member.objects.filter(superior__isnull=False).values_list("pk", "superior_id"))
    passed: set[int] = set()
    here: int | None = superior.pk
    while here is not None and here not in passed:
        if here == member.pk:
            raise CircularSuperiors(name=superior.name)
        passed.add(here)
        here = above.get(here)


def _switch(member: Member, *, is_active: bool, by: Member | None) -> Member:
    if member.is_active != is_active:
        member.is_active = is_active
        member.version += 1
        member.save(update_fields=["is_active", "version"])
        action = "member_reactivated" if is_active else "member_deactivated"
        audit.record(action, "member", member.pk, by=by, name=member.name)
    return member


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).select_related("team").get(pk=member.pk)


def _put_password(member: Member, password: str) -> None:
    try:
        validate_password(password, user=member)
    except ValidationError as error:
        raise PasswordTooWeak(reasons=" ".join(error.messages)) from error
    member.set_password(password)


def _refuse_taken(email: str, *, besides: int = 0) -> None:
    if Member.objects.filter(email__iexact=email).exclude(pk=besides).exists():
        raise MemberExists(email=email)


def _check(member: Member) -> None:
    """This function will refuse what a member's row cannot hold, naming the field."""
    try:
        member.clean_fields(exclude=["password", "last_login"])
    except ValidationError as error:
        problems = {name: " ".join(lines) for name, lines in error.message_dict.items()}
        raise ParticularsRefused(problems) from None


def _team_name(name: str, *, besides: int = 0) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > Team._meta.get_field("name").max_length:  # type: ignore[operator]
        raise TeamNameMissing()
    if Team.objects.filter(name=name).exclude(pk=besides).exists():
        raise TeamExists(name=name)
    return name


def _plain(pair: list[Any]) -> list[Any]:
    """Return before and after as the trail keeps them: a team and a member by their name."""
    return [value.name if isinstance(value, Team | Member) else value for value in pair]
