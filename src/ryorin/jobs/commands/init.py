import sys

import click
from django.conf import settings

from ryorin.alignment.handoffs.actions import prepare_defaults
from ryorin.jobs.output import answer, json_option
from ryorin.jobs.preparing import prepare
from ryorin.jobs.sign_in import remembered
from ryorin.workspace.organisation.actions import set_up_company
from ryorin.workspace.organisation.queries import is_set_up


@click.command()
@click.option("--company", help="Name of the company; asks for nothing, needs --email and a password.")
@click.option("--email", help="The first administrator's e-mail address.")
@click.option("--family-name", help="The first administrator's family name.")
@click.option("--given-name", default="", help="The first administrator's given name.")
@click.option("--password", envvar="RYORIN_PASSWORD", help="Otherwise read from RYORIN_PASSWORD, or asked for.")
@click.option("--currency", default="JPY", show_default=True, help="ISO code of the money all amounts are in.")
@click.option("--fiscal-start-month", default=4, show_default=True, type=click.IntRange(1, 12))
@json_option
def command(
    company: str | None,
    email: str | None,
    family_name: str | None,
    given_name: str,
    password: str | None,
    currency: str,
    fiscal_start_month: int,
    as_json: bool,
) -> None:
    """Create or bring up to date what is in the data folder; with --company also the first administrator."""
    if not company and (email or currency != "JPY" or fiscal_start_month != 4):
        raise click.UsageError(
            "--email, --currency and --fiscal-start-month describe the company: name it with --company"
        )
    changed = prepare()
    if company:
        if not email:
            raise click.UsageError("--company needs --email")
        set_up_company(
            name=company,
            currency=currency,
            fiscal_start_month=fiscal_start_month,
            email=email,
            password=password or asked_password(),
            family_name=family_name or email.partition("@")[0],
            given_name=given_name,
        )
        prepare_defaults()
    state = {"home": str(settings.HOME), "changed": changed, "set_up": is_set_up(), "sign_in": remembered()}
    answer(state, as_json=as_json, lines=[f"{settings.HOME}: {'brought up to date' if changed else 'is up to date'}"])


def asked_password() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("give the password with --password or RYORIN_PASSWORD")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
