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
        self.waiting: list[threading.Lock] = []
        self.error: Exception | None = None

    def add(self, rows: list[Row]) -> threading.Lock:
        """Return what can be acquired once the batch is done: a bare lock, the cheapest thing to wait for."""
        done = threading.Lock()
        done.acquire()
        self.rows.extend(rows)
        self.waiting.append(done)
        return done

    def finish(self) -> None:
        for done in self.waiting:
            done.release()


class Writer:
    """Collects rows of many threads and writes them, batch after batch, from one thread of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.something = threading.Lock()  # held while there is nothing to write
        self.something.acquire()
        self.asleep = True
        self.batch = Batch()
        self.campaigns: dict[str, tuple[int, str]] = {}
        self.campaigns_at = -CODES_KEPT
        threading.Thread(target=self.run, name="collector", daemon=True).start()

    def write(self, rows: list[Row]) -> None:
        """This function will return when the rows are durable; raises NotTaken when they are not."""
        with self.lock:
            batch = self.batch
            if len(batch.rows) + len(rows) > MOST_WAITING:
                raise NotTaken("too much is waiting")
            done = batch.add(rows)
            if self.asleep:
                self.asleep = False
                self.something.release()
        if not done.acquire(timeout=PATIENCE):
            raise NotTaken("the database did not answer in time")
        if batch.error:
            raise NotTaken(str(batch.error)) from batch.error

    def run(self) -> None:
        while True:
            batch = self.next_batch()
            try:
                self.commit(batch.rows)
            except Exception as error:  # whoever waits must hear of it, whatever it was
                batch.error = error
                if isinstance(error, DatabaseError | InterfaceError):
                    connection.close()
            batch.finish()

    def next_batch(self) -> Batch:
        """Return what came while the last batch was written; waits when nothing did."""
        while True:
            with self.lock:
                if self.batch.rows:
                    batch, self.batch = self.batch, Batch()
                    return batch
                self.asleep = True
            self.something.acquire()

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
