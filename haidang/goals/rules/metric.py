"""Progress of a key result, by the direction in which its value is meant to move.

The cases are worked out in `tests/domain_tables/test_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from haidang.lib.decimals import EXACT

BILLION = 1_000_000_000
#: Raw progress is kept within these bounds; beyond them it says nothing more.
SATURATION = Decimal(1000)
ZERO = Decimal(0)
ONE = Decimal(1)
_NINE_PLACES = Decimal("1e-9")

#: Directions whose formula starts from a baseline.
NEEDS_BASELINE = {"increase", "decrease", "relative", "linear"}
#: Levels to reach or hold, and what is judged as held or not: no sum of them has a meaning.
NOT_ADDITIVE_DIRECTIONS = {"range", "pass_fail", "milestones", "relative"}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a value is compared with. `relative_change` is a share: 0.2 is +20%."""

    direction: str
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    relative_change: Decimal | None = None


def raw_progress(
    measure: Measure, actual: Decimal | None, *, baseline: Decimal | None = None
) -> Decimal | None:
    """Unclamped progress, rounded half-even to nine places, within +-1,000.

    None when there is no value, or when what the formula needs is unknown. `baseline`
    stands in where the measure has none of its own (the sum of its children's).
    """
    exact = exact_progress(
        measure, actual, measure.baseline if measure.baseline is not None else baseline
    )
    return None if exact is None else rounded(exact)


def exact_progress(
    measure: Measure, actual: Decimal | None, baseline: Decimal | None
) -> Decimal | None:
    """The formula of each direction, before rounding."""
    if actual is None:
        return None
    direction, target = measure.direction, measure.target
    if direction in {"increase", "decrease", "linear"}:
        return _from_baseline(actual, baseline, target, rising=direction != "decrease")
    if direction == "relative":
        change = measure.relative_change
        if baseline is None or change is None:
            return None
        goal = EXACT.add(baseline, EXACT.multiply(change, EXACT.abs(baseline)))
        return _from_baseline(actual, baseline, goal, rising=change >= 0)
    if direction in {"at_least", "at_most"}:
        return _level(actual, target, at_least=direction == "at_least")
    if direction == "range":
        return range_progress(actual, measure.low, measure.high, measure.tolerance)
    if direction == "pass_fail":
        return ONE if actual == 1 else ZERO
    if direction == "milestones":
        return None if not target else EXACT.divide(actual, target)
    return None


def _from_baseline(
    actual: Decimal, baseline: Decimal | None, target: Decimal | None, *, rising: bool
) -> Decimal | None:
    """(A - B) / (T - B); where B = T: 1 when met, else 0.

    >>> _from_baseline(Decimal(80), Decimal(100), Decimal(20), rising=False)
    Decimal('0.25')
    """
    if baseline is None or target is None:
        return None
    if baseline == target:
        met = actual >= target if rising else actual <= target
        return ONE if met else ZERO
    return EXACT.divide(EXACT.subtract(actual, baseline), EXACT.subtract(target, baseline))


def _level(actual: Decimal, target: Decimal | None, *, at_least: bool) -> Decimal | None:
    """1 when held, the boundary included; else 1 - |A - T| / |T|, floor 0; T = 0: 1 or 0."""
    if target is None:
        return None
    if actual >= target if at_least else actual <= target:
        return ONE
    if not target:
        return ZERO
    short = EXACT.divide(EXACT.abs(EXACT.subtract(actual, target)), EXACT.abs(target))
    return max(ZERO, EXACT.subtract(ONE, short))


def range_progress(
    actual: Decimal, low: Decimal | None, high: Decimal | None, tolerance: Decimal | None
) -> Decimal | None:
    """1 inside low..high; outside 1 - distance / tolerance, floor 0; tolerance 0 is a step."""
    if low is None or high is None:
        return None
    if low <= actual <= high:
        return ONE
    if not tolerance:
        return ZERO
    distance = EXACT.subtract(low, actual) if actual < low else EXACT.subtract(actual, high)
    return max(ZERO, EXACT.subtract(ONE, EXACT.divide(distance, tolerance)))


def rounded(exact: Decimal) -> Decimal:
    """Nine places, half-even, saturated at +-1,000."""
    if exact > SATURATION:
        return SATURATION
    if exact < -SATURATION:
        return -SATURATION
    return exact.quantize(_NINE_PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)


def billionths(raw: Decimal) -> int:
    """What enters the graph: clamp(raw, 0, 1) as an integer of billionths, half-even."""
    if raw <= 0:
        return 0
    if raw >= 1:
        return BILLION
    return int((raw * BILLION).to_integral_value(rounding=ROUND_HALF_EVEN))
