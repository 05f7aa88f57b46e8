"""The forecast of a quarter by month and by owner, beside the bare SQL that adds the same deals up."""

from benchmarks.bench import Bench, counted
from benchmarks.clocking import memory_of, ratio, times_of
from benchmarks.results import Bar, Result

DEAL = "sales_deals_deal WHERE currency = 'JPY' AND state ="
OPEN = f"SELECT stage_id, owner_id, count(*), sum(amount) FROM {DEAL} 'open' GROUP BY 1, 2"
WON = f"SELECT owner_id, substr(closed_at, 1, 7), sum(amount) FROM {DEAL} 'won' GROUP BY 1, 2"


def forecast_of_a_quarter(bench: Bench) -> list[Result]:
    from ryorin.sales.forecast.actions import learn_daily

    learn_daily()
    browser = bench.browser

    def page() -> None:
        browser.page("/forecast/")

    def by_hand() -> None:
        bench.sql(OPEN)
        bench.sql(WON)

    times = times_of(page, repeats=bench.scale.repeats)
    reference = times_of(by_hand, repeats=bench.scale.repeats)
    return [
        Result(
            work="forecast of a quarter",
            size=counted(bench.scale.deals, "deals"),
            times=times,
            memory=memory_of(bench.server[1]),
            ratio=ratio(times, reference),
            reference="SQL: open and won deals by owner",
            bars=(Bar("p50", most=1.0),),
        )
    ]
