"""The raw rows of one organisation, as the oracle reads them: records and definitions only.

Nothing here is a stored number. Rows come by plain SQL and become fractions, so that not
even the program's decimal field stands between the database and the oracle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import connection


@dataclass
class Node:
    id: int
    kind: str
    state: str = "active"
    rule: str = "children"
    cycle: tuple[date, date] | None = None
    starts: date | None = None
    ends: date | None = None
    metric_kind: str = ""
    scale: Fraction | None = None
    direction: str = ""
    baseline: Fraction | None = None
    target: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    tolerance: Fraction | None = None
    relative_change: Fraction | None = None
    frequency: str = ""
    aggregation: str = ""
    steps: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    calculation: str = ""
    expression: str = ""
    public_id: str = ""
    milestones: dict[int, int] = field(default_factory=dict)  # position: weight


@dataclass
class Edge:
    child: int
    parent: int
    mode: str
    weight: int = 1
    relation: str = "cascade"
    position: int = 0
    id: int = 0


@dataclass
class Record:
    id: int
    goal: int
    for_day: date
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    milestones: list[int] | None = None
    supersedes: int | None = None
    void: bool = False
    recorded_at: Any = None
    confidence: int | None = None
    period: int | None = None


@dataclass
class PeriodTarget:
    goal: int
    starts: date
    ends: date
    target: Fraction | None = None
    baseline: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    tolerance: Fraction | None = None
    id: int = 0


@dataclass
class Facts:
    nodes: dict[int, Node]
    edges: list[Edge]
    records: list[Record]
    periods: list[PeriodTarget]
    fiscal_start: int = 1  # month


def rows(sql: str, *arguments: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def number(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def day(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(str(value)[:10])


def parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _day(value: Any) -> date:
    found = day(value)
    assert found is not None
    return found


def read(organisation_id: int) -> Facts:
    """All facts of an organisation, from the raw tables."""
    fiscal_start = rows(
        "SELECT fiscal_year_start FROM people_organisation WHERE id = %s", organisation_id
    )[0]["fiscal_year_start"]
    cycles = {
        row["id"]: (_day(row["starts"]), _day(row["ends"]))
        for row in rows("SELECT * FROM goals_cycle WHERE organisation_id = %s", organisation_id)
    }
    nodes = {}
    for row in rows("SELECT * FROM goals_goal WHERE organisation_id = %s", organisation_id):
        nodes[row["id"]] = Node(
            id=row["id"],
            kind=row["kind"],
            state=row["state"],
            rule=row["rule"],
            cycle=cycles[row["cycle_id"]] if row["cycle_id"] else None,
            starts=day(row["starts"]),
            ends=day(row["ends"]),
            metric_kind=row["metric_kind"],
            scale=number(row["metric_scale"]),
            direction=row["direction"],
            baseline=number(row["baseline"]),
            target=number(row["target"]),
            low=number(row["low"]),
            high=number(row["high"]),
            tolerance=number(row["tolerance"]),
            relative_change=number(row["relative_change"]),
            frequency=row["frequency"],
            aggregation=row["aggregation"],
            steps=[(Fraction(str(a)), Fraction(str(b))) for a, b in parsed(row["steps"])],
            calculation=row["calculation"],
            expression=row["expression"],
            public_id=row["public_id"],
        )
    for row in rows(
        "SELECT m.* FROM goals_milestone m JOIN goals_goal g ON g.id = m.goal_id"
        " WHERE g.organisation_id = %s",
        organisation_id,
    ):
        nodes[row["goal_id"]].milestones[row["position"]] = row["weight"]
    edges = [
        Edge(
            child=row["child_id"],
            parent=row["parent_id"],
            mode=row["mode"],
            weight=row["weight"],
            relation=row["relation"],
            position=row["position"],
            id=row["id"],
        )
        for row in rows("SELECT * FROM goals_alignment WHERE organisation_id = %s", organisation_id)
    ]
    records = [
        Record(
            id=row["id"],
            goal=row["goal_id"],
            for_day=_day(row["for_day"]),
            value=number(row["value"]),
            numerator=number(row["numerator"]),
            denominator=number(row["denominator"]),
            milestones=parsed(row["milestones"]),
            supersedes=row["supersedes_id"],
            void=row["voiding_id"] is not None,
            recorded_at=row["recorded_at"],
            confidence=row["confidence"],
            period=row["period_id"],
        )
        for row in rows(
            "SELECT c.*, v.id AS voiding_id FROM checkins_checkin c"
            " LEFT JOIN checkins_voiding v ON v.check_in_id = c.id"
            " WHERE c.organisation_id = %s ORDER BY c.id",
            organisation_id,
        )
    ]
    periods = [
        PeriodTarget(
            goal=row["goal_id"],
            starts=_day(row["starts"]),
            ends=_day(row["ends"]),
            target=number(row["target"]),
            baseline=number(row["baseline"]),
            low=number(row["low"]),
            high=number(row["high"]),
            tolerance=number(row["tolerance"]),
            id=row["id"],
        )
        for row in rows(
            "SELECT p.* FROM goals_kpiperiod p JOIN goals_goal g ON g.id = p.goal_id"
            " WHERE g.organisation_id = %s",
            organisation_id,
        )
    ]
    return Facts(nodes, edges, records, periods, fiscal_start)
