"""The forecast for the command line: months ahead, and months past as they would have been forecast."""

from dataclasses import dataclass
from datetime import date

from ryorin.lib.fiscal import Period, period_of
from ryorin.sales.forecast.errors import HistoryTooShort
from ryorin.sales.forecast.queries.board import Line, line_of_all
from ryorin.sales.forecast.queries.learned import history, hours_to_utc, learned_by, settings_of_stages
from ryorin.sales.forecast.rules.backtest import Trial, trials
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True)
class HistoryLearned:
    """A back-test: its months, and how many deals it knows."""

    trials: list[Trial]
    deals: int

    @property
    def actual(self) -> list[int]:
        return [one.actual for one in self.trials]


def outlook(day: date, count: int) -> list[tuple[Period, Line]]:
    """Return so many months from that of the day on, of all deals."""
    learned, month, lines = learned_by(day), period_of(day), []
    for _each in range(count):
        lines.append((month, line_of_all(month, learned, today=day)))
        month = period_of(month.end)
    return lines


def history_learned(*, since: Period, until: date, ahead: int) -> HistoryLearned:
    """Return the back-test of the whole months from `since` until the day; refuses when nothing was decided before."""
    company = current()
    known = history(company.currency)
    found = trials(
        known,
        since=since,
        until=until,
        settings=settings_of_stages(),
        start_month=company.fiscal_start_month,
        hours=hours_to_utc(since.start, company.time_zone),
        ahead=ahead,
    )
    if not found or not any(one.last_months or one.ours for one in found):
        raise HistoryTooShort()
    return HistoryLearned(found, len(known.deals))
