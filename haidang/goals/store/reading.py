"""Slices of the graph from the database: one query for each kind of row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from haidang.goals.rules.graph import Graph
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Edge, Node, Period
from haidang.goals.store.columns import STANDING_COLUMNS
from haidang.lib.database import ask, one_of
from haidang.lib.decimals import canonical

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


def select_by_ids(sql: str, ids: Sequence[int], suffix: str = "") -> list[tuple[Any, ...]]:
    """Rows of a query over `IN ({ids})`, whatever their number."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            which, listed = one_of(ids)
            cursor.execute(sql.replace("IN ({ids})", which) + suffix, [listed])
            return list(cursor.fetchall())
        result: list[tuple[Any, ...]] = []
        for i in range(0, len(ids), 900):
            part = ids[i : i + 900]
            cursor.execute(sql.replace("{ids}", ",".join("%s" for _ in part)), list(part))
            result += cursor.fetchall()
        return result


def decimal_of(value: Any) -> Decimal | None:
    """An exact decimal as a cursor gives it, without the field's own conversion."""
    return None if value is None else _number(value)


@lru_cache(maxsize=8192)  # the same few numbers, read over and over
def _number(value: Any) -> Decimal:
    return canonical(Decimal(value))


@lru_cache(maxsize=8192)
def _measure(direction: str, *values: Any) -> Measure:
    return Measure(direction, *(decimal_of(v) for v in values))


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
        scale=decimal_of(row[11]),
        starts=_date(row[12]),
        ends=_date(row[13]),
        frequency=row[14],
        aggregation=row[15],
        steps=_steps(row[16]) if row[4] == "steps" else (),
        calculation=row[17],
        first_month=first_month,
        progress=row[18],
        raw=decimal_of(row[19]),
        actual=decimal_of(row[20]),
        own_progress=row[21],
        terms_measured=row[22],
        terms_total=row[23],
        own_value=decimal_of(row[24]),
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
            target=decimal_of(row[5]),
            baseline=decimal_of(row[6]),
            low=decimal_of(row[7]),
            high=decimal_of(row[8]),
            tolerance=decimal_of(row[9]),
            own_value=decimal_of(row[10]),
            own_numerator=decimal_of(row[11]),
            own_denominator=decimal_of(row[12]),
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
