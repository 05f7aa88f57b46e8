from pathlib import Path

import click

from ryorin.jobs.backup import make_backup
from ryorin.jobs.output import answer, json_option


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-lake", is_flag=True, help="Leave out the history, for example when it is in an object store.")
@json_option
def command(file: Path, without_lake: bool, as_json: bool) -> None:
    """Write everything this installation holds into one FILE, while people work."""
    answer(make_backup(file.resolve(), with_lake=not without_lake), as_json=as_json)
