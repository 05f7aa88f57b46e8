"""The calling screen: what came of one call is kept and the next person stands there, beside the bare SQL for it."""

from benchmarks.bench import Bench, counted
from benchmarks.clocking import memory_of, ratio, times_of
from benchmarks.results import Bar, Result

MOST = 100_000
TARGET, PERSON = "sales_approach_target", "customers_people_person"
NEXT = f"""
SELECT t.id, p.family_name, p.given_name, p.mobile, c.name FROM {TARGET} t
JOIN {PERSON} p ON p.id = t.person_id LEFT JOIN customers_companies_company c ON c.id = p.company_id
WHERE t.list_id = ? AND t.state = 'waiting' AND t.call_hours IN ('', 'morning') AND t.holder_id IS NULL
ORDER BY t.priority DESC, t.id LIMIT 1
"""
HISTORY = "SELECT kind, at, outcome, body FROM sales_activities_activity WHERE person_id = ? ORDER BY at DESC LIMIT 6"


def next_person(bench: Bench) -> list[Result]:
    size = min(bench.scale.people, MOST)
    row, outcome = list_of(bench, size)
    browser = bench.browser
    status = browser.post(f"/approach/{row}/next/", go="1")
    if status != 302:
        raise RuntimeError(f"nobody to call: {status}")
    held = f"SELECT id, attempts FROM {TARGET} WHERE list_id = ? AND holder_id IS NOT NULL"

    def call() -> None:
        [(target, attempts)] = bench.sql(held, [row])
        address = f"/approach/{row}/call/{target}/"
        if browser.post(address, number=str(attempts + 1), outcome=str(outcome), go="next") != 302:
            raise RuntimeError("the call was not kept")
        [(target, _attempts)] = bench.sql(held, [row])
        browser.page(f"/approach/{row}/call/{target}/")

    def by_hand() -> None:
        [found] = bench.sql(NEXT, [row])
        bench.sql(f"UPDATE {TARGET} SET attempts = attempts WHERE id = ?", [found[0]])
        bench.sql(HISTORY, [found[0]])

    times = times_of(call, repeats=bench.scale.repeats)
    reference = times_of(by_hand, repeats=bench.scale.repeats)
    return [
        Result(
            work="next person on the calling screen",
            size=counted(size, "on the list"),
            times=times,
            memory=memory_of(bench.server[1]),
            ratio=ratio(times, reference),
            reference="SQL: next row, one update, history",
            bars=(Bar("p50", most=0.100),),
        )
    ]


def list_of(bench: Bench, size: int) -> tuple[int, int]:
    """Return the ids of a fresh list with so many people on it, and of the outcome "away"."""
    from ryorin.sales.approach.actions import add_chosen, create_list
    from ryorin.sales.approach.models import Outcome
    from ryorin.workspace.members.models import Member

    member = Member.objects.order_by("pk")[0]
    row = create_list(by=member, name="bench", script="{会社名}の{氏名}様")
    ids = [pk for (pk,) in bench.sql(f"SELECT id FROM {PERSON} ORDER BY id LIMIT ?", [size])]
    add_chosen(row, ids, by=member)
    return row.pk, Outcome.objects.filter(method="call", then="retry").order_by("position")[0].pk
