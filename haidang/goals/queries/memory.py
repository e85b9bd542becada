"""What is expected of the goals of an organisation, and how they look, kept in memory from
page to page.

What is expected of a goal rests on everything below it: of the Ultimate Goal on all goals.
Nothing of it is stored (docs/decisions/expected-at-reading.md), so each process keeps what it
computed, with the number of the last change that it knows of. Before it is used, the log is
asked for changes since; the goals that they touched, and those above them, are computed anew
from what is right below each. So a page costs what has changed, not what there is.

Only a page that reads one snapshot uses it (`lib.database.reading`), at exactly the changes
that the snapshot sees. In an organisation changes of goals are committed in the order of their
numbers, because one writer at a time holds its lock (docs/decisions/
one-writer-in-an-organisation.md): the greatest number seen says which are seen.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection

from haidang.goals.queries.expectation import (
    Plans,
    Row,
    expected,
    holding,
    of_organisation,
    sign,
    with_all_below,
    with_those_above,
)
from haidang.goals.rules import plan
from haidang.lib.database import in_own_snapshot

#: Goals that a process remembers, of all organisations together: about 25 MB, and 25 more
#: when all of them have been looked at.
ROOM = 150_000
#: Lines of charts that are remembered of an organisation.
MOST_LINES = 1000
#: Changes behind which everything is computed anew.
MOST_CHANGES = 500
#: Goals of the last change whose rows are kept until somebody looks at them.
MOST_ROWS = 1000
#: Kinds of subject in the log whose changes may move what is expected. Others are written
#: without the organisation's lock, and their numbers say nothing about these.
_KINDS = ("goal", "cycle", "numbers")

_VERSION = """
SELECT max(id) FROM activity_event
WHERE organisation_id = %s AND subject_kind IN ('goal', 'cycle', 'numbers')
"""
#: The same, asked for as `activity.latest.latest_of` does.
_VERSION_POSTGRESQL = """
SELECT id FROM activity_event
WHERE organisation_id BETWEEN %s AND %s AND subject_kind IN ('goal', 'cycle', 'numbers')
ORDER BY organisation_id, id DESC LIMIT 1
"""
#: A change that is known, and those after it. (What the known one touched may be long.)
_CHANGES = """
SELECT id, subject_kind, CASE WHEN id > %s THEN touched END FROM activity_event
WHERE organisation_id {is_it} AND subject_kind IN ('goal', 'cycle', 'numbers') AND id >= %s
ORDER BY {organisation_id}id LIMIT %s
"""


#: Days of a line > what was to be expected at their ends.
Line = list[tuple[date, int | None]]


@dataclass(slots=True)
class Memory:
    """Of all goals of an organisation, on a day, after the change of that number."""

    today: date
    calendar: plan.Calendar
    version: int
    expected: dict[int, int | None]
    holding: set[int]
    signs: dict[int, int]  # `expectation.sign`
    lines: dict[int, Line] = field(default_factory=dict)
    #: Outlooks of goals that somebody has looked at, by the terms that were in force.
    terms: object = None
    looks: dict[int, Any] = field(default_factory=dict)
    #: As the last change left them, goals at which nobody has looked since.
    rows: dict[int, Row] = field(default_factory=dict)


class _Seen(NamedTuple):
    """What a snapshot sees of the log."""

    version: int  # its last change
    since: int = 0
    #: What `_CHANGES` says of those after `since`; None where they are many, or not asked for.
    changes: Sequence[tuple[int, str, Any]] | None = None


class Remembered(NamedTuple):
    """What is known of the goals that were asked for, after the change of that number."""

    version: int
    looks: dict[int, Any]  # of some
    expected: dict[int, int | None]  # of the others
    holding: set[int]  # of the others, those that hold a level
    rows: dict[int, Row]  # of the others, those that are at hand


_memories: OrderedDict[int, Memory] = OrderedDict()
_lock = Lock()


def remembered(
    organisation_id: int,
    wanted: Iterable[int],
    calendar: plan.Calendar,
    today: date,
    terms: object = None,
) -> Remembered | None:
    """What is known of these goals, as the snapshot that is being read has it; None where it
    has to be computed from what is below them.

    `terms`: whatever an outlook rests on besides the goals, the day too; one that was kept
    under others is not known.
    """
    if not in_own_snapshot():
        return None
    seen = _seen(organisation_id)
    with _lock:
        memory = _at(organisation_id, calendar, today, seen)
        if memory is None:
            return None
        kept = memory.looks if memory.terms == terms else {}
        looks = {i: kept[i] for i in wanted if i in kept}
        others = [i for i in wanted if i not in kept]
        if not all(i in memory.expected for i in others):
            return None
        due = {i: memory.expected[i] for i in others}
        rows = {i: memory.rows[i] for i in others if i in memory.rows}
        return Remembered(seen.version, looks, due, memory.holding.intersection(others), rows)


def keep(organisation_id: int, version: int, terms: object, looks: Mapping[int, Any]) -> None:
    """Remember outlooks that were made of what stood after the change of that number."""
    with _lock:
        memory = _memories.get(organisation_id)
        if memory is None or memory.version != version:
            return
        if memory.terms != terms:
            memory.terms = terms
            memory.looks.clear()
        memory.looks |= looks
        for i in looks:
            memory.rows.pop(i, None)


def line(
    organisation_id: int, goal_id: int, days: Sequence[date], calendar: plan.Calendar, today: date
) -> Line:
    """What was to be expected of a goal at the end of each day, by today's structure."""
    seen = _seen(organisation_id) if in_own_snapshot() else None
    if seen is not None:
        with _lock:
            memory = _at(organisation_id, calendar, today, seen)
            known = memory.lines.get(goal_id) if memory is not None else None
            if known is not None and [day for day, _ in known] == list(days):
                return known
    plans = with_all_below([goal_id], calendar)
    found = [(day, expected(plans, day).get(goal_id)) for day in days]
    if seen is not None:
        with _lock:
            memory = _memories.get(organisation_id)
            same = memory is not None and memory.version == seen.version
            if memory is not None and same and memory.calendar == calendar:
                if len(memory.lines) >= MOST_LINES:
                    memory.lines.clear()
                memory.lines[goal_id] = found
    return found


