"""Django's SQLite with writers that take turns.

SQLite has a writer that finds the database taken sleep and ask again, a little longer each time
(sqlite3_busy_timeout): with several busy writers most of their time passes asleep. Here a writer waits for its turn
first, and finds the database free. Whoever writes past Django is still waited for by the busy timeout.
"""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from ryorin.lib.sqlite.turns import Turn

PATIENCE = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the turn that is taken before a transaction begins and given back when it has ended.

    The stubs of Django leave out the four methods that are extended here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            self.turn = Turn.take(f"{self.settings_dict['NAME']}-turn", patience=PATIENCE)
            if self.turn is None:
                raise OperationalError("database is locked")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        turn, self.turn = self.turn, None
        if turn is not None:
            turn.give_back()
