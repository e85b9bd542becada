"""The SQLite backend: durable settings, and a line of writers that nobody jumps.

Each test works on a database of its own in other processes, as the server does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from django.db.utils import ConnectionHandler

from haidang.lib.database import reading
from haidang.lib.errors import Busy
from haidang.lib.sqlite import base
from haidang.lib.sqlite.queue import WriteQueue

FORK = multiprocessing.get_context("fork")


def connect(path: Path, **options: Any) -> Any:
    """A connection of the backend to a file, outside of Django's own connections."""
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "haidang.lib.sqlite",
                "NAME": str(path),
                "CONN_MAX_AGE": None,
                "OPTIONS": options,
            }
        }
    )
    wrapper = handler["default"]
    wrapper.ensure_connection()
    return wrapper


def run(wrapper: Any, sql: str, params: Any = None) -> list[Any]:
    with wrapper.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def write(wrapper: Any, text: str, during: Callable[[], None] = lambda: None) -> None:
    """One transaction, as `transaction.atomic` makes it."""
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    wrapper.in_atomic_block = True
    try:
        run(wrapper, "INSERT INTO note (text) VALUES (%s)", [text])
        during()
        wrapper.in_atomic_block = False
        wrapper.commit()
    finally:
        wrapper.in_atomic_block = False
        wrapper.set_autocommit(True)


