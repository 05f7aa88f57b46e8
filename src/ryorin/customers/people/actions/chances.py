from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from ryorin.customers.people.models import Chance, Person
from ryorin.lib.rows import insert_rows, rows_with

Row = tuple[int, int, float, float, str, int, datetime]
COLUMNS = ("person_id", "percent", "probability", "learned", "reasons", "version", "at")
AT_ONCE = 10_000


def set_chances(rows: Iterable[Row]) -> int:
    """This function will store (person id, percent, probability, learned, reasons as JSON, version, at), and return
    how many. Those of people who are gone meanwhile are left out. Computed values are no edits.
    """
    given, count = iter(rows), 0
    while some := list(islice(given, AT_ONCE)):
        count += _set_some(some)
    return count


@transaction.atomic
def _set_some(some: Sequence[Row]) -> int:
    there = {pk for (pk,) in rows_with(Person, ("id",), ("id",), [(row[0],) for row in some])}
    kept = [row for row in some if row[0] in there]
    insert_rows(Chance, COLUMNS, kept, replaces="person_id")
    return len(kept)
