from dataclasses import asdict
from pathlib import Path

import click

from ryorin.connectors.weblogs.actions import import_log
from ryorin.jobs.output import answer, json_option


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", default="", help="The address the paths belong to, such as https://www.example.com.")
@json_option
def command(files: tuple[Path, ...], site: str, as_json: bool) -> None:
    """Bring web server access logs (combined format, also gzip) into history."""
    reports = {str(file): asdict(import_log(file, site=site)) for file in files}
    lines = [f"{name}: {report}" for name, report in reports.items()]
    answer(reports, as_json=as_json, lines=lines)
