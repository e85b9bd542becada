"""Spreading a target so that its parts add up exactly, and how far the parts of many KPIs fill
the target above them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from haidang.goals.rules.kpi import Reported, Steps, ToDate, to_date
from haidang.goals.rules.metric import ZERO
from haidang.goals.rules.periods import add_months, year_of_period
from haidang.goals.rules.plan import Calendar, working_days
from haidang.lib.decimals import EXACT, FRACTION_DIGITS, in_bounds


def spread(total: Decimal, weights: Sequence[Decimal | int], decimals: int) -> list[Decimal] | None:
    """`total` in proportion to the weights, each part a multiple of 10 ** -decimals, all of
    them together exactly the total; None when no weight is above 0.

    By the largest remainder (Hamilton's method): every part is rounded towards 0, and what is
    left goes one unit each to those that lost most, the earlier one of equals. A total with more
    digits than `decimals` is spread in its own last digit. A weight of 0 or below gets nothing.
    """
    exact = [max(ZERO, Decimal(weight)) for weight in weights]
    whole = sum_of(exact)
    if not whole:
        return None
    digits = -int(EXACT.normalize(total).as_tuple().exponent) if total else 0
    places = min(max(decimals, digits, 0), FRACTION_DIGITS)
    units = int(EXACT.abs(total).scaleb(places, context=EXACT))
    scaled = _integers(exact)
    parts = [divmod(units * weight, sum(scaled)) for weight in scaled]
    counts = [count for count, _rest in parts]
    order = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
    for i in order[: units - sum(counts)]:
        counts[i] += 1
    sign = -1 if total < 0 else 1
    return [Decimal(sign * count).scaleb(-places, context=EXACT) for count in counts]


def _integers(weights: Sequence[Decimal]) -> list[int]:
    """The same proportions in whole numbers."""
    places = max(-min(int(weight.as_tuple().exponent), 0) for weight in weights)
    return [int(weight.scaleb(places, context=EXACT)) for weight in weights]


def spread_open(
    total: Decimal,
    stands: Sequence[Decimal | None],
    is_open: Sequence[bool],
    weights: Sequence[Decimal | int],
    decimals: int,
) -> list[Decimal | None] | None:
    """Spread what is left of the total over the open places, where the others keep what they
    have; None when no open place has a weight, or less than nothing is left for a total above 0.
    """
    fixed = sum_of(
        value for value, free in zip(stands, is_open, strict=True) if not free and value is not None
    )
    left = EXACT.subtract(total, fixed)
    places = [i for i, free in enumerate(is_open) if free]
    if total >= 0 > left:
        return None
    parts = spread(left, [weights[i] for i in places], decimals) if places else None
    if parts is None:
        return None
    found = list(stands)
    for i, part in zip(places, parts, strict=True):
        found[i] = part
    return found


def equal(count: int) -> list[int]:
    """The weights of an equal spread."""
    return [1] * count


def by_working_days(spans: Iterable[tuple[date, date]], calendar: Calendar) -> list[int]:
    """The weights of periods by how many working days they have; holidays are none."""
    return [working_days(first, last, calendar) for first, last in spans]


def year_before(starts: date, frequency: str, first_month: int = 1) -> date:
    """The first day of the period that meant the same a year before: the month, quarter or
    half-year of that name; the ISO week of the same number (the last one where there is none);
    of a day the same day of the week, 52 weeks before. Always of an earlier fiscal year."""
    if frequency == "day":
        found = starts - timedelta(weeks=52)
    elif frequency == "week":
        year, week, _day = starts.isocalendar()
        last = date(year - 1, 12, 28).isocalendar().week  # the 28th is always in the last week
        found = date.fromisocalendar(year - 1, min(week, last), 1)
    else:
        return add_months(starts, -12)
    now = year_of_period(starts, frequency, first_month)
    if year_of_period(found, frequency, first_month) == now:
        found -= timedelta(weeks=1)  # 31/12 and 1/1 of the same year lie 52 weeks apart
    return found


def by_shape(last_year: Sequence[Decimal | None]) -> list[Decimal]:
    """The weights of periods by what each came to a year before; none, or less than 0, weighs
    nothing."""
    return [max(ZERO, value) if value is not None else ZERO for value in last_year]


def sum_of(values: Iterable[Decimal | None]) -> Decimal:
    """The sum, exact; what is missing adds nothing."""
    total = ZERO
    for value in values:
        if value is not None:
            total = EXACT.add(total, value)
    return total


def settable(part: Decimal | None, direction: str, decimals: int) -> Decimal | None:
    """A part as a KPI can have it: where a ratio is made of it, none instead of 0 (a day off, a
    month in which nothing was reported); of more digits than are kept, rounded towards 0."""
    if part is None or (not part and direction in ("higher", "lower", "steps")):
        return None
    if in_bounds(part):
        return part
    return part.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN, context=EXACT)


@dataclass(frozen=True, slots=True)
class Left:
    """How a target is filled by its parts: `left` above 0 is not allocated yet, below 0 is
    allocated too much; None where there is no target."""

    target: Decimal | None
    allocated: Decimal

    @property
    def left(self) -> Decimal | None:
        return None if self.target is None else EXACT.subtract(self.target, self.allocated)


def converted(value: Decimal | None, scale: Decimal | None, into: Decimal | None) -> Decimal | None:
    """A value in a unit of that scale, in the unit above; units that add up convert exactly."""
    if value is None:
        return None
    one, other = scale or Decimal(1), into or Decimal(1)
    return EXACT.divide(EXACT.multiply(value, one), other)


@dataclass(frozen=True, slots=True)
class Both:
    """A KPI to date under the targets that stand, and under the original ones."""

    now: ToDate
    original: ToDate


def under_both(
    direction: str,
    aggregation: str,
    now: Sequence[Reported],
    original: Sequence[Reported],
    steps: Steps = (),
) -> Both:
    """The attainment of the same actuals twice (`goals.rules.kpi.to_date`)."""
    return Both(
        to_date(direction, aggregation, now, steps),
        to_date(direction, aggregation, original, steps),
    )
