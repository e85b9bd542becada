"""Slices of the graph, from the database and back: one query for each kind of row."""

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
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Edge, Node, Period
from haidang.lib.database import ask, lock, perform
from haidang.lib.decimals import canonical, text
from haidang.lib.insert import append, insertion, written

_NODE = """
SELECT g.id, g.kind, g.state, g.rule, g.direction, g.baseline, g.target, g.low, g.high,
       g.tolerance, g.relative_change, g.metric_scale, g.starts, g.ends, g.frequency,
       g.aggregation, g.steps, g.calculation,
       s.progress, s.raw, s.actual, s.own_progress, s.terms_measured, s.terms_total,
       s.own_value, s.own_day, s.own_record_id, s.own_reports,
       s.average_weight, s.average_weighted, s.average_measured, s.average_total,
       s.value_sum, s.value_measured, s.value_total, s.baseline_sum, s.baseline_unknown,
       s.kpi_year, s.measure_version, s.confidence, s.checked_in_at, g.version, g.metric_kind,
       g.expression, g.public_id
FROM goals_standing s JOIN goals_goal g ON g.id = s.goal_id
"""

_ABOVE = """
WITH RECURSIVE above(child_id, parent_id, relation, mode, weight) AS (
  SELECT child_id, parent_id, relation, mode, weight FROM goals_alignment
  WHERE child_id IN ({ids}) AND (mode <> 'none' OR relation = 'computes')
  UNION
  SELECT a.child_id, a.parent_id, a.relation, a.mode, a.weight
  FROM goals_alignment a JOIN above ON a.child_id = above.parent_id
  WHERE a.mode <> 'none' OR a.relation = 'computes'
) SELECT child_id, parent_id, relation, mode, weight FROM above
"""

#: The same for PostgreSQL, each edge with the node above it, in one statement: the answer is
#: awaited once. What it starts from comes first, as if edges led there from nowhere. What is
#: above is read goal by goal, because the planner would otherwise read whole tables at each
#: level (it takes ten parents for granted).
_SLICE_POSTGRESQL = f"""
WITH RECURSIVE above(child_id, parent_id, relation, mode, weight) AS (
  SELECT NULL::bigint, {{ids}}, NULL::varchar, NULL::varchar, NULL::integer
  UNION
  SELECT a.child_id, a.parent_id, a.relation, a.mode, a.weight
  FROM above CROSS JOIN LATERAL (
    SELECT child_id, parent_id, relation, mode, weight FROM goals_alignment
    WHERE child_id = above.parent_id AND (mode <> 'none' OR relation = 'computes') OFFSET 0
  ) a
) SELECT node.*, child_id, parent_id, relation, mode, weight
FROM above CROSS JOIN LATERAL ({_NODE} WHERE s.goal_id = above.parent_id OFFSET 0) node
"""  # noqa: S608  nothing but constants
_SLICE_OF_MANY = _SLICE_POSTGRESQL.replace("{ids}", "unnest(%s::bigint[])")
#: Of a list PostgreSQL does not know how long it will be, and plans anew for each; a check-in
#: has one goal, for which the plan is made once.
_SLICE_OF_ONE = _SLICE_POSTGRESQL.replace("{ids}", "%s::bigint")

_PERIOD = """
SELECT goal_id, id, starts, ends, year, target, baseline, low, high, tolerance,
       own_value, own_numerator, own_denominator, own_record_id,
       value_sum, numerator_sum, denominator_sum, value_reports, value_firsts
FROM goals_kpiperiod WHERE goal_id IN ({ids}) ORDER BY goal_id, starts
"""

