"""Following the log: what was committed since a position, each event once and in order.

Ids are given before a transaction commits, so on PostgreSQL a smaller id may appear after a
larger one was read. There a position is (transaction, id), and one reads only below the
oldest transaction that still writes here: nothing can appear there any more. Other databases
of the same server do not count, however long they write. SQLite has one writer,
whose ids appear in order; its positions have transaction 0.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, BooleanField, F, QuerySet, Value
from django.db.models.expressions import RawSQL

from haidang.activity.models import Event
from haidang.lib.database import settle_on_disk

_POSITION = re.compile(r"(\d{1,19})\.(\d{1,19})", re.ASCII)


class Position(NamedTuple):
    """A place in the log, between two events; as text it is the `id:` of the event stream."""

    transaction: int
    id: int

    def __str__(self) -> str:
        return f"{self.transaction}.{self.id}"


def position_of(text: str) -> Position | None:
    """The position that a text names, or None when it names none."""
    match = _POSITION.fullmatch(text)
    if match is None or max(map(int, match.groups())) >= 2**63:
        return None
    return Position(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class Entry:
    """What followers need of an event."""

    position: Position
    organisation_id: int
    verb: str
    subject_kind: str
    touched: tuple[int, ...]  # ids of goals
    at: float  # when it was written, in seconds since 1970


def end() -> Position:
    """Behind everything that has been committed and may be read."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return Position(cursor.fetchone()[0], 0)
        cursor.execute("SELECT coalesce(max(id), 0) FROM activity_event")
        return Position(0, cursor.fetchone()[0])


#: The next transaction to come, or the oldest one of this database that writes. Whoever is
#: missing from the list of those at work, which is looked at after the snapshot was taken, has
#: ended, and the next statement sees what it wrote. Transaction numbers in the list are the
#: lower half of the whole ones. Where somebody else's are hidden from this role, the oldest of
#: the whole server is taken.
_HORIZON = """
SELECT CASE WHEN bool_or(a.query = '<insufficient privilege>') THEN min(s.oldest)
            ELSE least(min(s.next), min(s.next - mod(s.next - a.number, 4294967296))) END
FROM (
  SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next,
         pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest
) s LEFT JOIN (
  SELECT backend_xid::text::bigint AS number, query FROM pg_stat_activity
  WHERE datname = current_database() AND coalesce(backend_type, 'client backend') = 'client backend'
) a ON mod(s.next - a.number, 4294967296) BETWEEN 0 AND 2147483648 OR a.number IS NULL
"""


def _horizon(cursor: CursorWrapper) -> int:
    cursor.execute(_HORIZON)
    horizon: int = cursor.fetchone()[0]
    return horizon


def settled() -> Position:
    """Behind everything that lies below the horizon: before it nothing appears any more.

    To be asked before the snapshot (`lib.database.reading`) in which one then reads: an older
    snapshot may lack what has ended since. It survives a crash of the database, after which
    the numbers of lost transactions are given again.
    """
    if connection.vendor != "postgresql":
        return end()
    with connection.cursor() as cursor:
        horizon = _horizon(cursor)
    settle_on_disk()
    return Position(horizon, 0)


def between(events: QuerySet[Event], start: Position, stop: Position) -> QuerySet[Event]:
    """Those behind `start` and before or at `stop`, in order, with their `transaction`."""
    if connection.vendor != "postgresql":
        rows = events.filter(id__gt=start.id, id__lte=stop.id).order_by("id")
        return rows.annotate(transaction=Value(0, BigIntegerField()))
    place = "(activity_event.xact, activity_event.id)"
    for sign, position in (">", start), ("<=", stop):
        values = [str(position.transaction), position.id]
        compared = f"{place} {sign} (%s::text::xid8, %s::bigint)"
        events = events.filter(RawSQL(compared, values, BooleanField()))  # noqa: S611  constant SQL, values bound
    xact = RawSQL("activity_event.xact::text::bigint", (), BigIntegerField())
    rows = events.annotate(transaction=xact)
    return rows.order_by(RawSQL("activity_event.xact", ()), F("id"))


def after(position: Position, limit: int) -> list[Entry]:
    """The next events behind a position, at most `limit`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            horizon = _horizon(cursor)
            cursor.execute(
                "SELECT xact::text::bigint, id, organisation_id, verb, subject_kind, touched::text,"
                " extract(epoch FROM at)::float8"
                " FROM activity_event"
                " WHERE (xact, id) > (%s::text::xid8, %s::bigint)"
                " AND xact < %s::text::xid8 ORDER BY xact, id LIMIT %s",
                [str(position.transaction), position.id, str(horizon), limit],
            )
        else:
            cursor.execute(
                "SELECT 0, id, organisation_id, verb, subject_kind, touched,"
                " (julianday(at) - 2440587.5) * 86400"
                " FROM activity_event WHERE id > %s ORDER BY id LIMIT %s",
                [position.id, limit],
            )
        found = [_entry(row) for row in cursor.fetchall()]
    if found:
        settle_on_disk()
    return found


def _entry(row: tuple[Any, ...]) -> Entry:
    transaction, number, organisation_id, verb, subject_kind, touched, at = row
    return Entry(
        Position(transaction, number),
        organisation_id,
        verb,
        subject_kind,
        tuple(json.loads(touched)),
        at,
    )


@dataclass
class Tail:
    """A reader that keeps its place. Used from one thread only: it belongs to a connection."""

    position: Position = field(default_factory=settled)
    _seen_version: int | None = None

    def read(self, limit: int = 1000) -> list[Entry]:
        """What was committed since the last call; costs next to nothing when nothing was."""
        if not self._may_have_changed():
            return []
        entries = after(self.position, limit)
        if entries:
            self.position = entries[-1].position
        if len(entries) == limit:
            self._seen_version = None  # there is more, though nobody writes it now
        return entries

    def _may_have_changed(self) -> bool:
        """SQLite counts the commits of all other connections; nothing to count elsewhere."""
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = int(cursor.fetchone()[0])
        if version == self._seen_version:
            return False
        self._seen_version = version
        return True
