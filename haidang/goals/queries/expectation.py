"""What is expected of goals, from their dates, their plans and what counts below them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from haidang.goals.models import Kind, Milestone
from haidang.goals.rules import plan
from haidang.goals.rules.combine import mean_of_terms
from haidang.goals.rules.health import LEVELS
from haidang.goals.rules.metric import BILLION
from haidang.goals.store import from_json, select_by_ids

_SELECT = """
SELECT g.id, g.kind, g.state, g.rule, g.direction, g.plan_curve, g.plan, g.starts, g.ends,
       g.frequency, g.cadence_days, g.freshness_days, g.calculation,
       CASE WHEN g.kind IN ('key_result', 'kpi')
             AND (s.own_day IS NULL OR g.freshness_days IS NOT NULL) THEN g.created_at END,
       s.progress, s.own_progress, s.own_day
"""
_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({ids})
  UNION
  SELECT a.child_id FROM goals_alignment a JOIN below ON a.parent_id = below.id
  JOIN goals_goal p ON p.id = a.parent_id
  WHERE a.mode = 'average' AND p.rule <> 'own' AND p.kind NOT IN ('kpi')
)"""
_FROM_BELOW = """
FROM below JOIN goals_goal g ON g.id = below.id JOIN goals_standing s ON s.goal_id = g.id
"""
_ABOVE = f"""
WITH RECURSIVE above(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({{ids}})
  UNION
  SELECT a.parent_id FROM goals_alignment a JOIN above ON a.child_id = above.id
)
{_SELECT} FROM above JOIN goals_goal g ON g.id = above.id JOIN goals_standing s ON s.goal_id = g.id
"""  # noqa: S608  nothing but constants
#: The same, read goal by goal: the planner takes ten parents of each for granted, and would
#: read whole tables.
_ABOVE_POSTGRESQL = f"""
WITH RECURSIVE above(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({{ids}})
  UNION
  SELECT a.parent_id FROM above CROSS JOIN LATERAL (
    SELECT parent_id FROM goals_alignment WHERE child_id = above.id OFFSET 0
  ) a
)
SELECT goal.* FROM above CROSS JOIN LATERAL (
  {_SELECT} FROM goals_goal g JOIN goals_standing s ON s.goal_id = g.id
  WHERE g.id = above.id OFFSET 0
) goal
"""  # noqa: S608  nothing but constants
_FROM = "FROM goals_goal g JOIN goals_standing s ON s.goal_id = g.id WHERE g.id IN ({ids})"
_FROM_ALL = (
    "FROM goals_goal g JOIN goals_standing s ON s.goal_id = g.id WHERE g.organisation_id = %s"
)
_EDGES = """
SELECT a.parent_id, a.child_id, a.weight FROM goals_alignment a
WHERE a.mode = 'average' AND a.parent_id IN ({ids})
"""
#: The same, each with the goal that it leads down to.
_CHILDREN = f"""
{_SELECT}, a.parent_id, a.weight
FROM goals_alignment a JOIN goals_goal g ON g.id = a.child_id
JOIN goals_standing s ON s.goal_id = g.id
WHERE a.mode = 'average' AND a.parent_id IN ({{ids}})
"""
_CHILDREN_POSTGRESQL = f"""
SELECT goal.*, a.parent_id, a.weight FROM goals_alignment a CROSS JOIN LATERAL (
  {_SELECT} FROM goals_goal g JOIN goals_standing s ON s.goal_id = g.id
  WHERE g.id = a.child_id OFFSET 0
) goal
WHERE a.mode = 'average' AND a.parent_id IN ({{ids}})
"""  # noqa: S608  nothing but constants
_ALL_EDGES = """
SELECT a.parent_id, a.child_id, a.weight FROM goals_alignment a
WHERE a.mode = 'average' AND a.organisation_id = %s
"""


