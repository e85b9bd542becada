"""Following the log: each event once, in order, also where ids commit out of order."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from haidang.activity import tail
from haidang.activity.actions import log
from haidang.activity.models import Event
from haidang.activity.tail import Entry, Position, Tail, position_of

pytestmark = pytest.mark.django_db(transaction=True)


def write(subject: str, touched: tuple[int, ...] = (7,)) -> None:
    log(
        organisation_id=1,
        at=timezone.now(),
        verb="goal.edited",
        subject_kind="goal",
        subject_id=7,
        subject=subject,
        touched=touched,
    )


def in_another_connection(action: Any) -> None:
    def run() -> None:
        try:
            action()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


@contextlib.contextmanager
def connect_elsewhere() -> Iterator[Any]:
    """A transaction in another database of the same server."""
    import psycopg

    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    known = {"host", "port", "user", "password", "dbname"}
    with psycopg.connect(**{k: v for k, v in parameters.items() if k in known}) as other:
        yield other
        other.rollback()


def read_until(number: int, read: Callable[[], list[Entry]]) -> list[Entry]:
    """PostgreSQL holds entries back while an older transaction of the database still writes."""
    entries: list[Entry] = []
    end = time.monotonic() + 20
    while len(entries) < number and time.monotonic() < end:
        entries += read()
        time.sleep(0.01)
    return entries


def test_reads_what_others_commit_once_and_in_order() -> None:
    write("before")
    follower = Tail()

    def read() -> list[Entry]:
        # While another process of the suite writes, what was before may come late as well.
        return [entry for entry in follower.read() if entry.touched != (7,)]

    assert read() == []
    in_another_connection(lambda: [write(f"O-{n}", (n, n + 1)) for n in range(3)])
    entries = read_until(3, read)
    assert [entry.touched for entry in entries] == [(0, 1), (1, 2), (2, 3)]
    assert entries[0].organisation_id == 1
    assert entries[0].verb == "goal.edited"
    assert entries[0].subject_kind == "goal"
    assert read() == []


def test_goes_on_where_a_limit_cut_it() -> None:
    follower = Tail()
    in_another_connection(lambda: [write("O-1", (n,)) for n in range(5)])
    batches: list[int] = []

    def read() -> list[Entry]:
        entries = follower.read(2)
        batches.append(len(entries))
        return entries

    assert [entry.touched[0] for entry in read_until(5, read)] == [0, 1, 2, 3, 4]
    assert max(batches) == 2


def test_does_not_see_what_is_rolled_back() -> None:
    follower = Tail()

    def fail() -> None:
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            write("never")
            raise ZeroDivisionError

    in_another_connection(fail)
    assert follower.read() == []


def test_after_a_position_comes_only_what_is_later() -> None:
    start = tail.end()
    in_another_connection(lambda: [write("O-1", (1,)), write("O-2", (2,))])
    read_until(2, lambda: tail.after(start, 10)[:2])
    first, second = tail.after(start, 10)
    assert tail.after(first.position, 10) == [second]
    assert tail.after(second.position, 10) == []
    assert first.position < second.position


def test_between_two_places_lies_the_same() -> None:
    start = tail.end()
    in_another_connection(lambda: [write("O-1", (1,)), write("O-2", (2,)), write("O-3", (3,))])
    # All of them at once, or nothing yet.
    read_until(3, lambda: found if len(found := tail.after(start, 10)) >= 3 else [])
    first, second, third = tail.after(start, 10)[-3:]
    settled = tail.settled()
    assert third.position <= settled

    def between(one: Position, other: Position) -> list[tuple[int, int]]:
        rows = tail.between(Event.objects.all(), one, other)
        return [(row.transaction, row.pk) for row in rows]  # type: ignore[attr-defined]  # annotated

    assert between(start, settled)[-3:] == [first.position, second.position, third.position]
    assert between(first.position, second.position) == [second.position]
    assert between(third.position, settled) == []
    assert between(settled, start) == []


def test_waits_for_an_older_transaction_that_still_runs() -> None:
    """On PostgreSQL ids commit out of order; on SQLite a second writer has to wait anyway."""
    if connection.vendor != "postgresql":
        return
    follower = Tail()
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write("slow", (1,))
                began.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(20)
    in_another_connection(lambda: write("fast", (2,)))
    assert follower.read() == []
    go_on.set()
    thread.join(20)
    in_another_connection(lambda: write("last", (3,)))
    assert sorted(entry.touched[0] for entry in read_until(3, follower.read)) == [1, 2, 3]


def test_does_not_wait_for_another_database_of_the_server() -> None:
    if connection.vendor != "postgresql":
        return
    follower = Tail()
    with connect_elsewhere() as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        in_another_connection(lambda: write("fast", (2,)))
        assert [entry.touched[0] for entry in read_until(1, follower.read)] == [2]


def test_waits_for_everybody_where_it_may_not_see_who_writes() -> None:
    """Whose transaction is hidden from this role might be another process of the program."""
    if connection.vendor != "postgresql":
        return
    with connect_elsewhere() as elsewhere, connection.cursor() as cursor:
        cursor.execute(tail._HORIZON)
        (before,) = cursor.fetchone()
        oldest = elsewhere.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        name = f"stranger_{before}"
        cursor.execute(f"CREATE ROLE {name}")
        try:
            cursor.execute(f"SET ROLE {name}")
            cursor.execute(tail._HORIZON)
            assert (cursor.fetchone()[0],) <= oldest
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("0.12", Position(0, 12)),
        ("771.3", Position(771, 3)),
        ("", None),
        ("12", None),
        ("-1.2", None),
        ("1.2.3", None),
        ("١.٢", None),
        ("9" * 19 + ".1", None),
        ("1.2\n", None),
    ],
)
def test_positions_from_outside(text: str, position: Position | None) -> None:
    assert position_of(text) == position


def test_a_position_is_read_back_from_its_text() -> None:
    position = tail.end()
    assert position_of(str(position)) == position
