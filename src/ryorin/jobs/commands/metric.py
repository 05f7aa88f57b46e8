from datetime import date, datetime, timedelta
from typing import Any

import click

from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.queries import metric_named, series
from ryorin.insight.metrics.rules import METRICS
from ryorin.jobs.output import answer, json_option
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.workspace.organisation.queries import current

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("name", required=False)
@click.option("--from", "start", type=DAY, help="First day; by default the first of the fiscal year.")
@click.option("--to", "end", type=DAY, help="The day after the last one; by default tomorrow.")
@click.option("--grain", type=click.Choice(["month", "quarter", "half", "year"]), default="month", show_default=True)
@click.option("--by", "breakdown", help="channel, campaign, prefecture or owner.")
@json_option
def command(
    name: str | None, start: datetime | None, end: datetime | None, grain: Any, breakdown: str | None, as_json: bool
) -> None:
    """A KPI over time; without a name, the list of KPIs."""
    if name is None:
        listed = [
            {"name": each.name, "label": str(each.label), "unit": each.unit, "sentence": str(each.sentence)}
            for each in METRICS.values()
        ]
        answer(listed, as_json=as_json, lines=[f"{each['name']:22} {each['label']}" for each in listed])
        return
    metric = metric_named(name)
    catch_up()
    first, last = bounds(start, end)
    points = series(metric, start=first, end=last, grain=grain, breakdown=breakdown)
    data = [{"period": point.period.start, "grain": grain, "key": point.key, "value": point.value} for point in points]
    lines = [f"{row['period']}  {row['key'] if breakdown else '':20} {row['value']}" for row in data]
    answer({"metric": metric.name, "unit": metric.unit, "points": data}, as_json=as_json, lines=lines)


def bounds(start: datetime | None, end: datetime | None) -> tuple[date, date]:
    """Return the days asked for, by default the fiscal year up to today."""
    today = clock.today(current().time_zone)
    year = period_of(today, grain="year", start_month=current().fiscal_start_month)
    return (start.date() if start else year.start, end.date() if end else today + timedelta(days=1))