@dataclass(slots=True)
class Row:
    """What is read of a goal."""

    id: int
    kind: str
    state: str
    rule: str
    direction: str
    plan_curve: str
    plan: Any
    starts: date | None
    ends: date | None
    frequency: str
    cadence_days: int
    freshness_days: int | None
    calculation: str
    created_at: datetime | None  # read where `made_in` is asked for: moments are slow to read
    progress: int | None
    own_progress: int | None
    own_day: date | None

    @property
    def is_parent(self) -> bool:
        """Whether what hangs below may make its number."""
        return self.rule != "own" and self.kind != Kind.KPI

    @property
    def is_reported(self) -> bool:
        """Whether somebody is asked for its check-ins now."""
        measured = self.kind in (Kind.KEY_RESULT, Kind.KPI) and self.rule != "children"
        return measured and self.state == "active" and not self.calculation

    def made_in(self, zone: ZoneInfo) -> date:
        """The day on which it was made; of what is reported and was not yet, or has a limit of
        its own."""
        assert self.created_at is not None
        return self.created_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Plans:
    """What the expected progress of some goals depends on, besides the day."""

    rows: dict[int, Row]
    below: Mapping[int, Sequence[tuple[int, int]]]  # parent > (child, weight)
    milestones: Mapping[int, Sequence[tuple[date | None, int]]]
    calendar: plan.Calendar


def rows_of(ids: Sequence[int]) -> dict[int, Row]:
    """The goals themselves."""
    return {row.id: row for row in map(_row, select_by_ids(_SELECT + _FROM, ids))}


def with_all_below(ids: Sequence[int], calendar: plan.Calendar) -> Plans:
    """The goals and everything that counts below them, whoever may see it."""
    rows = {r.id: r for r in map(_row, select_by_ids(_BELOW + _SELECT + _FROM_BELOW, ids))}
    edges = select_by_ids(_EDGES, [i for i, row in rows.items() if row.is_parent])
    return _plans(rows, edges, calendar)


def with_those_above(ids: Sequence[int], calendar: plan.Calendar) -> tuple[set[int], Plans]:
    """The goals with all that is above them, and the plans of those and of what counts right
    below each."""
    is_postgresql = connection.vendor == "postgresql"
    sql = _ABOVE_POSTGRESQL if is_postgresql else _ABOVE
    rows = {row.id: row for row in map(_row, select_by_ids(sql, ids))}
    above = set(rows)
    edges = []
    parents = [i for i, row in rows.items() if row.is_parent]
    children = _CHILDREN_POSTGRESQL if is_postgresql else _CHILDREN
    for *child, parent_id, weight in select_by_ids(children, parents):
        if child[0] not in rows:
            rows[child[0]] = _row(child)
        edges.append((parent_id, child[0], weight))
    return above, _plans(rows, edges, calendar)


