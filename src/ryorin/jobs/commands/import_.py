import json
import time
from pathlib import Path
from typing import Any

import click

from ryorin.connectors.csv.actions import run_import, start_import
from ryorin.connectors.csv.errors import MappingInvalid, RunIsBusy
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.connectors.csv.queries import rejects_as_csv, result_of
from ryorin.jobs.output import answer, json_option


@click.command()
@click.argument("records", type=click.Choice(sorted(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping (JSON).")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option(
    "--rejects", "rejects_file", type=click.Path(dir_okay=False, path_type=Path), help="Rejected lines (CSV)."
)
@json_option
def command(
    records: str, file: Path, map_file: Path | None, dry_run: bool, rejects_file: Path | None, as_json: bool
) -> None:
    """Import people, companies, deals, orders, touchpoints, costs or products from a CSV or XLSX file."""
    run = finished(start_import(records, file, by=None, mapping=mapping_in(map_file), dry_run=dry_run))
    if rejects_file and run.rejected:
        rejects_file.write_bytes(b"".join(rejects_as_csv(run)))
    result = result_of(run)
    if run.state == ImportState.FAILED:
        raise click.ClickException(run.problem)
    answer(result, as_json=as_json, lines=lines_of(result))


def finished(run: ImportRun) -> ImportRun:
    """Return the run at its end; where the worker was quicker to take it up, wait for that."""
    while run.state in (ImportState.WAITING, ImportState.RUNNING):
        try:
            return run_import(run)
        except RunIsBusy:
            time.sleep(0.5)
            run.refresh_from_db()
    return run


def mapping_in(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        mapping = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise MappingInvalid(what=f"{file.name}: {error}") from error
    if not isinstance(mapping, dict):
        raise MappingInvalid(what=file.name)
    return mapping


def lines_of(result: dict[str, Any]) -> list[str]:
    """Return the counts, then what was noticed, then each rejected line with its reason."""
    counts = ("rows", "created", "updated", "unchanged")
    lines = [f"{name}: {result[name]:,}" for name in counts] + [f"rejected: {len(result['rejected']):,}"]
    lines += [f"note: {each['reason']} ({each['count']:,})" for each in result["warnings"]]
    return lines + [f"line {each['line']}: {each['reason']}" for each in result["rejected"]]
