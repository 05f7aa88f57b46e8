from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from ryorin.alignment.funnel.queries import funnel
from ryorin.alignment.funnel.rules import Step
from ryorin.insight.lake.actions import catch_up
from ryorin.jobs.output import answer, json_option
from ryorin.marketing.campaigns.queries import names

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "start", type=DAY, help="First day on which people became leads.")
@click.option("--to", "end", type=DAY, help="The day after the last one.")
@click.option("--by", type=click.Choice(["channel", "campaign"]), help="One funnel for each.")
@json_option
def command(start: datetime | None, end: datetime | None, by: Any, as_json: bool) -> None:
    """From first visit to repeat purchase: counts, rates and waiting times."""
    catch_up()
    found = funnel(start=start.date() if start else None, end=end.date() if end else None, by=by)
    labels = names(part.key for part in found.parts if isinstance(part.key, int))
    data = {
        "steps": [asdict(step) for step in found.steps],
        "parts": [
            {"key": part.key, "name": labels.get(part.key, part.key), "steps": [asdict(step) for step in part.steps]}  # type: ignore[arg-type]
            for part in found.parts
        ],
    }
    lines = [described(step) for step in found.steps]
    for part in found.parts:
        lines += ["", str(labels.get(part.key, part.key) if isinstance(part.key, int) else part.key or "-")]
        lines += [described(step) for step in part.steps]
    answer(data, as_json=as_json, lines=lines)


def described(step: Step) -> str:
    rate = f"{step.rate:7.1%}" if step.rate is not None else " " * 7
    wait = f"{step.median_days:8.1f} days" if step.median_days is not None else ""
    return f"{step.stage:12} {step.count:>9,} {rate} {wait}".rstrip()
