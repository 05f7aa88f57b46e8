"""One writer at a time: a turn at the lake, and the number with which the lake itself refuses a second writer."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ryorin.insight.lake.errors import LakeBusy
from ryorin.insight.lake.rules import INBOX, TURN
from ryorin.workspace.leases import actions as leases

if TYPE_CHECKING:
    from deltalake import CommitProperties, DeltaTable

LEASE = "lake"
SECONDS = 120

_in_this_process = threading.Lock()


@contextmanager
def turn(*, wait: float = 30.0) -> Iterator[None]:
    """This context will be entered when nobody else writes to the lake; refuses after waiting in vain."""
    deadline = time.monotonic() + wait
    if not _in_this_process.acquire(timeout=wait):
        raise LakeBusy()
    try:
        while not leases.take(LEASE, seconds=SECONDS):
            if time.monotonic() > deadline:
                raise LakeBusy()
            time.sleep(0.2)
        try:
            yield
        finally:
            leases.give_back(LEASE)
    finally:
        _in_this_process.release()


def go_on() -> None:
    """This function will keep the turn for another while; long work calls it between its steps."""
    if not leases.take(LEASE, seconds=SECONDS):
        raise LakeBusy()


def next_turn(table: "DeltaTable") -> int:
    """Return the number of the commit that may follow this state of the table."""
    return (table.transaction_version(TURN) or 0) + 1


def numbered(table: "DeltaTable", *, inbox: int | None = None) -> "CommitProperties":
    """Return the properties of a commit that fails if another writer committed since `table` was opened.

    With `inbox`, the commit also says that this batch of the inbox is in the lake now: both or neither.
    """
    from deltalake import CommitProperties, Transaction

    marks = [Transaction(TURN, next_turn(table))]
    if inbox is not None:
        marks.append(Transaction(INBOX, inbox))
    return CommitProperties(app_transactions=marks, max_commit_retries=0)
