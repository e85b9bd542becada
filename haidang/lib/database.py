"""Transactions: one snapshot for a page, one durable unit for a write, and their locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

#: First key of this program's advisory locks, so that another program in the same
#: database cannot meet them by chance.
LOCK_SPACE = 0x48444E47 % 2**31


@contextmanager
def reading() -> Iterator[None]:
    """Everything read inside is one snapshot: a parent never disagrees with its children.

    Deferred on SQLite (no write lock is taken), repeatable read on PostgreSQL. Inside a
    transaction that is already open, that one is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        before = connection.transaction_mode  # type: ignore[attr-defined]
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                connection.transaction_mode = before  # type: ignore[attr-defined]
                yield
        finally:
            connection.transaction_mode = before  # type: ignore[attr-defined]
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def writing(*, together: bool = False) -> Iterator[None]:
    """One durable unit: when the block ends without an error, all of it is on disk.

    With `together` the whole block is `pipelined`, its beginning and its commit too: what
    is written last travels to PostgreSQL with the commit.
    """
    if not together:
        with transaction.atomic():
            yield
    elif connection.in_atomic_block:  # a savepoint is undone outside of a pipeline
        with transaction.atomic(), pipelined():
            yield
    else:
        with pipelined(), transaction.atomic():
            yield


@contextmanager
def pipelined() -> Iterator[None]:
    """Statements whose answers nobody waits for are sent together (PostgreSQL).

    An answer that is fetched, and the end of the block, wait for all that was sent; errors
    are raised there. How many rows a statement changed is not known inside.
    """
    if connection.vendor != "postgresql":
        yield
        return
    if not connection.in_atomic_block:
        connection.close_if_health_check_failed()  # inside nobody would wait for its answer
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def lock(key: int, *, exclusive: bool) -> None:
    """Hold an advisory lock to the end of the transaction (SQLite has one writer anyway).

    Many may hold `key` shared; an exclusive holder is alone. PostgreSQL grants in order of
    arrival, so a change of structure is not starved by a stream of check-ins.
    """
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_SPACE, key % 2**31])
