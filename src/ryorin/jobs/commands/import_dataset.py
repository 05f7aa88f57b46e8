from pathlib import Path

import click

from ryorin.connectors.olist.actions import import_olist
from ryorin.jobs.output import answer, json_option

DATA_SETS = {"olist": import_olist}


@click.command()
@click.argument("name", type=click.Choice(sorted(DATA_SETS)))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def command(name: str, folder: Path, as_json: bool) -> None:
    """Import a public data set from the folder its files lie in."""
    answer(DATA_SETS[name](folder), as_json=as_json)
