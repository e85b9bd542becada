"""Every stored number against the oracle's, and a list of what differs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.oracle import facts as raw
from tests.oracle.oracle import Number, Oracle, Reported

#: Decimal places of a stored quotient (a mean of three, a ratio of sums).
PLACES = 10


def rounded(value: Fraction | None, places: int) -> Fraction | None:
    return None if value is None else Fraction(round(value * 10**places), 10**places)


def expected_standing(number: Number, node: raw.Node) -> dict[str, Any]:
    """The columns of `Standing` as the oracle would fill them."""
    columns: dict[str, Any] = {
        "progress": number.progress,
        "own_progress": number.own_progress,
        "raw": rounded(number.raw, 9),
        "actual": rounded(number.actual, PLACES)
        if node.aggregation in ("average", "ratio")
        else number.actual,
        "terms_measured": number.terms_measured,
        "terms_total": number.terms_total,
        "average_weight": number.average_weight,
        "average_weighted": number.average_weighted,
        "average_measured": number.average_measured,
        "average_total": number.average_total,
        "value_measured": number.value_measured,
        "value_total": number.value_total,
        "kpi_year": number.kpi_year,
        "own_reports": number.own_reports,
        "own_record_id": number.own.id if number.own else None,
        "own_day": number.own.for_day if number.own else None,
        "checked_in_at": number.checked_in_at,
        "confidence": number.own.confidence if number.own else None,
    }
    if node.kind == "key_result":
        columns |= {
            "own_value": Oracle.own_value(node, number.own),
            "value_sum": number.value_sum,
            "baseline_sum": number.baseline_sum,
            "baseline_unknown": number.baseline_unknown,
        }
    return columns


_DECIMALS = {"raw", "actual", "value_sum", "baseline_sum", "numerator_sum", "denominator_sum"}
_DECIMALS |= {"own_value", "own_numerator", "own_denominator"}


def stored(row: dict[str, Any], name: str) -> Any:
    if name in _DECIMALS:
        return raw.number(row[name])
    return raw.day(row[name]) if name in ("own_day", "day") else row[name]


def differences(organisation_id: int) -> list[str]:
    """What is stored otherwise than it should be, one line each; empty when all is right."""
    facts = raw.read(organisation_id)
    numbers = Oracle(facts).numbers()
    found: list[str] = []

    standings = {
        row["goal_id"]: row
        for row in raw.rows(
            "SELECT s.* FROM goals_standing s JOIN goals_goal g ON g.id = s.goal_id"
            " WHERE g.organisation_id = %s",
            organisation_id,
        )
    }
    for goal, number in numbers.items():
        name = f"{facts.nodes[goal].kind} {goal}"
        if goal not in standings:
            found.append(f"{name}: has no standing")
            continue
        for column, right in expected_standing(number, facts.nodes[goal]).items():
            there = stored(standings[goal], column)
            if there != right:
                found.append(f"{name}: {column} is {there}, should be {right}")
    found.extend(_period_differences(organisation_id, facts, numbers))
    found.extend(_history_differences(organisation_id, facts, standings))
    for row in raw.rows(
        "SELECT m.goal_id, m.position, m.reached FROM goals_milestone m"
        " JOIN goals_goal g ON g.id = m.goal_id WHERE g.organisation_id = %s",
        organisation_id,
    ):
        own = numbers[row["goal_id"]].own
        if bool(row["reached"]) != (own is not None and row["position"] in (own.milestones or [])):
            found.append(f"milestone {row['position']} of {row['goal_id']}: {row['reached']}")
    return found


def _own_value(found: Reported | None) -> Fraction | None:
    if found is None:
        return None
    return found.own.value if found.own else found.calculated


def _own_numerator(found: Reported | None, metric_kind: str) -> Fraction | None:
    if found is None or found.own is None or found.own.numerator is None:
        return None
    return found.own.numerator * (100 if metric_kind == "percent" else 1)


def _period_differences(
    organisation_id: int, facts: raw.Facts, numbers: dict[int, Number]
) -> list[str]:
    found = []
    rows = {
        (row["goal_id"], raw.day(row["starts"])): row
        for row in raw.rows(
            "SELECT p.* FROM goals_kpiperiod p JOIN goals_goal g ON g.id = p.goal_id"
            " WHERE g.organisation_id = %s",
            organisation_id,
        )
    }
    for goal, number in numbers.items():
        found += [
            f"kpi {goal}: has no period {starts}"
            for starts in number.periods
            if (goal, starts) not in rows
        ]
    for (goal, starts), row in rows.items():
        right = numbers[goal].periods.get(starts)
        columns: dict[str, Any] = {
            "own_record_id": right.own.id if right and right.own else None,
            "own_value": _own_value(right),
            "own_numerator": _own_numerator(right, facts.nodes[goal].metric_kind),
            "own_denominator": right.own.denominator if right and right.own else None,
            "value_reports": right.value_reports if right else 0,
            "value_firsts": right.value_firsts if right else 0,
            "numerator_sum": right.numerator_sum if right else 0,
            "denominator_sum": right.denominator_sum if right else 0,
            "value_sum": right.value_sum if right else 0,
        }
        for column, expected in columns.items():
            there = stored(row, column)
            if there != expected:
                found.append(f"kpi {goal}, {starts}: {column} is {there}, should be {expected}")
    found += [
        f"record {record.id}: is in period {record.period}"
        for record in facts.records
        if (facts.nodes[record.goal].kind == "kpi") != (record.period is not None)
    ]
    return found


def _history_differences(
    organisation_id: int, facts: raw.Facts, standings: dict[int, dict[str, Any]]
) -> list[str]:
    """The latest history point of a goal says what stands now."""
    latest: dict[int, dict[str, Any]] = {}
    for row in raw.rows(
        "SELECT h.* FROM goals_historypoint h JOIN goals_goal g ON g.id = h.goal_id"
        " WHERE g.organisation_id = %s ORDER BY h.day",
        organisation_id,
    ):
        latest[row["goal_id"]] = row
    found = []
    for goal, standing in standings.items():
        point = latest.get(goal)
        if point is None:
            if standing["progress"] is not None:
                found.append(f"goal {goal}: has a number and no history")
            continue
        found += [
            f"goal {goal}: history of {point['day']} says {column} "
            f"{point[column]}, the standing {standing[column]}"
            for column in ("progress", "raw", "actual", "terms_measured", "terms_total")
            if stored(point, column) != stored(standing, column)
        ]
    return found
