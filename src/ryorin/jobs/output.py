"""How commands answer: lines for people, or one JSON document for programs."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import click
from django.core.serializers.json import DjangoJSONEncoder

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Answer with one JSON document."
)


def answer(data: Any, *, as_json: bool, lines: Iterable[str] | None = None) -> None:
    """This function will print the data as JSON, or else the lines (by default one per entry of the data)."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder))
        return
    for line in described(data) if lines is None else lines:
        click.echo(line)


def described(data: Any) -> list[str]:
    """Return a dictionary as "name: value" lines, and a list as its entries, one a line."""
    if isinstance(data, dict):
        return [f"{name}: {value}" for name, value in data.items()]
    return [str(entry) for entry in data] if isinstance(data, list) else [str(data)]
