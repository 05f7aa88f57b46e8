"""What the rows share: the data folder, one web server over it, and the database as hand-written SQL sees it."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.making import World
from benchmarks.results import Result
from benchmarks.scales import Scale
from benchmarks.serving import Browser, served

Row = Callable[["Bench"], list[Result]]


class Bench:
    """One measurement of one world; a context, at whose end the server stops."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.open = ExitStack()
        self.known: dict[Row, list[Result]] = {}

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_error: object) -> None:
        self.open.close()

    def once(self, row: Row) -> list[Result]:
        """Return the results of a row, which is measured when it is first asked for."""
        if row not in self.known:
            self.known[row] = row(self)
        return self.known[row]

    @property
    def scale(self) -> Scale:
        return self.world.scale

    @cached_property
    def server(self) -> tuple[int, int]:
        """(port, process id) of the server over the world."""
        return self.open.enter_context(served(self.world.home))

    @cached_property
    def browser(self) -> Browser:
        return Browser(self.server[0]).sign_in()

    @cached_property
    def database(self) -> sqlite3.Connection:
        """The database by itself, with as much memory as the product gives it."""
        return connect(self.world.home / "ryorin.sqlite3")

    def sql(self, text: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.database.execute(text, parameters).fetchall()

    @property
    def newest_person(self) -> int:
        return int(self.sql("SELECT max(id) FROM customers_people_person")[0][0])


def connect(file: Path) -> sqlite3.Connection:
    """Return a plain connection as durable as the product's."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=20)
    for setting in ("synchronous=FULL", "cache_size=-65536", "mmap_size=1073741824", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}"