def forget() -> None:
    """Remember nothing, as after a start."""
    with _lock:
        _memories.clear()


def _seen(organisation_id: int) -> _Seen:
    """What the snapshot that is being read sees, and how it differs from what is remembered."""
    memory = _memories.get(organisation_id)
    return _since(organisation_id, memory.version if memory is not None else 0)


def _since(organisation_id: int, known: int) -> _Seen:
    """What the snapshot sees, with the changes after a known one.

    They are left out where there are too many, and where the snapshot is older than the known
    one: it does not see that one either.
    """
    rows: list[tuple[int, str, Any]] = []
    with connection.cursor() as cursor:
        is_postgresql = connection.vendor == "postgresql"
        if known:
            sql = _CHANGES.format(
                is_it="BETWEEN %s AND %s" if is_postgresql else "= %s",
                organisation_id="organisation_id, " if is_postgresql else "",
            )
            which = [organisation_id] * (2 if is_postgresql else 1)
            cursor.execute(sql, [known, *which, known, MOST_CHANGES + 2])
            rows = cursor.fetchall()
        if rows and rows[0][0] == known and len(rows) <= MOST_CHANGES + 1:
            return _Seen(rows[-1][0], known, rows[1:])
        if is_postgresql:
            cursor.execute(_VERSION_POSTGRESQL, [organisation_id, organisation_id])
        else:
            cursor.execute(_VERSION, [organisation_id])
        found = cursor.fetchone()
    return _Seen((found[0] or 0) if found else 0)


def _at(organisation_id: int, calendar: plan.Calendar, today: date, seen: _Seen) -> Memory | None:
    """What is known after the last change that is seen, brought up to it where it lies behind."""
    memory = _memories.get(organisation_id)
    if memory is None or memory.calendar != calendar or memory.today < today:
        memory = _learnt(organisation_id, calendar, today, seen.version)
    elif memory.version > seen.version or memory.today > today:
        return None  # an older snapshot, or another day, than others ask for by now
    elif memory.version < seen.version:
        memory = _caught_up(organisation_id, memory, seen)
    _memories[organisation_id] = memory
    _memories.move_to_end(organisation_id)
    while len(_memories) > 1 and sum(len(m.expected) for m in _memories.values()) > ROOM:
        _memories.popitem(last=False)  # that nobody asked for the longest
    return memory


def _learnt(organisation_id: int, calendar: plan.Calendar, today: date, version: int) -> Memory:
    plans = of_organisation(organisation_id, calendar)
    return Memory(
        today,
        calendar,
        version,
        expected(plans, today),
        holding(plans),
        {i: sign(plans, i) for i in plans.rows},
    )


def _caught_up(organisation_id: int, memory: Memory, seen: _Seen) -> Memory:
    if memory.version < seen.since:  # another took its place meanwhile
        seen = _since(organisation_id, memory.version)
    touched = _touched(seen, memory.version)
    if touched is None:
        return _learnt(organisation_id, memory.calendar, memory.today, seen.version)
    moved, plans = with_those_above(sorted(touched), memory.calendar)
    beside = plans.rows.keys() - moved
    if not beside <= memory.expected.keys():
        return _learnt(organisation_id, memory.calendar, memory.today, seen.version)
    known = {i: memory.expected[i] for i in beside}
    found = expected(plans, memory.today, known)
    hold = holding(plans, memory.holding.intersection(known))
    for i in moved:
        memory.expected[i] = found[i]
        memory.looks.pop(i, None)
    memory.rows = {i: plans.rows[i] for i in moved} if len(moved) <= MOST_ROWS else {}
    memory.holding -= moved
    memory.holding |= hold & moved
    for i in _redefined(memory, plans, moved):
        memory.lines.pop(i, None)
    memory.version = seen.version
    return memory


def _redefined(memory: Memory, plans: Plans, moved: set[int]) -> set[int]:
    """Those of which something else is expected now, on whatever day: a check-in alone, of a
    goal that had reported before, is no such change."""
    changed = set()
    for i in moved:
        now = sign(plans, i)
        if memory.signs.get(i) != now:
            memory.signs[i] = now
            changed.add(i)
    above: dict[int, list[int]] = {}
    for parent, children in plans.below.items():
        for child, _ in children:
            above.setdefault(child, []).append(parent)
    stack = list(changed)
    while stack:
        for parent in above.get(stack.pop(), ()):
            if parent not in changed:
                changed.add(parent)
                stack.append(parent)
    return changed


def _touched(seen: _Seen, since: int) -> set[int] | None:
    """Goals that changes touched; None where they were many, or no goal's own."""
    if seen.changes is None:
        return None
    touched: set[int] = set()
    for number, kind, ids in seen.changes:
        if number <= since:
            continue  # another thread has caught up with it meanwhile
        if kind != "goal":
            return None
        touched.update(json.loads(ids) if isinstance(ids, str) else ids)
    return touched
