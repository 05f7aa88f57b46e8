import click

from ryorin.jobs.commands.init import asked_password
from ryorin.jobs.errors import MemberUnknown
from ryorin.jobs.output import answer, json_option
from ryorin.workspace.members.actions import add_member, set_password
from ryorin.workspace.members.models import Member, Role


@click.group()
def command() -> None:
    """Members: who may sign in."""


@command.command()
@click.argument("email")
@click.option("--family-name", required=True)
@click.option("--given-name", default="")
@click.option("--role", default=Role.READ_ONLY.value, show_default=True, type=click.Choice(Role.values))
@click.option("--password", envvar="RYORIN_PASSWORD", help="Otherwise read from RYORIN_PASSWORD, or asked for.")
@json_option
def add(email: str, family_name: str, given_name: str, role: str, password: str | None, as_json: bool) -> None:
    """Add a member."""
    member = add_member(
        email=email,
        password=password or asked_password(),
        family_name=family_name,
        given_name=given_name,
        role=role,
        by=None,
    )
    answer(described(member), as_json=as_json)


@command.command("list")
@json_option
def list_members(as_json: bool) -> None:
    """List the members."""
    members = [described(member) for member in Member.objects.select_related("team").order_by("email")]
    answer(members, as_json=as_json, lines=[line(member) for member in members])


@command.command()
@click.argument("email")
@click.option("--password", envvar="RYORIN_PASSWORD", help="Otherwise read from RYORIN_PASSWORD, or asked for.")
def password(email: str, password: str | None) -> None:
    """Give a member a new password and end the sessions in which the old one was used."""
    member = Member.objects.filter(email__iexact=email).first()
    if member is None:
        raise MemberUnknown(email=email)
    set_password(member, password=password or asked_password(), by=None)
    click.echo(f"{member.email}: password changed")


def described(member: Member) -> dict[str, object]:
    return {
        "email": member.email,
        "name": member.name,
        "role": member.role,
        "scope": member.scope,
        "team": member.team.name if member.team else None,
        "active": member.is_active,
    }


def line(member: dict[str, object]) -> str:
    return f"{member['email']:40} {member['role']:14} {'' if member['active'] else '(inactive) '}{member['name']}"
