"""What has changed in the graph, to the database: one statement for each kind of row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model

from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Node
from haidang.goals.store.columns import (
    HISTORY_COLUMNS,
    PERIOD_COLUMNS,
    PERIOD_FACTS,
    STANDING_COLUMNS,
)
from haidang.lib.database import lock, perform
from haidang.lib.decimals import text
from haidang.lib.insert import append, insertion, written

_standing = attrgetter(*STANDING_COLUMNS)
_history = attrgetter(*HISTORY_COLUMNS)

#: Rows in one statement: SQLite bounds the parameters of a statement.
BATCH = 500


def lock_organisation(
    organisation_id: int, *, key_of: type[Model] | None = None
) -> Callable[[], int | None]:
    """Be alone in writing the organisation's graph until the commit (`lib.database.lock`).

    Values too: nearly every chain of goals ends in the Ultimate Goal, whose row all writers
    would wait for, each having to look again at all that was written meanwhile.
    """
    return lock(organisation_id, key_of=key_of)


#: What SQLite's driver takes as it is.
_AS_IT_IS = frozenset({int, str, type(None)})


def _plain(value: Any) -> Any:
    """A value as SQLite's driver takes it."""
    kind = type(value)
    if kind is Decimal:
        return text(value)
    if kind is datetime:
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if kind is date else value


#: PostgreSQL's types of the columns written here.
_TYPES = {
    **dict.fromkeys(
        (
            "goal_id", "organisation_id", "progress", "own_progress", "own_record_id",
            "average_weight", "average_weighted",
        ),
        "bigint",
    ),
    **dict.fromkeys(("day", "own_day", "starts", "ends"), "date"),
    **dict.fromkeys(
        (
            "raw", "actual", "own_value", "own_numerator", "own_denominator", "value_sum",
            "numerator_sum", "denominator_sum", "baseline_sum", "target", "baseline", "low",
            "high", "tolerance",
        ),
        "numeric",
    ),
    "checked_in_at": "timestamptz",
}  # fmt: skip


@lru_cache(maxsize=64)
def _upsert_sql(
    table: str, keys: tuple[str, ...], columns: tuple[str, ...], insert_only: tuple[str, ...],
    rows: int,
) -> str:  # fmt: skip
    """One statement for any number of rows on PostgreSQL (`rows` 0), so that it is prepared
    once; of that many rows on SQLite."""
    names = (*keys, *insert_only, *columns)
    if rows:
        marks = f"({','.join('%s' for _ in names)})"
        source = "VALUES " + ",".join([marks] * rows)
    else:
        source = f"SELECT * FROM {_recordset(names)}"  # noqa: S608  own names only
    update = ",".join(f"{c}=excluded.{c}" for c in columns)
    return (
        f"INSERT INTO {table} ({','.join(names)}) {source} "
        f"ON CONFLICT ({','.join(keys)}) DO UPDATE SET {update}"
    )


def _recordset(names: Sequence[str]) -> str:
    """The rows of one parameter, as `_records` writes them."""
    typed = ",".join(f"{n} {_TYPES.get(n, 'integer')}" for n in names)
    return f"json_to_recordset(%s::json) AS record({typed})"


