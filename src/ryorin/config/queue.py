"""The queue that wakes the worker: on its own SQLite file, or on Redis."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huey import Huey


def queue(redis_url: str, home: Path) -> "Huey":
    """Return the queue: on Redis where an address is given."""
    if redis_url:
        from huey import RedisHuey

        return RedisHuey("ryorin", url=redis_url)
    with without("redis", "psycopg"):
        from huey import SqliteHuey
    return SqliteHuey("ryorin", filename=str(home / "queue.sqlite3"))


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Huey loads every storage it knows, if it can; what nobody asked for costs each process half a second."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "there is no such module"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