def of_organisation(organisation_id: int, calendar: plan.Calendar) -> Plans:
    """All goals of an organisation."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + _FROM_ALL, [organisation_id])
        rows = {row.id: row for row in map(_row, cursor.fetchall())}
        cursor.execute(_ALL_EDGES, [organisation_id])
        edges = [edge for edge in cursor.fetchall() if rows[edge[0]].is_parent]
    return _plans(rows, edges, calendar)


def _plans(
    rows: dict[int, Row], edges: Iterable[tuple[Any, ...]], calendar: plan.Calendar
) -> Plans:
    below: dict[int, list[tuple[int, int]]] = {}
    for parent_id, child_id, weight in edges:
        below.setdefault(parent_id, []).append((child_id, weight))
    stepped = [i for i, row in rows.items() if row.plan_curve == "milestones"]
    milestones: dict[int, list[tuple[date | None, int]]] = {}
    for start in range(0, len(stepped), 900):
        steps = Milestone.objects.filter(goal_id__in=stepped[start : start + 900])
        for goal_id, due, weight in steps.values_list("goal_id", "due", "weight"):
            milestones.setdefault(goal_id, []).append((due, weight))
    return Plans(rows, below, milestones, calendar)


def expected(
    plans: Plans, today: date, known: Mapping[int, int | None] | None = None
) -> dict[int, int | None]:
    """Billionths that each goal of the plans should have reached by the end of a day.

    A parent's is the mean over the terms that make its number, with the same weights.
    What is `known` already is taken as it is, and nothing below it is needed.
    """
    rows, below = plans.rows, plans.below
    result: dict[int, int | None] = dict(known or {})
    for start in rows:
        stack = [start]
        while stack:
            i = stack[-1]
            if i in result:
                stack.pop()
                continue
            waiting = [c for c, _ in below.get(i, ()) if c in rows and c not in result]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            result[i] = _one(plans, i, result, today)
    return result


def holding(plans: Plans, known: Collection[int] = ()) -> set[int]:
    """Goals whose number rests on a level to hold, or on a KPI, that is not closed: reached
    today is no promise for tomorrow, for what is above it neither. Those `known` do."""
    rows, found = plans.rows, set[int]()
    above: dict[int, list[int]] = {}
    for parent, children in plans.below.items():
        for child, weight in children:
            if weight and child in rows and _counts(rows[child].state, rows[parent].kind):
                above.setdefault(child, []).append(parent)
    stack = [*known, *(row.id for row in rows.values() if _holds(row))]
    while stack:
        goal_id = stack.pop()
        if goal_id not in found:
            found.add(goal_id)
            stack += above.get(goal_id, ())
    return found


def sign(plans: Plans, goal_id: int) -> int:
    """A number that is another one when a goal's own part in what is expected of it changes:
    its dates and plan, whether it has reported, and which goals count how much."""
    row = plans.rows[goal_id]
    counted = tuple(sorted(_counted(plans, row).items()))
    monthly = json.dumps(row.plan, sort_keys=True) if row.plan else ""
    steps = tuple(plans.milestones.get(goal_id, ()))
    return hash(
        (
            row.kind, row.rule, row.direction, row.plan_curve, row.starts, row.ends, monthly, steps,
            row.own_progress is None, counted,
        )
    )  # fmt: skip


def _counted(plans: Plans, row: Row) -> dict[int, int]:
    """What is below it and counts, with its weight."""
    rows = plans.rows
    return {
        c: w
        for c, w in plans.below.get(row.id, ())
        if c in rows and rows[c].progress is not None and _counts(rows[c].state, row.kind)
    }


def _holds(row: Row) -> bool:
    return (
        row.state != "closed"
        and row.progress is not None
        and (row.kind == Kind.KPI or (row.direction in LEVELS and row.own_progress is not None))
    )


def _one(plans: Plans, goal_id: int, known: Mapping[int, int | None], today: date) -> int | None:
    row = plans.rows[goal_id]
    terms: list[tuple[int, int | None]] = []
    counted = _counted(plans, row)
    if row.kind in (Kind.KEY_RESULT, Kind.KPI) and (row.own_progress is not None or not counted):
        terms.append((1, _own(plans, row, today)))
    terms += [(w, known.get(c)) for c, w in counted.items()]
    if not terms:
        return plan.expected("calendar", row.starts, row.ends, today)
    return mean_of_terms(terms)


def _counts(state: str, parent_kind: str) -> bool:
    return state == "active" or (
        state == "closed" and parent_kind in (Kind.OBJECTIVE, Kind.KEY_RESULT)
    )


def _own(plans: Plans, row: Row, today: date) -> int | None:
    """Levels to hold and KPIs expect 1 from the start."""
    if row.kind == Kind.KPI or row.direction in LEVELS:
        return 0 if row.starts is not None and today < row.starts else BILLION
    return plan.expected(
        row.plan_curve,
        row.starts,
        row.ends,
        today,
        calendar=plans.calendar,
        milestones=plans.milestones.get(row.id, ()),
        monthly=row.plan,
    )


def _row(values: Sequence[Any]) -> Row:
    row = Row(*values)
    row.plan = from_json(row.plan) if row.plan_curve == "monthly" else None
    row.starts, row.ends, row.own_day = _date(row.starts), _date(row.ends), _date(row.own_day)
    row.created_at = _moment(row.created_at)
    return row


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: Any) -> datetime | None:
    """SQLite gives a moment as text, in UTC without saying so."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
