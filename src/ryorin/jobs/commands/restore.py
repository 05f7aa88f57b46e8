from pathlib import Path

import click

from ryorin.jobs.backup import restore_backup
from ryorin.jobs.output import answer, json_option


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the data that is already here.")
@json_option
def command(file: Path, force: bool, as_json: bool) -> None:
    """Put the backup in FILE in the place of what is here; web and worker must be stopped."""
    answer(restore_backup(file, force=force), as_json=as_json)
