"""Several people doing something at the same moment, each over a connection of their own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection

from haidang.lib import database
from haidang.lib.sqlite.base import DatabaseWrapper

Outcome = Any  # what the call gave, or what it raised


def together(*calls: Callable[[], Any]) -> list[Outcome]:
    """Start all calls at once; their answers or exceptions, in the same order."""
    barrier = threading.Barrier(len(calls))
    outcomes: list[Outcome] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            outcomes[index] = call()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits for ever"
    return outcomes


@contextmanager
def without_guard() -> Iterator[None]:
    """Plant the fault: writers no longer wait for each other.

    On PostgreSQL the organisation's lock does nothing, wherever it was imported to; on
    SQLite a transaction begins without the write lock and asks for it in the middle.
    """
    begin = DatabaseWrapper._start_transaction_under_autocommit

    def begin_without_lock(self: DatabaseWrapper) -> None:
        before, self.transaction_mode = self.transaction_mode, "DEFERRED"
        try:
            begin(self)
        finally:
            self.transaction_mode = before

    with (
        _no_lock(),
        mock.patch.object(
            DatabaseWrapper, "_start_transaction_under_autocommit", begin_without_lock
        ),
    ):
        yield


@contextmanager
def _no_lock() -> Iterator[None]:
    real = database.lock
    holders = [
        module
        for module in list(sys.modules.values())
        if module is not None and getattr(module, "lock", None) is real
    ]
    for module in holders:
        module.lock = lambda key, *, key_of=None: lambda: None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in holders:
            module.lock = real  # type: ignore[attr-defined]
