"""How cost grows: the same pages with half of the data and with all of it."""

from statistics import median

from benchmarks.bench import Bench
from benchmarks.making import World
from benchmarks.results import Bar, Result
from benchmarks.rows import history, pages

PAGES = (pages.newest_people, pages.search, pages.filtered_people, pages.deal_board, pages.person_page)
BATCHES = (history.segment,)
MOST_OF_PAGES, MOST_OF_BATCHES = 1.2, 2.0


def halfway(world: World) -> dict[str, float]:
    """Return the median of each page and batch over what is there."""
    with Bench(world) as bench:
        results = [result for measure in (*PAGES, *BATCHES) for result in measure(bench)]
    return {result.work: median(result.times) for result in results}


def growth(bench: Bench) -> list[Result]:
    grown = []
    for measures, most in ((PAGES, MOST_OF_PAGES), (BATCHES, MOST_OF_BATCHES)):
        for result in (result for measure in measures for result in bench.once(measure)):
            before = bench.world.halfway[result.work]
            grown.append(
                Result(
                    work=f"doubled: {result.work}",
                    size=result.size,
                    times=result.times,
                    ratio=median(result.times) / before,
                    reference=f"half the data: {before * 1000:,.1f} ms",
                    bars=(Bar("ratio", most=most),),
                )
            )
    return grown
