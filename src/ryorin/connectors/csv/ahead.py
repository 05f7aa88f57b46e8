"""Making lines ready in a second process while this one writes: large files use two processors.

The child reads what to do from its standard input and hands lots of ready lines to its standard output; a full pipe
makes it wait. When this process dies, the pipe breaks and the child ends with it.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Full, Queue
from typing import IO, Any

from django.utils import translation

from ryorin.connectors.csv.jobs import Prepared
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.mapping import Reading, as_json, read_mapping
from ryorin.connectors.csv.preparing import Preparing
from ryorin.connectors.csv.values import World
from ryorin.lib.tables import open_table

WORTH_IT = 4 << 20  # bytes of a file below which a second process would only cost time
LINES_AT_ONCE = 1_000
START = "import django; django.setup(); from ryorin.connectors.csv.ahead import main; main()"
LOTS_AHEAD = 4
_END = b"end"

Lot = tuple[list[Prepared], int]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What the child is to read: from which line on, as which records, how, in which language it says what is wrong."""

    kind: str
    path: str
    mapping: dict[str, Any]
    world: World
    after_line: int
    language: str


class Stopped(Exception):
    """The second process ended before the file did."""


def lots_ahead(
    kind: str, path: Path, reading: Reading, *, world: World, after_line: int, language: str
) -> Iterator[Lot]:
    """Return lots of ready lines, each with the place in the file, made by a second process; raise Stopped."""
    mapping = as_json(reading)
    task = Task(kind=kind, path=str(path), mapping=mapping, world=world, after_line=after_line, language=language)
    child = subprocess.Popen(
        [sys.executable, "-c", START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert child.stdin and child.stdout
    lots: Queue[Any] = Queue(maxsize=LOTS_AHEAD)
    stopping = threading.Event()
    thread = threading.Thread(target=fetch, args=(child.stdout, lots, stopping), daemon=True)
    try:
        pickle.dump(task, child.stdin, protocol=-1)
        child.stdin.close()
        thread.start()
        while (lot := lots.get()) != _END:
            if lot is None:
                raise Stopped
            yield lot
    except BrokenPipeError:
        raise Stopped from None
    finally:
        stopping.set()
        child.kill()
        child.wait()
        child.stdout.close()


def fetch(stream: IO[bytes], lots: "Queue[Any]", stopping: threading.Event) -> None:
    """This function will take lots from the pipe into the queue: None where the pipe ends before the end is said."""
    lot: Any = None
    while not stopping.is_set():
        try:
            lot = pickle.load(stream)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            lot = None
        while not stopping.is_set():
            try:
                lots.put(lot, timeout=0.5)
                break
            except Full:
                continue
        if lot is None or lot == _END:
            return


def serve(task: Task, stream: IO[bytes]) -> None:
    """This function will read the task's file and write its lots."""
    kind = KINDS[task.kind]
    reading = read_mapping(task.mapping, kind.targets())
    lines: list[Prepared] = []
    with (
        translation.override(task.language),
        open_table(task.path, encoding=reading.encoding, sheet=reading.sheet, skip_lines=reading.skip_lines) as table,
    ):
        preparing = Preparing(kind, reading, table.columns, task.world)
        for row in table.rows():
            if row.line <= task.after_line:
                continue
            lines.append(preparing.prepared(row))
            if len(lines) >= LINES_AT_ONCE:
                pickle.dump((lines, table.position()), stream, protocol=-1)
                lines = []
        pickle.dump((lines, table.position()), stream, protocol=-1)
    pickle.dump(_END, stream, protocol=-1)
    stream.flush()


def main() -> None:
    """This function will do what the parent asks for on standard input."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints must not get into the pipe
    try:
        serve(pickle.load(sys.stdin.buffer), output)
        output.close()
    except BrokenPipeError:
        os._exit(0)