STANDING_COLUMNS = (
    "progress", "raw", "actual", "own_progress", "terms_measured", "terms_total",
    "own_value", "own_day", "own_record_id", "own_reports",
    "average_weight", "average_weighted", "average_measured", "average_total",
    "value_sum", "value_measured", "value_total", "baseline_sum", "baseline_unknown",
    "kpi_year", "measure_version", "confidence", "checked_in_at",
)  # fmt: skip
#: Goals of an organisation that have no standing, each with an empty one.
_EMPTY = {
    **dict.fromkeys(STANDING_COLUMNS, "NULL"),
    **dict.fromkeys(
        (
            "terms_measured", "terms_total", "own_reports",
            "average_weight", "average_weighted", "average_measured", "average_total",
            "value_sum", "value_measured", "value_total", "baseline_sum", "baseline_unknown",
        ),
        "0",
    ),
    "measure_version": "1",
}  # fmt: skip
_NOTHING = ", ".join(f"{value} AS {column}" for column, value in _EMPTY.items())
_LOST = f"""{_NODE.partition("FROM")[0]}
FROM goals_goal g CROSS JOIN (SELECT {_NOTHING}) s
WHERE g.organisation_id = %s
  AND NOT EXISTS (SELECT 1 FROM goals_standing t WHERE t.goal_id = g.id)
"""  # noqa: S608  own names only
HISTORY_COLUMNS = ("progress", "raw", "actual", "terms_measured", "terms_total")
PERIOD_COLUMNS = (
    "own_value", "own_numerator", "own_denominator", "own_record_id",
    "value_sum", "numerator_sum", "denominator_sum", "value_reports", "value_firsts",
)  # fmt: skip
PERIOD_FACTS = ("target", "baseline", "low", "high", "tolerance")

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


def select_by_ids(sql: str, ids: Sequence[int], suffix: str = "") -> list[tuple[Any, ...]]:
    """Rows of a query over `IN ({ids})`, whatever their number."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(sql.replace("IN ({ids})", "= ANY(%s)") + suffix, [list(ids)])
            return list(cursor.fetchall())
        result: list[tuple[Any, ...]] = []
        for i in range(0, len(ids), 900):
            part = ids[i : i + 900]
            cursor.execute(sql.replace("{ids}", ",".join("%s" for _ in part)), list(part))
            result += cursor.fetchall()
        return result


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else _number(value)


@lru_cache(maxsize=8192)  # the same few numbers, read over and over
def _number(value: Any) -> Decimal:
    return canonical(Decimal(value))


@lru_cache(maxsize=8192)
def _measure(direction: str, *values: Any) -> Measure:
    return Measure(direction, *(_decimal(v) for v in values))


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def from_json(value: Any) -> Any:
    """A JSON column read by a raw query: text on SQLite, text or loaded on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value


def _steps(value: Any) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(a), Decimal(b)) for a, b in from_json(value) or ())


def node_of(row: Sequence[Any], first_month: int) -> Node:
    return Node(
        id=row[0],
        kind=row[1],
        state=row[2],
        rule=row[3],
        measure=_measure(*row[4:11]),
        scale=_decimal(row[11]),
        starts=_date(row[12]),
        ends=_date(row[13]),
        frequency=row[14],
        aggregation=row[15],
        steps=_steps(row[16]) if row[4] == "steps" else (),
        calculation=row[17],
        first_month=first_month,
        progress=row[18],
        raw=_decimal(row[19]),
        actual=_decimal(row[20]),
        own_progress=row[21],
        terms_measured=row[22],
        terms_total=row[23],
        own_value=_decimal(row[24]),
        own_day=_date(row[25]),
        own_record_id=row[26],
        own_reports=row[27],
        average_weight=row[28],
        average_weighted=row[29],
        average_measured=row[30],
        average_total=row[31],
        value_sum=_number(row[32]),
        value_measured=row[33],
        value_total=row[34],
        baseline_sum=_number(row[35]),
        baseline_unknown=row[36],
        kpi_year=row[37],
        measure_version=row[38],
        confidence=row[39],
        checked_in_at=row[40],
        version=row[41],
        metric_kind=row[42],
        expression=row[43],
        public_id=row[44],
    )


