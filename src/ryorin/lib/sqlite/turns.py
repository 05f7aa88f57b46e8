"""Turns among the threads of all processes on one machine: a lock in the process, then a lock on a file.

The system gives the lock on a file back when the process ends, however it ends.
"""

import os
import sys
import threading
import time
from collections import defaultdict
from typing import Self

if sys.platform != "win32":  # Windows has no flock; there SQLite's own waiting has to do between processes
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

PAUSE = 0.0002
_here: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_here.clear)


class Turn:
    """The right to write, until it is given back."""

    def __init__(self, lock: threading.Lock, file: int) -> None:
        self.lock = lock
        self.file = file

    @classmethod
    def take(cls, path: str, *, patience: float) -> Self | None:
        """Return the turn, after waiting for it at most `patience` seconds; None when it did not come."""
        deadline = time.monotonic() + patience
        lock = _here[path]
        if not lock.acquire(timeout=patience):
            return None
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except BaseException:
            lock.release()
            raise
        turn = cls(lock, file)
        while not turn._came():
            if time.monotonic() > deadline:
                turn.give_back()
                return None
            time.sleep(PAUSE)
        return turn

    def _came(self) -> bool:
        if sys.platform != "win32":
            try:
                flock(self.file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def give_back(self) -> None:
        """This function will let the next one write."""
        if sys.platform != "win32":
            flock(self.file, LOCK_UN)
        os.close(self.file)
        self.lock.release()
