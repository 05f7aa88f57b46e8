"""Visitors whose name nobody learnt leave history after their time."""

from datetime import datetime

from ryorin.customers.identity.models import Identity
from ryorin.customers.privacy.actions.retention import before_of, is_due, keep_retention, note_run, rules
from ryorin.insight.lake.actions.turns import numbered, turn
from ryorin.insight.lake.queries.reading import lake, parquet
from ryorin.insight.lake.queries.storage import open_table
from ryorin.insight.lake.rules import TOUCHPOINTS, who_of_visitor


def keep_history_short() -> int:
    """This function will remove what is past its time from rows and from history, and return how much went."""
    removed = keep_retention()
    rule = next(rule for kind, rule in rules() if kind.key == "visitors")
    if rule.is_active and is_due("visitors"):
        before = before_of(rule)
        removed += note_run("visitors", before, forget_visitors(before))
    return removed


def forget_visitors(before: datetime) -> int:
    """This function will delete touchpoints of unknown visitors older than a moment, and return how many went."""
    table = open_table(TOUCHPOINTS)
    files = table.file_uris() if table is not None else []
    if table is None or not files:
        return 0
    moment = f"'{before.isoformat()}'"
    known = {who_of_visitor(visitor) for visitor in Identity.objects.values_list("visitor", flat=True)}
    old = f'person_id IS NULL AND "at" < TIMESTAMPTZ {moment}'
    query = f"SELECT who, count(*) FROM {parquet(files, hive=False)} WHERE {old} GROUP BY 1"
    found = lake().root.cursor().execute(query).fetchall()
    gone = {int(who): int(count) for who, count in found if who is not None and int(who) not in known}
    if not gone:
        return 0
    with turn():
        table = open_table(TOUCHPOINTS)
        assert table is not None
        keys = ", ".join(map(str, sorted(gone)))
        until = f"arrow_cast({moment}, 'Timestamp(Microsecond, Some(\"UTC\"))')"
        table.delete(f"person_id IS NULL AND at < {until} AND who IN ({keys})", commit_properties=numbered(table))
    return sum(gone.values())