@pytest.fixture(autouse=True)
def _own_databases(django_db_blocker: Any) -> Iterator[None]:
    """Connections are made here by hand; none of them is Django's."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "notes.sqlite3"
    wrapper = connect(file)
    run(wrapper, "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
    wrapper.close()
    return file


def test_is_durable_and_lets_readers_read(path: Path) -> None:
    wrapper = connect(path)
    assert run(wrapper, "PRAGMA journal_mode") == [("wal",)]
    assert run(wrapper, "PRAGMA synchronous") == [(2,)]
    assert run(wrapper, "PRAGMA foreign_keys") == [(1,)]
    assert run(wrapper, "PRAGMA busy_timeout") == [(30_000,)]
    wrapper.close()


def test_a_transaction_holds_the_write_lock_from_its_beginning(path: Path) -> None:
    wrapper = connect(path)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    def refused() -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    write(wrapper, "one", refused)
    other.close()
    wrapper.close()


def test_sqlite_waits_again_after_a_turn(path: Path) -> None:
    wrapper = connect(path)
    write(wrapper, "one")
    assert run(wrapper, "PRAGMA busy_timeout") == [(30_000,)]
    wrapper.close()


def _writers(path: Path, slowest: Any, start: Any) -> None:
    wrapper = connect(path)
    start.wait(60)
    until = time.monotonic() + 3
    worst = 0.0
    count = 0
    while time.monotonic() < until:
        began = time.monotonic()
        write(wrapper, "x" * 200, lambda: time.sleep(0.001))
        worst = max(worst, time.monotonic() - began)
        count += 1
    wrapper.close()
    slowest.put((worst, count))


def test_sixteen_writers_are_served_in_turn(path: Path) -> None:
    slowest = FORK.Queue()
    start = FORK.Barrier(16)
    writers = [FORK.Process(target=_writers, args=(path, slowest, start)) for _ in range(16)]
    for writer in writers:
        writer.start()
    figures = [slowest.get(timeout=60) for _ in writers]
    for writer in writers:
        writer.join()
    counts = [count for _worst, count in figures]
    assert max(worst for worst, _count in figures) < 1
    # Without the line one writer does thousands while another does one. A machine that is
    # busy with other things may start and stop them at different moments.
    assert max(counts) < 2 * min(counts) + 30, counts
    wrapper = connect(path)
    assert run(wrapper, "SELECT count(*) FROM note") == [(sum(counts),)]
    wrapper.close()


def test_threads_stand_in_the_same_line(path: Path) -> None:
    order: list[int] = []
    held, ready = threading.Event(), threading.Event()

    def holder() -> None:
        wrapper = connect(path)
        write(wrapper, "first", lambda: (ready.set(), held.wait(10))[0])
        wrapper.close()

    def follower(number: int) -> None:
        wrapper = connect(path)
        write(wrapper, str(number), lambda: order.append(number))
        wrapper.close()

    threads = [threading.Thread(target=holder)]
    threads[0].start()
    assert ready.wait(10)
    for number in range(5):
        threads.append(threading.Thread(target=follower, args=(number,)))
        threads[-1].start()
        time.sleep(0.05)
    held.set()
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]


def _hold(path: Path, ready: Any, in_line: bool) -> None:
    if in_line:
        queue = WriteQueue(f"{path}-queue")
        with queue.place():
            ready.set()
            time.sleep(60)
    write(connect(path), "never committed", lambda: (ready.set(), time.sleep(60))[0])


@pytest.mark.parametrize("in_line", [True, False], ids=["first in line", "writing"])
def test_a_killed_process_frees_the_line(path: Path, in_line: bool) -> None:
    ready = FORK.Event()
    holder = FORK.Process(target=_hold, args=(path, ready, in_line))
    holder.start()
    assert ready.wait(10)
    threading.Timer(0.3, lambda: os.kill(holder.pid or 0, signal.SIGKILL)).start()
    wrapper = connect(path)
    began = time.monotonic()
    write(wrapper, "after")
    assert 0.2 < time.monotonic() - began < 5
    assert run(wrapper, "SELECT text FROM note") == [("after",)]
    wrapper.close()
    holder.join()


def test_waiting_ends_with_a_clear_word(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    wrapper = connect(path, timeout=0.2)
    began = time.monotonic()
    with pytest.raises(Busy) as caught:
        write(wrapper, "no")
    assert 0.2 <= time.monotonic() - began < 2
    assert caught.value.status == 503
    assert isinstance(caught.value, OperationalError)
    with pytest.raises(Busy):
        run(wrapper, "INSERT INTO note (text) VALUES ('outside of a transaction')")
    holder.execute("ROLLBACK")
    write(wrapper, "yes")
    assert run(wrapper, "SELECT text FROM note") == [("yes",)]
    holder.close()
    wrapper.close()


def test_a_write_outside_of_a_transaction_waits_in_line(path: Path) -> None:
    wrapper = connect(path)
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: holder.execute("COMMIT")).start()
    run(wrapper, "INSERT INTO note (text) VALUES ('one')")
    run(wrapper, "UPDATE note SET text = %s", ["two"])
    assert run(wrapper, "SELECT text FROM note") == [("two",)]
    holder.close()
    wrapper.close()


def test_other_errors_are_not_waited_for(path: Path) -> None:
    wrapper = connect(path)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="no such table"):
        run(wrapper, "INSERT INTO nowhere VALUES (1)")
    assert time.monotonic() - began < 1
    wrapper.close()


def test_a_fork_stands_in_line_for_itself(path: Path) -> None:
    queue = WriteQueue(f"{path}-queue")
    with queue.place():
        entered = FORK.Event()

        def child() -> None:
            with queue.place():
                entered.set()

        process = FORK.Process(target=child)
        process.start()
        assert not entered.wait(0.3)
    assert entered.wait(10)
    process.join()
    queue.close()


def test_without_a_queue_file_sqlite_decides_alone(path: Path) -> None:
    queue = WriteQueue("/proc/nowhere/queue")
    with queue.place():
        pass
    wrapper = connect(path)
    wrapper._queue = queue
    write(wrapper, "one")
    wrapper.close()


def test_memory_has_no_line() -> None:
    wrapper = connect(Path(":memory:"))
    run(wrapper, "CREATE TABLE note (text TEXT)")
    run(wrapper, "INSERT INTO note VALUES ('one')")
    assert wrapper._queue is None


@pytest.mark.django_db(transaction=True)
def test_reading_takes_no_place_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connections["default"]
    if connection.vendor != "sqlite":
        return
    turns: list[int] = []
    in_turn = base.DatabaseWrapper.in_turn

    def counted(self: Any, attempt: Any) -> Any:
        turns.append(1)
        return in_turn(self, attempt)

    monkeypatch.setattr(base.DatabaseWrapper, "in_turn", counted)
    with reading():
        run(connection, "SELECT 1")
    assert not turns
    with transaction.atomic():
        run(connection, "SELECT 1")
    assert len(turns) == 1
