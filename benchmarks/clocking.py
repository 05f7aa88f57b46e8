"""Timing work, and watching the memory of processes."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

PROC = Path("/proc")


def times_of(work: Callable[[], Any], *, repeats: int, warm_up: int = 2) -> tuple[float, ...]:
    """Return the seconds each run took, after a few that do not count."""
    for _ in range(warm_up):
        work()
    return tuple(seconds_of(work) for _ in range(repeats))


def seconds_of(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(times: Iterable[float], reference: Iterable[float]) -> float:
    """Return the median time over the reference's."""
    return median(times) / median(reference)


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it; only itself where the system does not tell."""
    children: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def memory_of(pid: int) -> int | None:
    """Return the bytes a process and its descendants hold now; what they share counts once. None: not told here."""
    total = 0
    for one in family(pid):
        try:
            lines = (PROC / str(one) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total or None


@dataclass
class Peak:
    bytes: int | None = None


@contextmanager
def peak_memory(pid: int, *, every: float = 0.2) -> Iterator[Peak]:
    """This context will note the most memory a process and its descendants held while it lasted."""
    peak, stopping = Peak(), threading.Event()

    def look() -> None:
        while True:
            now = memory_of(pid)
            if now is not None:
                peak.bytes = max(peak.bytes or 0, now)
            if stopping.wait(every):
                return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stopping.set()
        thread.join()
