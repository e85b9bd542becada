"""What depends on today: expected progress, pace, health, overdue check-ins; never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from haidang.goals.models import Goal, Kind, Milestone
from haidang.goals.rules import plan
from haidang.goals.rules.combine import mean_of_terms
from haidang.goals.rules.health import (
    LEVELS,
    NO_DATA,
    Thresholds,
    health,
    is_outdated,
    since_when,
)
from haidang.goals.rules.metric import BILLION
from haidang.goals.store import from_json, select_by_ids
from haidang.people import settings
from haidang.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a goal looks on a day; progress and expected in billionths, pace 1 = as planned."""

    progress: int | None
    expected: int | None
    health: str
    outdated: bool

    @property
    def pace(self) -> Decimal | None:
        if self.progress is None or not self.expected:
            return None
        return Decimal(self.progress) / Decimal(self.expected)


NOTHING = Outlook(None, None, NO_DATA, False)

_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({ids})
  UNION
  SELECT a.child_id FROM goals_alignment a JOIN below ON a.parent_id = below.id
  JOIN goals_goal p ON p.id = a.parent_id
  WHERE a.mode = 'average' AND p.rule <> 'own' AND p.kind NOT IN ('kpi')
)
SELECT g.id, g.kind, g.state, g.rule, g.direction, g.plan_curve, g.plan, g.starts, g.ends,
       g.cadence_days, g.calculation, g.created_at, s.progress, s.own_progress, s.own_day
FROM below JOIN goals_goal g ON g.id = below.id JOIN goals_standing s ON s.goal_id = g.id
"""

_EDGES = """
SELECT a.parent_id, a.child_id, a.weight FROM goals_alignment a
WHERE a.mode = 'average' AND a.parent_id IN ({ids})
"""


@dataclass(slots=True)
class _Row:
    id: int
    kind: str
    state: str
    rule: str
    direction: str
    plan_curve: str
    plan: Any
    starts: date | None
    ends: date | None
    cadence_days: int
    calculation: str
    created_at: datetime
    progress: int | None
    own_progress: int | None
    own_day: date | None


def thresholds_of(everything: Mapping[str, Any]) -> Thresholds:
    return Thresholds(Decimal(everything["health.on_track"]), Decimal(everything["health.at_risk"]))


def outlook(organisation: Organisation, goal_ids: Iterable[int], today: date) -> dict[int, Outlook]:
    """The outlook of each of these goals, by id, in a fixed number of queries.

    A parent's expected is the mean over the terms that make its number, with the same
    weights; so everything below that counts is read, whoever may see it.
    """
    wanted = list(goal_ids)
    if not wanted:
        return {}
    found = settings.everything(organisation.pk)
    limits = thresholds_of(found)
    zone = ZoneInfo(organisation.time_zone)
    plans = _plans(wanted, found)
    expected = _expected(plans, today)
    holding = _holding(plans)
    return {
        i: _look(plans.rows[i], expected[i], limits, plans.calendar, today, zone, i in holding)
        for i in wanted
        if i in plans.rows
    }


def expected_on(
    organisation: Organisation, goal_id: int, days: Iterable[date]
) -> list[tuple[date, int | None]]:
    """What was to be expected of a goal by the end of each day, by today's structure: the
    dashed line of its chart. The rows are read once for all days."""
    plans = _plans([goal_id], settings.everything(organisation.pk))
    return [(day, _expected(plans, day).get(goal_id)) for day in days]


def today_in(organisation: Organisation, at: Any) -> date:
    """The organisation's calendar day at a moment."""
    day: date = at.astimezone(ZoneInfo(organisation.time_zone)).date()
    return day


def asked_since(goal: Goal, organisation: Organisation) -> date:
    """The day from which reports of a goal are asked for."""
    return since_when(goal.starts, today_in(organisation, goal.created_at))


