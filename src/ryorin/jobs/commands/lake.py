from dataclasses import asdict

import click

from ryorin.insight.lake import actions
from ryorin.insight.lake.queries import status, verify
from ryorin.jobs.output import answer, json_option


@click.group()
def command() -> None:
    """History: touchpoints and published tables."""


@command.command("status")
@json_option
def show_status(as_json: bool) -> None:
    """Say what waits, how each month lies, and how old each published table is."""
    found = status()
    lines = [
        f"touchpoints: {found['touchpoints']} in history, {found['waiting'] + found['on_their_way']} waiting",
        *(f"{month['month']}: {month['rows']} rows, {month['files']} files" for month in found["months"]),
        *(f"{table['table']}: {table['rows']} rows, published {table['published_at']}" for table in found["tables"]),
    ]
    answer(found, as_json=as_json, lines=lines)


@command.command("verify")
@json_option
def verify_history(as_json: bool) -> None:
    """Check that every touchpoint is in history once and every table equals its rows; exit 1 if not."""
    report = verify()
    lines = [
        f"touchpoints: {report.touchpoints} in history, {report.waiting + report.on_their_way} waiting",
        *(f"{name}: {table.rows} rows, {table.in_lake} in history" for name, table in report.tables.items()),
        *(report.problems or ["history is whole"]),
    ]
    answer({"ok": report.is_ok, **asdict(report)}, as_json=as_json, lines=lines)
    if not report.is_ok:
        raise SystemExit(1)


@command.command("drain")
@json_option
def drain_inbox(as_json: bool) -> None:
    """Bring everything that has happened so far into history."""
    answer(actions.catch_up(), as_json=as_json)


@command.command("compact")
@click.option("--everything", is_flag=True, help="Also months that are quick to read as they are.")
@json_option
def compact_history(everything: bool, as_json: bool) -> None:
    """Put months in the order of people and remove files nobody reads any more."""
    answer(asdict(actions.compact(everything=everything)), as_json=as_json)


@command.command("rebuild")
@click.argument("table", required=False)
@json_option
def rebuild_tables(table: str | None, as_json: bool) -> None:
    """Copy a published TABLE (without it: every one) anew."""
    answer(actions.rebuild(table), as_json=as_json)
