from dataclasses import asdict
from datetime import date, datetime

import click

from ryorin.jobs.output import answer, json_option
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.sales.forecast.queries import HistoryLearned, history_learned, outlook
from ryorin.sales.forecast.rules.backtest import Errors, Trial, errors_of
from ryorin.workspace.organisation.queries import current

DAY = click.DateTime(["%Y-%m-%d"])
FORECASTS = {
    "ours": "learned from history",
    "by_stage": "stage probabilities as set",
    "last_months": "mean of the last three months",
    "year_before": "same month a year before",
}


@click.group(invoke_without_command=True)
@click.option(
    "--months", type=click.IntRange(1, 12), default=4, show_default=True, help="How many months from this on."
)
@json_option
@click.pass_context
def command(ctx: click.Context, months: int, as_json: bool) -> None:
    """What will be won, by month, with a range that holds four futures out of five."""
    if ctx.invoked_subcommand is not None:
        return
    lines = outlook(clock.today(current().time_zone), months)
    data = [{"month": month.start, **asdict(line)} for month, line in lines]
    shown = [f"{'month':8} {'won':>15} {'forecast':>15} {'low':>15} {'high':>15} {'naive':>15}"]
    shown += [
        f"{month.start:%Y-%m}  {line.won:>15,} {line.expected:>15,} {line.low or 0:>15,} {line.high or 0:>15,}"
        f" {line.naive:>15,}"
        for month, line in lines
    ]
    answer({"currency": current().currency, "months": data}, as_json=as_json, lines=shown)


@command.command()
@click.option("--until", type=DAY, required=True, help="Learn from what was known by this day; judge the months after.")
@click.option("--to", "end", type=DAY, help="The day after the last month judged; by default today.")
@click.option("--ahead", type=click.IntRange(1, 6), default=1, show_default=True, help="Months ahead: 1, on its 1st.")
@json_option
def backtest(until: datetime, end: datetime | None, ahead: int, as_json: bool) -> None:
    """Forecasts as they would have been made month by month after a day, against what then happened."""
    last = end.date() if end else clock.today(current().time_zone)
    found = history_learned(since=period_of(first_whole_month(until.date())), until=last, ahead=ahead)
    errors = {name: errors_of([getattr(one, name) for one in found.trials], found.actual) for name in FORECASTS}
    data = {
        "currency": current().currency,
        "deals": found.deals,
        "ahead": ahead,
        "months": [asdict(one) for one in found.trials],
        "errors": {name: asdict(error) if error else None for name, error in errors.items()},
        "inside_range": sum(one.is_inside for one in found.trials),
    }
    answer(data, as_json=as_json, lines=[*told_months(found.trials), "", *told_errors(errors), "", told_range(found)])


def first_whole_month(day: date) -> date:
    """Return the first of the month that begins on the day or next after it."""
    month = period_of(day)
    return month.start if day == month.start else month.end


def told_months(trials: list[Trial]) -> list[str]:
    head = f"{'month':8} {'came':>15} {'ours':>15} {'low':>15} {'high':>15} {'by stage':>15} {'3 months':>15}"
    return [head] + [
        f"{one.month:%Y-%m}  {one.actual:>15,} {one.ours:>15,} {one.low:>15,} {one.high:>15,} {one.by_stage:>15,}"
        f" {one.last_months:>15,}"
        for one in trials
    ]


def told_errors(errors: dict[str, Errors | None]) -> list[str]:
    head = f"{'forecast':32} {'mean error':>15} {'of what came':>13} {'bias':>8}"
    return [head] + [
        f"{FORECASTS[name]:32} {error.mean_absolute:>15,.0f} {error.share:>13.1%} {error.bias:>+8.1%}"
        for name, error in errors.items()
        if error
    ]


def told_range(found: HistoryLearned) -> str:
    inside = sum(one.is_inside for one in found.trials)
    return f"{inside} of {len(found.trials)} months lay inside the 80 % range ({found.deals:,} deals)."
