"""Pages as a member's browser gets them: whole HTML over HTTP, beside the bare SQL for the same rows."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlencode

from benchmarks.bench import Bench, connect, counted
from benchmarks.clocking import memory_of, ratio, times_of
from benchmarks.results import Bar, Result
from benchmarks.serving import Browser

PEOPLE = "customers_people_person"
NEWEST = f"""
SELECT p.id, p.family_name, p.given_name, c.name, p.job_title, p.email, p.prefecture, p.stage, p.score, p.updated_at
FROM {PEOPLE} p LEFT JOIN customers_companies_company c ON c.id = p.company_id
"""
CARDS = """
SELECT d.id, d.name, d.amount, d.stage_since, c.name, p.family_name, p.given_name FROM sales_deals_deal d
LEFT JOIN customers_companies_company c ON c.id = d.company_id LEFT JOIN customers_people_person p ON p.id = d.person_id
WHERE d.pipeline_id = ? AND d.stage_id = ? AND d.state = 'open' ORDER BY d.stage_since DESC, d.id DESC LIMIT 20
"""
HX = {"HX-Request": "true"}


def newest_people(bench: Bench) -> list[Result]:
    times = times_of(lambda: bench.browser.page("/people/?sort=-id"), repeats=bench.scale.repeats)
    reference = times_of(
        lambda: bench.sql(f"{NEWEST} ORDER BY p.id DESC LIMIT 50") + bench.sql(f"SELECT count(*) FROM {PEOPLE}"),
        repeats=bench.scale.repeats,
    )
    bars = (Bar("p50", most=0.030), Bar("p95", most=0.080))
    return [of_page(bench, "people list, 50 newest", times, reference, "SQL: 50 rows, count", bars)]


def search(bench: Bench) -> list[Result]:
    path = "/search?" + urlencode({"q": "田中"})
    times = times_of(lambda: bench.browser.ask("GET", path, headers=HX), repeats=bench.scale.repeats)
    found = "SELECT rowid / 8 FROM search_entry WHERE search_entry MATCH '\"田中\"' AND rowid % 8 = 0"

    def by_hand() -> None:
        ids = [pk for (pk,) in bench.sql(f"{found} ORDER BY rowid DESC LIMIT 6")]
        bench.sql(f"{NEWEST} WHERE p.id IN ({','.join(map(str, ids))})")

    reference = times_of(by_hand, repeats=bench.scale.repeats)
    return [of_page(bench, "search 田中", times, reference, "SQL: 6 people", (Bar("p50", most=0.020),))]


def filtered_people(bench: Bench) -> list[Result]:
    plain = [("stage", "is", "lead"), ("prefecture", "is", "13"), ("source_channel", "is", "event")]
    texts = [("prefecture", "is", "13"), ("source_channel", "is", "event"), ("job_title", "contains", "部")]
    return [
        filtered(bench, "filter, three indexed conditions", plain, "p.stage = 'lead'"),
        filtered(bench, "filter, one condition on text", texts, "p.job_title LIKE '%部%'"),
    ]


def filtered(bench: Bench, work: str, tests: Sequence[tuple[str, str, str]], first: str) -> Result:
    path = "/people/?" + urlencode({"f": as_condition(tests), "sort": "-id"})
    where = f"{first} AND p.prefecture = '13' AND p.source_channel = 'event'"
    times = times_of(lambda: bench.browser.page(path), repeats=bench.scale.repeats)
    reference = times_of(
        lambda: (
            bench.sql(f"{NEWEST} WHERE {where} ORDER BY p.id DESC LIMIT 50")
            + bench.sql(f"SELECT count(*) FROM (SELECT 1 FROM {PEOPLE} p WHERE {where} LIMIT 10001)")
        ),
        repeats=bench.scale.repeats,
    )
    return of_page(bench, work, times, reference, "SQL: 50 rows, count", (Bar("p50", most=0.100),))


def as_condition(tests: Sequence[tuple[str, str, str]]) -> str:
    from ryorin.conditions.tree import All, Op, Test
    from ryorin.web.lists.state import as_text

    return as_text(All(tuple(Test(field, Op(op), value) for field, op, value in tests)))


def deal_board(bench: Bench) -> list[Result]:
    times = times_of(lambda: bench.browser.page("/deals"), repeats=bench.scale.repeats)
    pipeline = bench.sql("SELECT id FROM sales_deals_pipeline ORDER BY position, id LIMIT 1")[0][0]

    def by_hand() -> None:
        totals = bench.sql(
            "SELECT stage_id, count(*), sum(amount) FROM sales_deals_deal WHERE pipeline_id = ? AND state = 'open'"
            " GROUP BY stage_id",
            [pipeline],
        )
        for stage, _count, _sum in totals:
            bench.sql(CARDS, [pipeline, stage])

    reference = times_of(by_hand, repeats=bench.scale.repeats)
    bars = (Bar("p50", most=0.060),)
    size = counted(bench.scale.deals, "deals")
    return [of_page(bench, "deal board with totals", times, reference, "SQL: totals, cards", bars, size=size)]


def person_page(bench: Bench) -> list[Result]:
    from ryorin.insight.lake.queries.reading import lake

    dice, newest = random.Random(1), min(bench.scale.people, bench.newest_person)
    times = times_of(lambda: bench.browser.page(f"/people/{dice.randint(1, newest)}"), repeats=bench.scale.repeats)
    cursor, view = lake().root.cursor(), lake().look("touchpoints").view

    def by_hand() -> None:
        pk = dice.randint(1, newest)
        bench.sql(f"{NEWEST} WHERE p.id = ?", [pk])
        theirs = f'FROM "{view}" WHERE who = {pk} ORDER BY "at" DESC LIMIT 50'
        cursor.execute(f"SELECT uid, kind, channel, properties {theirs}").fetchall()

    reference = times_of(by_hand, repeats=bench.scale.repeats)
    size = counted(bench.scale.touchpoints, "touchpoints")
    bars = (Bar("p50", most=0.060),)
    return [of_page(bench, "one person with timeline", times, reference, "SQL: row, 50 touchpoints", bars, size=size)]


def of_page(
    bench: Bench,
    work: str,
    times: tuple[float, ...],
    reference: tuple[float, ...],
    called: str,
    bars: tuple[Bar, ...],
    *,
    size: str = "",
) -> Result:
    return Result(
        work=work,
        size=size or counted(bench.scale.people, "people"),
        times=times,
        memory=memory_of(bench.server[1]),
        ratio=ratio(times, reference),
        reference=called,
        bars=bars,
    )


def create_people(bench: Bench) -> list[Result]:
    """People entered through the form by one member, and by eight at once."""
    numbers = count(int(time.time() * 1000))
    bare = times_of(bare_insert(bench), repeats=bench.scale.repeats)
    results = []
    for clients, least in ((1, 250), (8, 400)):
        browsers = [Browser(bench.server[0]).sign_in() for _ in range(min(clients, 2))]
        browsers += [twin(browsers[0]) for _ in range(clients - len(browsers))]
        times, rate = together([partial(entered, browser, numbers) for browser in browsers], bench.scale.created)
        results.append(
            Result(
                work=f"create a person (form), {counted(clients, 'at once')}",
                size=counted(bench.scale.people, "people"),
                times=times,
                rate=rate,
                memory=memory_of(bench.server[1]),
                ratio=ratio(times, bare),
                reference="one bare insert and commit",
                bars=(Bar("rate", least=least),),
            )
        )
    return results


def twin(browser: Browser) -> Browser:
    """Return another connection of the same member."""
    other = Browser(browser.connection.port)
    other.cookies = dict(browser.cookies)
    return other


def entered(browser: Browser, numbers: Iterator[int]) -> None:
    """This function will enter one person nobody has entered before."""
    number = next(numbers)
    digits = f"{number % 10**8:08}"
    fields = {
        "family_name": "新田",
        "given_name": "空",
        "family_kana": "ニッタ",
        "given_kana": "ソラ",
    }
    contact = {"email": f"n{number}@new.example", "mobile": f"080-{digits[:4]}-{digits[4:]}", "prefecture": "13"}
    status = browser.post("/people/new", **fields, **contact, once=f"b{number}")
    if status != 302:
        raise RuntimeError(f"a person was not created: {status}")


def together(verbs: Sequence[Callable[[], Any]], count: int) -> tuple[tuple[float, ...], float]:
    """Return the time of each of `count` calls spread over threads, and how many were done in a second."""
    times: list[float] = []
    failed: list[Exception] = []

    def work(verb: Callable[[], Any]) -> None:
        try:
            times.extend(times_of(verb, repeats=count // len(verbs), warm_up=0))
        except Exception as error:
            failed.append(error)

    for verb in verbs:
        verb()
    threads = [threading.Thread(target=work, args=(verb,)) for verb in verbs]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return tuple(times), len(times) / (time.perf_counter() - started)


def bare_insert(bench: Bench) -> Callable[[], object]:
    """Return what inserts one row of text into a database by itself, durably."""
    database = connect(bench.world.folder / "bare.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT, email TEXT)")
    return partial(database.execute, "INSERT INTO person (name, email) VALUES ('新田 空', 'sora@new.example')")
