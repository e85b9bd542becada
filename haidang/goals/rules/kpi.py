"""Attainment of a KPI: in a period, and over the reported periods of a fiscal year to date.

Only periods with a report count, on both sides (like for like); sums are never extrapolated.
The cases are worked out in `tests/domain_tables/test_rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from haidang.goals.rules.metric import ONE, ZERO, Measure, exact_progress, range_progress, rounded
from haidang.lib.decimals import EXACT, WHOLE_DIGITS

TWO = Decimal(2)
_TEN_PLACES = Decimal("1e-10")

Steps = Sequence[tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported period. `numerator` and `denominator` are of a ratio of sums."""

    starts: date
    value: Decimal
    target: Decimal | None = None
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ToDate:
    """A KPI over the periods of a year that have both a report and a target."""

    actual: Decimal | None
    target: Decimal | None
    raw: Decimal | None  # attainment, nine places, +-1,000
    periods: int


def attainment(
    direction: str,
    actual: Decimal,
    target: Decimal | None,
    *,
    baseline: Decimal | None = None,
    steps: Steps = (),
) -> Decimal | None:
    """Attainment of an actual against a target, exact (1 = as targeted).

    Higher is better A/T; lower is better 2 - A/T, floor 0; steps: what the highest
    threshold not above A/T gives, else 0; linear: (A - B) / (T - B). A ratio has no meaning
    for a target of zero or less: None (it is refused at entry).
    """
    if target is None:
        return None
    if direction == "linear":
        return exact_progress(Measure("linear", target=target), actual, baseline)
    if target <= 0:
        return None
    ratio = EXACT.divide(actual, target)
    if direction == "higher":
        return ratio
    if direction == "lower":
        return max(ZERO, EXACT.subtract(TWO, ratio))
    if direction == "steps":
        reached = [gives for start, gives in steps if ratio >= start]
        return reached[-1] if reached else ZERO
    raise ValueError(f"unknown direction {direction!r}")


def period_attainment(direction: str, period: Reported, steps: Steps = ()) -> Decimal | None:
    """Attainment of one period, exact."""
    if direction == "pass_fail":
        return ONE if period.value == 1 else ZERO
    if direction == "range":
        return range_progress(period.value, period.low, period.high, period.tolerance)
    return attainment(direction, period.value, period.target, baseline=period.baseline, steps=steps)


def to_date(
    direction: str, aggregation: str, periods: Sequence[Reported], steps: Steps = ()
) -> ToDate:
    """The KPI over its reported periods of one year, in order of time.

    Range and pass / fail: a single period's attainment, else the share of periods held.
    """
    if direction in {"range", "pass_fail"}:
        return _held(direction, aggregation, periods)
    compared = [p for p in periods if p.target is not None]
    if aggregation == "ratio":
        compared = [p for p in compared if p.denominator is not None]
    if not compared:
        return ToDate(_aggregate_known(aggregation, periods), None, None, 0)
    actual, target, baseline, parts = _sides(aggregation, compared)
    if not parts:
        return ToDate(None, None, None, len(compared))
    exact = attainment(direction, actual, target, baseline=baseline, steps=steps)
    return ToDate(
        _shown(aggregation, EXACT.divide(actual, parts)),
        _shown(aggregation, EXACT.divide(target, parts)),
        None if exact is None else rounded(exact),
        len(compared),
    )


def exact_attainment(
    direction: str,
    aggregation: str,
    periods: Sequence[Reported],
    steps: Steps = (),
    parts: Sequence[Fraction] = (),
) -> Fraction | None:
    """The attainment of `to_date` as it is, for who has to compare it with a threshold; None
    where nothing was reported that has a target. `parts`: how much of each period's target
    and baseline is asked for (1: all of it, as without them).
    """
    if direction in {"range", "pass_fail"}:
        each = [a for a in (_exactly_held(direction, p) for p in periods) if a is not None]
        if len(each) < 2:
            return each[0] if each else None
        return Fraction(sum(a == 1 for a in each), len(each))
    actuals, targets, baselines, weights = [], [], [], []
    for period, part in zip(periods, parts or [Fraction(1)] * len(periods), strict=True):
        if period.target is None or (aggregation == "ratio" and period.denominator is None):
            continue
        # A ratio's target and baseline are weighted by the denominators.
        if aggregation == "ratio":
            weights.append(Fraction(period.denominator or 0))
            part *= weights[-1]
        actuals.append(
            Fraction((period.numerator or 0) if aggregation == "ratio" else period.value)
        )
        targets.append(Fraction(period.target) * part)
        if period.baseline is not None:
            baselines.append(Fraction(period.baseline) * part)
    if not actuals or (aggregation == "ratio" and not sum(weights)):
        return None
    how = _undivided(aggregation)
    baseline = _exact_fold(how, baselines) if len(baselines) == len(actuals) else None
    return _exactly(
        direction, _exact_fold(how, actuals), _exact_fold(how, targets), baseline, steps
    )


def _exactly(
    direction: str, actual: Fraction, target: Fraction, baseline: Fraction | None, steps: Steps
) -> Fraction | None:
    """`attainment`, without a digit lost: a quotient that does not end would lie just below a
    step, or the edge of a band, that it reaches."""
    if direction == "linear":
        if baseline is None:
            return None
        if baseline == target:
            return Fraction(actual >= target)
        return (actual - baseline) / (target - baseline)
    if target <= 0:
        return None
    ratio = actual / target
    if direction == "higher":
        return ratio
    if direction == "lower":
        return max(Fraction(0), 2 - ratio)
    if direction == "steps":
        reached = [Fraction(gives) for start, gives in steps if ratio >= Fraction(start)]
        return reached[-1] if reached else Fraction(0)
    raise ValueError(f"unknown direction {direction!r}")


