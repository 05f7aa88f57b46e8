"""One writer per process puts what all requests bring into the inbox together: one commit for many of them.

A request is answered when the commit that holds its rows is durable, or has failed.
"""

import threading
import time
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from ryorin.customers.timeline.actions import write_inbox
from ryorin.marketing.campaigns.models import Campaign

Row = dict[str, Any]
MOST_WAITING = 20_000
PATIENCE = 25.0
CODES_KEPT = 30.0


class NotTaken(Exception):
    """The rows were not written; send them again later."""


class Batch:
    """Rows that are committed together, and the news of how that went."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.done = threading.Event()
        self.error: Exception | None = None


class Writer:
    """Collects rows of many threads and writes them, batch after batch, from one thread of its own."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.batch = Batch()
        self.campaigns: dict[str, tuple[int, str]] = {}
        self.campaigns_at = -CODES_KEPT
        threading.Thread(target=self.run, name="collector", daemon=True).start()

    def write(self, rows: list[Row]) -> None:
        """This function will return when the rows are durable; raises NotTaken when they are not."""
        with self.changed:
            if len(self.batch.rows) + len(rows) > MOST_WAITING:
                raise NotTaken("too much is waiting")
            batch = self.batch
            batch.rows.extend(rows)
            self.changed.notify()
        if not batch.done.wait(PATIENCE):
            raise NotTaken("the database did not answer in time")
        if batch.error:
            raise NotTaken(str(batch.error)) from batch.error

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.batch.rows:
                    self.changed.wait()
                batch, self.batch = self.batch, Batch()
            try:
                self.commit(batch.rows)
            except Exception as error:  # whoever waits must hear of it, whatever it was
                batch.error = error
                if isinstance(error, DatabaseError | InterfaceError):
                    connection.close()
            batch.done.set()

    def commit(self, rows: list[Row]) -> None:
        """This function will write the rows in one transaction."""
        with transaction.atomic():
            self.name_campaigns(rows)
            write_inbox(rows)

    def name_campaigns(self, rows: list[Row]) -> None:
        """This function will give each row that carries a campaign's code the campaign's id and channel."""
        if not any(row["utm_campaign"] for row in rows):
            return
        if time.monotonic() - self.campaigns_at > CODES_KEPT:
            self.campaigns = {
                code: (pk, channel) for pk, code, channel in Campaign.objects.values_list("pk", "code", "channel")
            }
            self.campaigns_at = time.monotonic()
        for row in rows:
            known = self.campaigns.get(row["utm_campaign"])
            if known:
                row["campaign_id"], row["channel"] = known


_writer: Writer | None = None
_starting = threading.Lock()


def writer() -> Writer:
    """Return this process's writer, started on first use (after the server has made its processes)."""
    global _writer
    if _writer is None:
        with _starting:
            _writer = _writer or Writer()
    return _writer