def _records(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as one parameter of PostgreSQL: many are parsed, typed and sent one by one."""
    return json.dumps(
        [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in rows],
        default=_word,
    )


def _word(value: Any) -> str:
    return text(value) if type(value) is Decimal else value.isoformat()


def _upsert(
    table: str,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    insert_only: tuple[str, ...] = (),
) -> None:
    if not rows:
        return
    together = connection.vendor == "postgresql"
    names = (*keys, *insert_only, *columns)
    step = 10_000 if together else max(1, min(BATCH, 30_000 // len(rows[0])))
    for i in range(0, len(rows), step):
        part = rows[i : i + step]
        perform(
            _upsert_sql(table, keys, columns, insert_only, 0 if together else len(part)),
            [_records(names, part)]
            if together
            else [v if type(v) in _AS_IT_IS else _plain(v) for row in part for v in row],
        )


_MOVED = ("goal_id", *STANDING_COLUMNS)
#: Standings and the day's history points, which are columns of them, in one statement, and
#: other rows `beside` them.
_SAVE_POSTGRESQL = f"""
WITH moved AS (
  SELECT * FROM {_recordset(_MOVED)}
), stand AS (
  UPDATE goals_standing SET {",".join(f"{c}=moved.{c}" for c in STANDING_COLUMNS)}
  FROM moved WHERE goals_standing.goal_id = moved.goal_id
){{beside}}
INSERT INTO goals_historypoint (goal_id, day, {",".join(HISTORY_COLUMNS)})
SELECT goal_id, %s, {",".join(HISTORY_COLUMNS)} FROM moved
ON CONFLICT (goal_id, day) DO UPDATE SET {",".join(f"{c}=excluded.{c}" for c in HISTORY_COLUMNS)}
"""  # noqa: S608  own names only


@lru_cache(maxsize=16)
def _save_sql(beside: tuple[str, ...]) -> str:
    parts = "".join(f", beside{i} AS ({sql})" for i, sql in enumerate(beside))
    return _SAVE_POSTGRESQL.replace("{beside}", parts)


def save(
    graph: Graph,
    changed: Iterable[int],
    organisation_id: int,
    day: date,
    *,
    beside: Sequence[Model] = (),
) -> None:
    """Write the standings of changed nodes, which they have, their periods, and the day's
    history points.

    New rows `beside` them, whose keys are known or not asked for, are written too, on
    PostgreSQL in the same statement.
    """
    nodes = [graph.nodes[i] for i in sorted(changed)]
    save_periods(nodes)
    if nodes and connection.vendor == "postgresql":
        moved = _records(_MOVED, [(n.id, *_standing(n)) for n in nodes])
        more = [insertion(row) for row in beside]
        values = [value for _, part in more for value in part]
        perform(_save_sql(tuple(sql for sql, _ in more)), [moved, *values, day])
        for row in beside:
            written(row)
        return
    save_standings(nodes, organisation_id)
    save_history([history_row(n, day) for n in nodes])
    for row in beside:
        append(row)


def restore(graph: Graph, changed: Iterable[int], organisation_id: int, day: date) -> None:
    """`save`, also of nodes whose standing was lost."""
    nodes = [graph.nodes[i] for i in sorted(changed)]
    save_periods(nodes)
    save_standings(nodes, organisation_id)
    save_history([history_row(n, day) for n in nodes])


def save_standings(nodes: Iterable[Node], organisation_id: int) -> None:
    _upsert(
        "goals_standing",
        ("goal_id",),
        STANDING_COLUMNS,
        [(n.id, organisation_id, *_standing(n)) for n in nodes],
        insert_only=("organisation_id",),
    )


def save_history(rows: Sequence[Sequence[Any]]) -> None:
    """Upsert history points: (goal id, day, progress, raw, actual, measured, total)."""
    _upsert("goals_historypoint", ("goal_id", "day"), HISTORY_COLUMNS, rows)


def history_row(node: Node, day: date) -> tuple[Any, ...]:
    return (node.id, day, *_history(node))


def save_periods(nodes: Iterable[Node]) -> None:
    """Write the periods that changed; new ones are inserted with their targets."""
    rows = [
        (
            n.id,
            p.starts,
            p.ends,
            p.year,
            *(getattr(p, c) for c in PERIOD_FACTS),
            *(getattr(p, c) for c in PERIOD_COLUMNS),
        )
        for n in nodes
        for p in n.periods.values()
        if p.dirty
    ]
    if rows:
        _upsert(
            "goals_kpiperiod",
            ("goal_id", "starts"),
            PERIOD_COLUMNS,
            rows,
            insert_only=("ends", "year", *PERIOD_FACTS),
        )
    for n in nodes:
        for p in n.periods.values():
            p.dirty = False