def _exactly_held(direction: str, period: Reported) -> Fraction | None:
    if direction == "pass_fail":
        return Fraction(period.value == 1)
    low, high, value = period.low, period.high, period.value
    if low is None or high is None:
        return None
    if low <= value <= high:
        return Fraction(1)
    if not period.tolerance:
        return Fraction(0)
    away = Fraction(low) - Fraction(value) if value < low else Fraction(value) - Fraction(high)
    return max(Fraction(0), 1 - away / Fraction(period.tolerance))


def _exact_fold(aggregation: str, values: Sequence[Fraction]) -> Fraction:
    if aggregation == "last":
        return values[-1]
    if aggregation in {"max", "min"}:
        return max(values) if aggregation == "max" else min(values)
    return sum(values, Fraction(0))


def _held(direction: str, aggregation: str, periods: Sequence[Reported]) -> ToDate:
    each = [(p, period_attainment(direction, p)) for p in periods]
    judged = [(p, a) for p, a in each if a is not None]
    actual = _aggregate_known(aggregation, periods)
    if not judged:
        return ToDate(actual, None, None, 0)
    if len(judged) == 1:
        return ToDate(actual, None, rounded(judged[0][1]), 1)
    held = sum(1 for _, a in judged if a == 1)
    share = EXACT.divide(Decimal(held), Decimal(len(judged)))
    return ToDate(actual, None, rounded(share), len(judged))


def _sides(
    aggregation: str, periods: Sequence[Reported]
) -> tuple[Decimal, Decimal, Decimal | None, Decimal]:
    """Actual, target and baseline folded alike, each still to be divided by the last number.

    Attainment is the same before that division, and exact: of two quotients whose digits
    never end it would miss a tie or a step. A ratio's target and baseline are weighted by
    the denominators.
    """
    targets = [p.target for p in periods if p.target is not None]
    baselines = [p.baseline for p in periods if p.baseline is not None]
    if aggregation == "ratio":
        denominators = [p.denominator or ZERO for p in periods]
        actual = _fold("sum", [p.numerator or ZERO for p in periods])
        targets = [EXACT.multiply(t, d) for t, d in zip(targets, denominators, strict=True)]
        if len(baselines) == len(periods):
            baselines = [EXACT.multiply(b, d) for b, d in zip(baselines, denominators, strict=True)]
        parts = _fold("sum", denominators)
    else:
        actual = _fold(_undivided(aggregation), [p.value for p in periods])
        parts = Decimal(len(periods)) if aggregation == "average" else ONE
    how = _undivided(aggregation)
    baseline = _fold(how, baselines) if len(baselines) == len(periods) else None
    return actual, _fold(how, targets), baseline, parts


def _undivided(aggregation: str) -> str:
    return "sum" if aggregation in {"average", "ratio"} else aggregation


def _shown(aggregation: str, value: Decimal) -> Decimal:
    """Quotients rounded half-even to ten places; sums and picked values are exact."""
    return ten_places(value) if aggregation in {"average", "ratio"} else value


def ten_places(value: Decimal) -> Decimal:
    """A quotient as it is stored: rounded half-even."""
    return value.quantize(_TEN_PLACES, context=EXACT)


def _aggregate_known(aggregation: str, periods: Sequence[Reported]) -> Decimal | None:
    """The actual alone, where no target is there to compare it with."""
    if not periods:
        return None
    if aggregation != "ratio":
        return _shown(aggregation, _fold(aggregation, [p.value for p in periods]))
    known = [p for p in periods if p.denominator is not None]
    denominator = _fold("sum", [p.denominator or ZERO for p in known])
    if not denominator:
        return None
    numerator = _fold("sum", [p.numerator or ZERO for p in known])
    return _shown(aggregation, EXACT.divide(numerator, denominator))


def _fold(aggregation: str, values: Sequence[Decimal]) -> Decimal:
    if aggregation == "last":
        return values[-1]
    if aggregation == "max":
        return max(values)
    if aggregation == "min":
        return min(values)
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return EXACT.divide(total, Decimal(len(values))) if aggregation == "average" else total


def calculate(
    operation: str, inputs: Sequence[Decimal | None], factor: Decimal | None = None
) -> Decimal | None:
    """A calculated KPI's value from its inputs in order; a missing input gives missing.

    `difference` and `ratio` take the first against the sum, or the product, of the rest;
    `factor` is what the first is multiplied by (100 for a ratio in percent).
    Products and quotients are rounded half-even to ten places; a division by zero, or one
    too long for any value (24 digits before the point), gives missing.
    """
    known = [v for v in inputs if v is not None]
    if not known or len(known) != len(inputs):
        return None
    first, rest = known[0], known[1:]
    result = first if factor is None else EXACT.multiply(first, factor)
    for value in rest:
        if operation == "sum":
            result = EXACT.add(result, value)
        elif operation == "difference":
            result = EXACT.subtract(result, value)
        elif operation == "product":
            result = EXACT.multiply(result, value)
        elif not value:
            return None
        else:
            result = EXACT.divide(result, value)
    if operation in {"ratio", "product"}:
        if EXACT.abs(result) >= Decimal(10) ** WHOLE_DIGITS:
            return None
        return ten_places(result)
    return result
