"""The arithmetic of one measure, as the rules of the domain have it: its periods, what an actual
is worth, how several periods become one. With fractions, for the oracle alone; it shares no
code with the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.facts import Node

BILLION = 10**9
ZERO, ONE = Fraction(0), Fraction(1)


def billionths(value: Fraction) -> int:
    """Half to even, which is what `round` does to a fraction."""
    return round(value * BILLION)


def clamp(value: Fraction, low: Fraction = ZERO, high: Fraction = ONE) -> Fraction:
    return max(low, min(high, value))


# --- time -------------------------------------------------------------------------------


def month_after(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def fiscal_year(day: date, start_month: int) -> int:
    """Named by the calendar year in which it starts."""
    return day.year if day.month >= start_month else day.year - 1


def year_of_period(starts: date, frequency: str, start_month: int) -> int:
    """The fiscal year of a period; a week that lies in two belongs to its Thursday's."""
    return fiscal_year(starts + timedelta(days=3 if frequency == "week" else 0), start_month)


def period_of(day: date, frequency: str, start_month: int) -> tuple[date, date]:
    """The first and the last day of the period that contains `day`."""
    if frequency == "day":
        return day, day
    if frequency == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[frequency]
    first = date(fiscal_year(day, start_month), start_month, 1)
    while not first <= day < month_after(first, length):
        first = month_after(first, length)
    return first, month_after(first, length) - timedelta(days=1)


# --- a key result's own measure -----------------------------------------------------------


def key_result_raw(
    node: Node, actual: Fraction, baseline: Fraction | None, reached: Iterable[int] = ()
) -> Fraction | None:
    """Progress before clamping; None when something needed for it is unknown."""
    target = node.target
    match node.direction:
        case "increase" | "decrease":
            if baseline is None or target is None:
                return None
            if baseline == target:
                met = actual <= target if node.direction == "decrease" else actual >= target
                return ONE if met else ZERO
            return (actual - baseline) / (target - baseline)
        case "relative":
            if baseline is None or baseline == 0 or node.relative_change is None:
                return None
            goal = baseline + node.relative_change * abs(baseline)
            if goal == baseline:
                return ONE if actual >= goal else ZERO
            return (actual - baseline) / (goal - baseline)
        case "at_least" | "at_most":
            if target is None:
                return None
            if actual >= target if node.direction == "at_least" else actual <= target:
                return ONE
            if target == 0:
                return ZERO
            return max(ZERO, 1 - abs(actual - target) / abs(target))
        case "range":
            return range_attainment(actual, node.low, node.high, node.tolerance)
        case "pass_fail":
            return ONE if actual == 1 else ZERO
        case "milestones":
            everything = sum(node.milestones.values())
            if everything == 0:
                return None
            done = sum(node.milestones.get(position, 0) for position in set(reached))
            return Fraction(done, everything)
    return None


def range_attainment(
    actual: Fraction, low: Fraction | None, high: Fraction | None, tolerance: Fraction | None
) -> Fraction | None:
    if low is None or high is None:
        return None
    if low <= actual <= high:
        return ONE
    if not tolerance:
        return ZERO
    distance = low - actual if actual < low else actual - high
    return max(ZERO, 1 - distance / tolerance)


# --- a KPI over its periods ---------------------------------------------------------------


def attainment(
    node: Node,
    actual: Fraction,
    target: Fraction,
    baselines: list[Fraction | None],
    weights: list[Fraction],
) -> Fraction | None:
    """Of a KPI that is compared with a target, over periods that are folded already."""
    if node.direction == "linear":
        baseline = None
        if None not in baselines:
            baseline = aggregate(node.aggregation, baselines, weights)
        if baseline is None:
            return None
        if baseline == target:
            return ONE if actual >= target else ZERO
        return (actual - baseline) / (target - baseline)
    if target <= 0:
        return None
    share = actual / target
    if node.direction == "higher":
        return share
    if node.direction == "lower":
        return max(ZERO, 2 - share)
    reached = [gives for at_least, gives in sorted(node.steps) if share >= at_least]
    return reached[-1] if reached else ZERO


def aggregate(how: str, values: list[Fraction | None], weights: list[Fraction]) -> Fraction | None:
    if how == "ratio":
        everything = sum(weights, ZERO)
        if not everything:
            return None
        return (
            sum(((v or ZERO) * w for v, w in zip(values, weights, strict=True)), ZERO) / everything
        )
    known = [v for v in values if v is not None]
    if len(known) != len(values):
        return None
    match how:
        case "sum":
            return sum(known, ZERO)
        case "average":
            return sum(known, ZERO) / len(known)
        case "last":
            return known[-1]
        case "max":
            return max(known)
        case "min":
            return min(known)
    raise AssertionError(how)


# --- calculated from others -----------------------------------------------------------------


def at_ten_places(value: Fraction) -> Fraction:
    return Fraction(round(value * 10**10), 10**10)


def calculation(operation: str, inputs: list[Fraction]) -> Fraction | None:
    """The first against all others: added, subtracted, multiplied, divided."""
    result = inputs[0]
    for one in inputs[1:]:
        match operation:
            case "sum":
                result += one
            case "difference":
                result -= one
            case "product":
                result *= one
            case "ratio":
                if not one:
                    return None
                result /= one
    return result if operation in ("sum", "difference") else bounded(result)


def bounded(value: Fraction | None) -> Fraction | None:
    """At ten places; nothing, if it is too long for any value."""
    return None if value is None or abs(value) >= 10**24 else at_ten_places(value)