def _row(values: Sequence[Any]) -> _Row:
    row = _Row(*values)
    row.plan = from_json(row.plan)
    row.starts, row.ends, row.own_day = (_date(d) for d in (row.starts, row.ends, row.own_day))
    return row


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime) -> datetime:
    """SQLite gives a moment in UTC without saying so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Plans:
    """What the expected progress of some goals depends on, besides the day."""

    rows: dict[int, _Row]
    below: Mapping[int, Sequence[tuple[int, int]]]  # parent > (child, weight)
    milestones: Mapping[int, Sequence[tuple[date | None, int]]]
    calendar: plan.Calendar


def _plans(wanted: Sequence[int], found: Mapping[str, Any]) -> _Plans:
    calendar = plan.Calendar.of(found["calendar.working_days"], found["calendar.holidays"])
    rows = {r.id: r for r in map(_row, select_by_ids(_BELOW, wanted))}
    parents = [i for i, r in rows.items() if r.rule != "own" and r.kind != Kind.KPI]
    below: dict[int, list[tuple[int, int]]] = {}
    for parent_id, child_id, weight in select_by_ids(_EDGES, parents):
        below.setdefault(parent_id, []).append((child_id, weight))
    stepped = [i for i, r in rows.items() if r.plan_curve == "milestones"]
    milestones: dict[int, list[tuple[date | None, int]]] = {}
    if stepped:
        steps = Milestone.objects.filter(goal_id__in=stepped).values_list(
            "goal_id", "due", "weight"
        )
        for goal_id, due, weight in steps:
            milestones.setdefault(goal_id, []).append((due, weight))
    return _Plans(rows, below, milestones, calendar)


def _expected(plans: _Plans, today: date) -> dict[int, int | None]:
    rows, below = plans.rows, plans.below
    result: dict[int, int | None] = {}
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
            result[i] = _one(
                rows, i, below.get(i, ()), result, today, plans.calendar, plans.milestones
            )
    return result


def _holding(plans: _Plans) -> set[int]:
    """Goals whose number rests on a level to hold, or on a KPI, that is not closed: reached
    today is no promise for tomorrow, for what is above it neither."""
    rows, found = plans.rows, set()
    above: dict[int, list[int]] = {}
    for parent, children in plans.below.items():
        for child, weight in children:
            if weight and child in rows and _counts(rows[child].state, rows[parent].kind):
                above.setdefault(child, []).append(parent)
    stack = [
        row.id
        for row in rows.values()
        if row.state != "closed"
        and row.progress is not None
        and (row.kind == Kind.KPI or (row.direction in LEVELS and row.own_progress is not None))
    ]
    while stack:
        goal_id = stack.pop()
        if goal_id not in found:
            found.add(goal_id)
            stack += above.get(goal_id, ())
    return found


def _one(
    rows: dict[int, _Row],
    goal_id: int,
    below: Iterable[tuple[int, int]],
    known: Mapping[int, int | None],
    today: date,
    calendar: plan.Calendar,
    milestones: Mapping[int, Sequence[tuple[date | None, int]]],
) -> int | None:
    row = rows[goal_id]
    terms: list[tuple[int, int | None]] = []
    counted = {
        c: w
        for c, w in below
        if c in rows and rows[c].progress is not None and _counts(rows[c].state, row.kind)
    }
    if row.kind in (Kind.KEY_RESULT, Kind.KPI) and (row.own_progress is not None or not counted):
        terms.append((1, _own(row, today, calendar, milestones.get(goal_id, ()))))
    terms += [(w, known.get(c)) for c, w in counted.items()]
    if not terms:
        return plan.expected("calendar", row.starts, row.ends, today)
    return mean_of_terms(terms)


def _counts(state: str, parent_kind: str) -> bool:
    return state == "active" or (
        state == "closed" and parent_kind in (Kind.OBJECTIVE, Kind.KEY_RESULT)
    )


def _own(
    row: _Row,
    today: date,
    calendar: plan.Calendar,
    milestones: Sequence[tuple[date | None, int]],
) -> int | None:
    """Levels to hold and KPIs expect 1 from the start."""
    if row.kind == Kind.KPI or row.direction in LEVELS:
        return 0 if row.starts is not None and today < row.starts else BILLION
    return plan.expected(
        row.plan_curve,
        row.starts,
        row.ends,
        today,
        calendar=calendar,
        milestones=milestones,
        monthly=row.plan,
    )


def _look(
    row: _Row,
    expected: int | None,
    limits: Thresholds,
    calendar: plan.Calendar,
    today: date,
    zone: ZoneInfo,
    holds: bool,
) -> Outlook:
    closed = row.state == "closed"
    reports = row.kind in (Kind.KEY_RESULT, Kind.KPI) and row.rule != "children"
    outdated = False
    if reports and row.state == "active" and not row.calculation:
        since = row.own_day or since_when(
            row.starts, _moment(row.created_at).astimezone(zone).date()
        )
        off = sum(1 for d in calendar.holidays if since < d <= today)
        outdated = is_outdated(since, today, row.cadence_days, days_off=off)
    return Outlook(
        row.progress,
        expected,
        health(row.progress, expected, limits, holds_level=holds, closed=closed),
        outdated,
    )