def above(ids: Sequence[int], first_month: int) -> Graph:
    """These goals and all that their numbers reach.

    The caller holds the organisation's lock, so that nothing of it changes until the commit.
    """
    if connection.vendor == "postgresql":
        alone = len(ids) == 1
        found = ask(_SLICE_OF_ONE if alone else _SLICE_OF_MANY, [ids[0] if alone else list(ids)])
        rows = {row[0]: row for row in found}
        edges = {row[-5:-3]: Edge(*row[-5:]) for row in found if row[-5] is not None}
    else:
        edges = {row[:2]: Edge(*row) for row in select_by_ids(_ABOVE, ids)}
        wanted = sorted({*ids, *(e.parent for e in edges.values())})
        rows = {row[0]: row for row in select_by_ids(_NODE + " WHERE s.goal_id IN ({ids})", wanted)}
    graph = Graph({i: node_of(row, first_month) for i, row in rows.items()}, edges.values())
    kpis = [n.id for n in graph.nodes.values() if n.is_kpi]
    if kpis:
        load_periods(graph, kpis)
        _load_inputs(graph, first_month)
    return graph


def whole(organisation_id: int, first_month: int, *, blank: bool = False) -> Graph:
    """Every goal and every edge of an organisation; with `blank` also goals whose standing
    is lost, as if nothing had been reported yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child_id, parent_id, relation, mode, weight FROM goals_alignment"
            " WHERE organisation_id = %s AND (mode <> 'none' OR relation = 'computes')",
            [organisation_id],
        )
        edges = [Edge(*row) for row in cursor.fetchall()]
        cursor.execute(_NODE + " WHERE s.organisation_id = %s ORDER BY g.id", [organisation_id])
        nodes = {row[0]: node_of(row, first_month) for row in cursor.fetchall()}
        if blank:
            cursor.execute(_LOST, [organisation_id])
            nodes |= {row[0]: node_of(row, first_month) for row in cursor.fetchall()}
    graph = Graph(nodes, edges)
    load_periods(graph, [n.id for n in nodes.values() if n.is_kpi])
    _load_inputs(graph, first_month)
    return graph


def load_periods(graph: Graph, kpis: Sequence[int], only: date | None = None) -> None:
    """The periods of these KPIs, or of each the one that starts on a day."""
    found = select_by_ids(_PERIOD, kpis) if only is None else _periods_from(kpis, only)
    for row in found:
        starts = _day(row[2])
        graph.nodes[row[0]].periods[starts] = Period(
            starts,
            _day(row[3]),
            row[4],
            id=row[1],
            target=_decimal(row[5]),
            baseline=_decimal(row[6]),
            low=_decimal(row[7]),
            high=_decimal(row[8]),
            tolerance=_decimal(row[9]),
            own_value=_decimal(row[10]),
            own_numerator=_decimal(row[11]),
            own_denominator=_decimal(row[12]),
            own_record_id=row[13],
            value_sum=_number(row[14]),
            numerator_sum=_number(row[15]),
            denominator_sum=_number(row[16]),
            value_reports=row[17],
            value_firsts=row[18],
        )


def _periods_from(kpis: Sequence[int], starts: date) -> list[tuple[Any, ...]]:
    narrow = _PERIOD.replace("ORDER BY", f"AND starts = '{starts.isoformat()}' ORDER BY")
    return select_by_ids(narrow, kpis)


def _load_inputs(graph: Graph, first_month: int) -> None:
    """The inputs of calculated KPIs in order, with their periods, also those beside the path."""
    calculated = [n.id for n in graph.nodes.values() if n.calculation]
    if not calculated:
        return
    order = select_by_ids(
        "SELECT parent_id, child_id, position, id FROM goals_alignment"
        " WHERE relation = 'computes' AND parent_id IN ({ids})",
        calculated,
    )
    for parent_id, child_id, _, _ in sorted(order, key=lambda r: (r[0], r[2], r[3])):
        graph.inputs.setdefault(parent_id, []).append(child_id)
    beside = sorted({row[1] for row in order} - graph.nodes.keys())
    if beside:
        found = select_by_ids(_NODE + " WHERE s.goal_id IN ({ids})", beside)
        graph.nodes.update((row[0], node_of(row, first_month)) for row in found)
        load_periods(graph, beside)


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
