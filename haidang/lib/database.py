"""Transactions: one snapshot for a page, one durable unit for a write, and their locks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

#: First key of this program's advisory locks, so that another program in the same
#: database cannot meet them by chance.
LOCK_SPACE = 0x48444E47 % 2**31

#: A transaction that says nothing, and whose commit waits for the disk as the server is set to
#: (`synchronous_commit`): with it all that anybody had committed before is on disk.
_TO_DISK = "SELECT pg_logical_emit_message(true, '', '')"

#: One snapshot, and each statement planned for what it asks: a plan that is kept for whatever
#: may be asked reads everything where little is meant. (Without values they travel together.)
_SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
    " SET LOCAL plan_cache_mode = force_custom_plan"
)


@contextmanager
def reading() -> Iterator[None]:
    """Everything read inside is one snapshot: a parent never disagrees with its children.

    Deferred on SQLite (no write lock is taken), repeatable read on PostgreSQL. Inside a
    transaction that is already open, that one is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    try:
        if connection.vendor == "sqlite":
            before = connection.transaction_mode  # type: ignore[attr-defined]
            connection.ensure_connection()
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
            try:
                with transaction.atomic():
                    connection.transaction_mode = before  # type: ignore[attr-defined]
                    _shared.snapshot = True
                    yield
            finally:
                connection.transaction_mode = before  # type: ignore[attr-defined]
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_SNAPSHOT)
            _shared.snapshot = True
            yield
    finally:
        _shared.snapshot = False


def in_own_snapshot() -> bool:
    """Whether everything read now is one snapshot of what is committed, and nothing else:
    inside `reading`, and not inside a transaction that may be taken back."""
    return _shared.snapshot


@contextmanager
def writing(*, together: bool = False) -> Iterator[None]:
    """One durable unit: when the block ends without an error, all of it is on disk.

    With `together` the whole block is `pipelined`, its beginning and its commit too: what
    is written last travels to PostgreSQL with the commit. Its locks are free, and others see
    what it wrote, from the commit on; the block ends when that is on disk.
    """
    if not together:
        with transaction.atomic():
            yield
        return
    here = connections[DEFAULT_DB_ALIAS]
    outermost = not here.in_atomic_block
    with transaction.atomic(), pipelined():
        alone = outermost and here.vendor == "postgresql"
        if alone:
            # What others wait for is free when this is committed, and need not wait for the
            # disk as well; whoever asked for the block does, at its end. Said before there is
            # a lock that others wait for.
            perform("SET LOCAL synchronous_commit = off", [])
        yield
        if alone and not here.needs_rollback:
            # Django's own commit, outside of the pipeline, then finds nothing to do and sends
            # nothing: what others wait for is free one answer earlier.
            perform("COMMIT", [])
            perform(_TO_DISK, [])


@contextmanager
def pipelined() -> Iterator[None]:
    """Statements whose answers nobody waits for are sent together (PostgreSQL).

    An answer that is fetched, and the end of the block, wait for all that was sent; errors
    are raised there. How many rows a statement changed is not known inside.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "postgresql":
        yield
        return
    if not here.in_atomic_block:
        here.close_if_health_check_failed()  # inside nobody would wait for its answer
    here.ensure_connection()
    with here.wrap_database_errors, here.connection.pipeline(), here.cursor() as cursor:
        before, _shared.cursor = _shared.cursor, cursor
        try:
            yield
        finally:
            _shared.cursor = before


def settle_on_disk() -> None:
    """Return when all that was committed until now survives a crash of the database.

    For who tells others for good what he has read: `writing(together=True)` lets it be read
    a moment before. Nothing to wait for on SQLite, nor inside a transaction, whose own commit
    waits for it.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn()")
        if cursor.fetchone()[0]:
            cursor.execute(_TO_DISK)


class _Shared(local):
    """Of a thread: the cursor of the pipeline that it is in (making one costs as much as
    running a statement), and whether it reads a snapshot of its own."""

    cursor: CursorWrapper | None = None
    snapshot: bool = False


_shared = _Shared()


def perform(sql: str, values: Sequence[Any]) -> None:
    """Run a statement whose answer nobody waits for."""
    if _shared.cursor is not None:
        _shared.cursor.execute(sql, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement and wait for all rows of its answer."""
    if _shared.cursor is not None:
        _shared.cursor.execute(sql, values)
        return list(_shared.cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def one_of(ids: Collection[int]) -> tuple[str, str]:
    """How a statement says that a column is one of these ids, and the value that goes with it:
    one, because thousands take a driver longer to hand over than a database to find."""
    written = ",".join(map(str, ids))
    if connection.vendor == "postgresql":
        return "= ANY(%s::bigint[])", f"{{{written}}}"
    return "IN (SELECT value FROM json_each(%s))", f"[{written}]"


def lock(key: int, *, key_of: type[Model] | None = None) -> Callable[[], int | None]:
    """Be the only one who holds `key`, to the end of the transaction.

    PostgreSQL grants in the order of arrival; SQLite has one writer anyway. What is asked
    after the answer sees all that earlier holders wrote.

    With `key_of`, calling what is returned gives the key of a row of that model to come, of
    two holders the later a greater one, so that the row's insertion need not be waited for.
    It is None where rows are inserted without a way to the database and back: the key is
    then given by `haidang.lib.insert.insert`.
    """
    if connection.vendor != "postgresql":
        return lambda: None
    sql, values = "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, key % 2**31]
    if key_of is None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        return lambda: None
    column = key_of._meta.pk
    assert column is not None
    sequence = f"pg_get_serial_sequence('{key_of._meta.db_table}', '{column.column}')"
    waiting = connection.cursor()
    waiting.execute(f"{sql}, nextval({sequence})", values)

    def fetch() -> int:
        with waiting:
            drawn: int = waiting.fetchone()[1]
        return drawn

    return fetch
