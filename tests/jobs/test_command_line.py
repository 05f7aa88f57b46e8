"""The commands, called as a person calls them."""

import json

import click
import pytest
from click.testing import CliRunner, Result

from ryorin.jobs.cli import MODULES, ryorin
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member

READS_OF_GROUPS = {"list", "verify", "status"}


def call(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(ryorin, arguments, env=environment)


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(ryorin)
    found = [(name, ryorin.get_command(context, name)) for name in MODULES]
    return [(name, command) for name, command in found if command]


def reading_commands() -> list[tuple[str, click.Command]]:
    groups = [(name, group) for name, group in commands() if isinstance(group, click.Group)]
    return [
        (f"{name} {part}", command)
        for name, group in groups
        for part, command in group.commands.items()
        if part in READS_OF_GROUPS
    ]


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in commands() if not command.get_short_help_str()] == []


def test_every_reading_command_answers_json() -> None:
    without = [
        name for name, command in reading_commands() if not any(part.name == "as_json" for part in command.params)
    ]
    assert without == []


def test_a_member_is_added_listed_and_given_a_new_password(db: None) -> None:
    added = call(
        "user",
        "add",
        "sato@ryorin.example",
        "--family-name",
        "佐藤",
        "--role",
        "sales",
        RYORIN_PASSWORD="kaze-to-hikari",
    )
    assert added.exit_code == 0, added.output
    listed = json.loads(call("user", "list", "--json").stdout)
    assert [(member["email"], member["name"], member["role"]) for member in listed] == [
        ("sato@ryorin.example", "佐藤", "sales")
    ]
    assert call("user", "password", "sato@ryorin.example", "--password", "tsuki-to-umi-9").exit_code == 0
    assert Member.objects.get().check_password("tsuki-to-umi-9")


def test_what_the_command_line_changes_stands_in_the_trail_without_passwords(db: None) -> None:
    call("user", "add", "sato@ryorin.example", "--family-name", "佐藤", "--password", "kaze-to-hikari")
    entry = AuditEntry.objects.get()
    assert entry.action == "member_added"
    assert "kaze" not in entry.changes


def test_a_refusal_is_one_line_on_standard_error_and_exit_one(db: None) -> None:
    refused = call("user", "password", "nobody@ryorin.example", "--password", "kaze-to-hikari")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "nobody@ryorin.example" in refused.stderr


def test_a_weak_password_is_refused(db: None) -> None:
    refused = call("user", "add", "sato@ryorin.example", "--family-name", "佐藤", "--password", "1234")
    assert refused.exit_code == 1
    assert not Member.objects.exists()


@pytest.mark.parametrize("arguments", [["nonsense"], ["user", "add"], ["serve", "--address", "nowhere"]], ids=" ".join)
def test_a_call_that_makes_no_sense_exits_two(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_the_trail_is_verified(mei: Member) -> None:
    call("user", "password", mei.email, "--password", "kaze-to-hikari")
    assert json.loads(call("audit", "verify", "--json").stdout)["ok"] is True


def test_a_trail_that_somebody_changed_fails_the_command(mei: Member) -> None:
    call("user", "password", mei.email, "--password", "kaze-to-hikari")
    AuditEntry.objects.update(actor_name="somebody else")
    checked = call("audit", "verify", "--json")
    assert checked.exit_code == 1
    assert json.loads(checked.stdout)["ok"] is False


def test_what_describes_a_company_is_refused_without_its_name() -> None:
    told = call("init", "--currency", "BRL")
    assert told.exit_code == 2 and "--company" in told.output
