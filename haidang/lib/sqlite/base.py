"""`ENGINE = "haidang.lib.sqlite"`: WAL, synchronous FULL, immediate transactions, a fair queue."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.utils import debug_transaction

from haidang.lib.decimals import order_text
from haidang.lib.errors import Busy
from haidang.lib.sqlite.queue import WriteQueue

#: Seconds that a writer waits for its turn, and any statement for a lock.
PATIENCE = 30.0

#: Seconds between two tries of the first in line: short against a transaction of a
#: millisecond, and growing, so that waiting for a long one costs no processor.
FIRST_PAUSE = 0.000_05
LONGEST_PAUSE = 0.002

#: Durable on power loss; readers never wait for the writer. What is sorted stays in memory.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)

LONG = 8_000  # characters of a statement that is not worth keeping
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_Answer = TypeVar("_Answer")


class WriteLockTimeout(Busy, OperationalError):
    """Nobody could write for as long as we are ready to wait; nothing was written."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("database is locked",)  # as SQLite says it, for those who look for it


@lru_cache(maxsize=512)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """Sends a write outside of a transaction through the queue as well."""

    wrapper: DatabaseWrapper

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """Django's marks as SQLite's; the same few statements come again and again."""
        if param_names is not None:
            return super().convert_query(query, param_names=param_names)
        return _converted(query) if len(query) < LONG else _converted.__wrapped__(query)

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not _WRITES.match(query):
            return super().execute(query, params)
        run = super().execute
        return self.wrapper.in_turn(lambda: run(query, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but durable, and with writers served in order of arrival."""

    transaction_mode: str | None
    init_commands: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue: WriteQueue | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.setdefault("timeout", PATIENCE)
        self.patience = float(params["timeout"])
        if self.transaction_mode is None:
            self.transaction_mode = "IMMEDIATE"
        self.init_commands = [*PRAGMAS, *self.init_commands]
        if not self.is_in_memory_db():
            self._queue = WriteQueue(f"{params['database']}-queue")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function("decimal_order", 1, order_text, deterministic=True)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def close(self) -> None:
        super().close()
        if self._queue is not None:
            self._queue.close()

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "DEFERRED":  # reads; takes no lock to wait for
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # no stub
            return
        command = f"BEGIN {self.transaction_mode}"
        connection = self.connection
        with debug_transaction(self, command), self.wrap_database_errors:
            self.in_turn(lambda: connection.execute(command))

    def in_turn(self, attempt: Callable[[], _Answer]) -> _Answer:
        """Run what needs the write lock, after everybody who came earlier.

        `attempt` is repeated while another writer holds the lock, so it must have done
        nothing when SQLite answers "busy". Raises `WriteLockTimeout` after `patience`.
        """
        if self._queue is None:
            return attempt()
        deadline = time.monotonic() + self.patience
        with self._queue.place():
            self._wait_in_sqlite(0)
            try:
                pause = FIRST_PAUSE
                while True:
                    try:
                        return attempt()
                    except sqlite3.OperationalError as error:
                        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                            raise
                        # Whoever stands behind came later and gives up no earlier.
                        if time.monotonic() > deadline:
                            raise WriteLockTimeout from error
                    time.sleep(pause)
                    pause = min(pause * 1.5, LONGEST_PAUSE)
            finally:
                self._wait_in_sqlite(self.patience)

    def _wait_in_sqlite(self, seconds: float) -> None:
        """How long SQLite itself lets a statement of this connection wait for a lock."""
        self.connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
