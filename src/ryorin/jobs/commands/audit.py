from dataclasses import asdict

import click

from ryorin.jobs.output import answer, json_option
from ryorin.workspace.audit.queries import verify


@click.group()
def command() -> None:
    """The audit trail."""


@command.command("verify")
@json_option
def verify_trail(as_json: bool) -> None:
    """Check that no entry was changed, added or taken away; exit 1 if one was."""
    verdict = verify()
    answer(asdict(verdict), as_json=as_json)
    if not verdict.ok:
        raise SystemExit(1)
