import gc
import secrets

import click

from ryorin.demo.making import PEOPLE, make_demo
from ryorin.jobs.output import answer, json_option
from ryorin.jobs.preparing import prepare
from ryorin.jobs.sign_in import remember

EMAIL = "admin@ryorin.example"


@click.command()
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(50, 20_000))
@click.option("--password", envvar="RYORIN_PASSWORD", help="Of every member; otherwise made at random.")
@json_option
def command(people: int, password: str | None, as_json: bool) -> None:
    """Fill an empty data folder with a made-up company and three years of its life."""
    prepare()
    gc.disable()  # a short-lived process that makes hundreds of thousands of objects and keeps few in circles
    password = password or f"ryorin-{secrets.token_hex(4)}"
    made = make_demo(password=password, people=people, say=lambda text: click.echo(text, err=True))
    remember(email=EMAIL, password=password)
    answer({**made, "email": EMAIL, "password": password}, as_json=as_json)
