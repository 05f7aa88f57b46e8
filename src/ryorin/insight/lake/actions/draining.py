"""Touchpoints out of the inbox, exactly once whatever dies when.

1. A batch gets a number, and so do the rows of the inbox that belong to it.
2. Its rows are appended to the lake in one commit that also says "batch N is in".
3. The rows leave the inbox.

Whoever comes next finishes what a dead one began: a batch still in the inbox is either in the lake by its number, or
it is written now.
"""

from django.db import transaction
from django.db.models import Max

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.actions.appending import GIVEN, append
from ryorin.insight.lake.actions.turns import go_on, turn
from ryorin.insight.lake.models import DrainBatch
from ryorin.insight.lake.queries import rows
from ryorin.insight.lake.queries.storage import open_table
from ryorin.insight.lake.rules import INBOX, TOUCHPOINTS
from ryorin.lib import clock
from ryorin.lib.published import Column

BATCH = 100_000
BATCHES_REMEMBERED = 1000


def drain(*, limit: int = BATCH) -> int:
    """This function will move up to `limit` waiting touchpoints into the lake, and return how many left the inbox."""
    if not InboxTouchpoint.objects.exists():
        return 0
    with turn():
        return settle() + move(limit)


def drain_all() -> int:
    """This function will empty the inbox, and return how many touchpoints left it; in one's turn only."""
    moved = settle()
    while batch := move(BATCH):
        moved += batch
    return moved


def settle() -> int:
    """This function will finish the batches that were on their way when their drainer died."""
    waiting = InboxTouchpoint.objects.filter(batch__isnull=False)
    numbers = waiting.order_by("batch").values_list("batch", flat=True).distinct()
    return sum(finish(number) for number in numbers if number is not None)


def move(limit: int) -> int:
    """This function will take one batch out of the inbox."""
    number = mark(limit)
    return 0 if number is None else finish(number)


def mark(limit: int) -> int | None:
    """This function will give the next number to the oldest waiting touchpoints; None when none waits."""
    with transaction.atomic():
        waiting = InboxTouchpoint.objects.filter(batch__isnull=True)
        oldest = list(waiting.order_by("pk").values_list("pk", flat=True)[limit - 1 : limit])
        if oldest:
            waiting = waiting.filter(pk__lte=oldest[0])
        elif not waiting.exists():
            return None
        batch = DrainBatch.objects.create(pk=next_number(), started_at=clock.now())
        waiting.update(batch=batch.pk)
        DrainBatch.objects.filter(pk__lt=batch.pk - BATCHES_REMEMBERED).delete()
    return batch.pk


def next_number() -> int:
    """Return a number above all that were given, here or, before a restored backup, to batches the lake has seen."""
    given: int = DrainBatch.objects.aggregate(highest=Max("pk"))["highest"] or 0
    return max(given, last_in_lake()) + 1


def last_in_lake() -> int:
    """Return the number of the last batch the lake holds."""
    table = open_table(TOUCHPOINTS)
    return 0 if table is None else table.transaction_version(INBOX) or 0


def finish(number: int) -> int:
    """This function will bring a numbered batch into the lake unless it is there, and take it out of the inbox."""
    go_on()
    if last_in_lake() < number:
        append(rows.read(_select(number), GIVEN), inbox=number)
    left, _by_model = InboxTouchpoint.objects.filter(batch=number).delete()
    return left


def _select(number: int) -> str:
    _uid, *others = (Column(column.name, column.kind) for column in GIVEN)
    parts = [f"{_hyphenated()} AS uid", *(f"{rows.expression(part)} AS {rows.quoted(part.name)}" for part in others)]
    inbox = rows.quoted(InboxTouchpoint._meta.db_table)
    return f"SELECT {', '.join(parts)} FROM {inbox} t WHERE batch = {int(number)}"


def _hyphenated() -> str:
    """Return the SQL of an id as the lake writes it; SQLite keeps 32 digits in a row."""
    if not rows.is_sqlite():
        return "CAST(t.uid AS text)"
    return " || '-' || ".join(
        f"substr(t.uid, {start}, {size})" for start, size in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    )
