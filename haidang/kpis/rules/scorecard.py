"""The arithmetic of a scorecard: attainment with cap and floor, weights, score, band (pure).

Sources: the practice of KPI scorecards as it is usual in Vietnamese companies (weights of 5
to 40% that make 100% together, cap at 120 to 150%, floor below which nothing is earned,
missing KPIs re-weighted, joiners and long leave prorated by working days), and Kaplan and
Norton, *The Balanced Scorecard* (1996), for the perspectives. Worked examples, reproduced by
tests: `docs/scorecards.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from haidang.goals.rules.kpi import Reported, Steps, ToDate, exact_attainment, to_date
from haidang.goals.rules.plan import Calendar, working_days
from haidang.lib.decimals import EXACT

HUNDRED = Decimal(100)
#: What is counted with. Everything is a fraction until it is shown: a decimal quotient that
#: does not end lies just below the edge of the band that it reaches.
Number = Decimal | Fraction
#: Usual bounds of one weight, in percent; outside of them the card warns.
LIGHTEST, HEAVIEST = Decimal(5), Decimal(40)
#: Bands from the best; the last one takes whatever is below.
BANDS = ("A+", "A", "B", "C", "D")
#: Directions whose target of a part of a period is a part of the target.
_PROPORTIONAL = frozenset({"higher", "lower", "steps", "linear"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a KPI on a card, in percent: what counts at most, and below what it counts 0."""

    cap: Decimal
    floor: Decimal


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on which something held, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Cell:
    """A KPI's period on a card. `weight` is in percent; `worked` of its `days` working days
    the card's holder had the KPI. `reported` is None where nothing was."""

    starts: date
    ends: date
    weight: Number
    worked: int
    days: int
    reported: Reported | None = None
    prorated: bool = True


@dataclass(frozen=True, slots=True)
class Total:
    """A score in percent, exact; None: nothing is measured. `weight` is that of all lines
    that were due, `measured` of those with a number."""

    score: Fraction | None
    weight: Fraction
    measured: Fraction


def worked_in(
    held: Sequence[Stay], away: Sequence[Stay], period: Stay, calendar: Calendar
) -> tuple[int, int]:
    """Working days of a period on which somebody held a KPI and was not away, and all its
    working days. Where a period has none (a day of Tết) its calendar days stand for them."""
    days = working_days(period.first, period.last, calendar)
    if not days:
        calendar = Calendar(frozenset(range(7)))
        days = working_days(period.first, period.last, calendar)
    worked = 0
    for stay in _joined(held):
        for part in _without(stay, away):
            first, last = max(part.first, period.first), min(part.last, period.last)
            worked += working_days(first, last, calendar)
    return worked, days


def _joined(stays: Iterable[Stay]) -> list[Stay]:
    """The same days, none of them twice."""
    found: list[Stay] = []
    for stay in sorted(stays, key=lambda one: (one.first, one.last)):
        if stay.last < stay.first:
            continue
        if found and stay.first <= found[-1].last:
            found[-1] = Stay(found[-1].first, max(found[-1].last, stay.last))
        else:
            found.append(stay)
    return found


def _without(stay: Stay, away: Sequence[Stay]) -> list[Stay]:
    found, first = [], stay.first
    for gap in _joined(away):
        if gap.last < first or gap.first > stay.last:
            continue
        if gap.first > first:
            found.append(Stay(first, gap.first - timedelta(days=1)))
        first = gap.last + timedelta(days=1)
    if first <= stay.last:
        found.append(Stay(first, stay.last))
    return found


def part_asked(cell: Cell, direction: str, aggregation: str) -> Fraction:
    """How much of a period's target is asked for: a cumulative one shrinks with the days
    worked, a level to reach does not."""
    partial = cell.prorated and 0 < cell.worked < cell.days
    if not partial or aggregation != "sum" or direction not in _PROPORTIONAL:
        return Fraction(1)
    return Fraction(cell.worked, cell.days)


def part_of_target(cell: Cell, direction: str, aggregation: str) -> Reported | None:
    """What was reported, against the target (and baseline) of the days worked, as it is
    shown."""
    said = cell.reported
    asked = part_asked(cell, direction, aggregation)
    if said is None or asked == 1:
        return said
    worked, days = Decimal(asked.numerator), Decimal(asked.denominator)

    def part(value: Decimal | None) -> Decimal | None:
        return None if value is None else EXACT.divide(EXACT.multiply(value, worked), days)

    return replace(said, target=part(said.target), baseline=part(said.baseline))


def attained(
    cells: Sequence[Cell], direction: str, aggregation: str, steps: Steps = ()
) -> Fraction | None:
    """Attainment over the periods of a card, in percent, exact; None: nothing to compare.

    Over several periods as the KPI says (`goals.rules.kpi`), never the mean of their
    percentages; only periods with a report count, on both sides.
    """
    told = [(one, one.reported) for one in cells if one.reported is not None]
    parts = [part_asked(one, direction, aggregation) for one, _said in told]
    said = [said for _one, said in told]
    exact = exact_attainment(direction, aggregation, said, steps, parts)
    return None if exact is None else exact * 100


def compared(cells: Sequence[Cell], direction: str, aggregation: str, steps: Steps = ()) -> ToDate:
    """Actual and target of the periods of a card, as they are shown."""
    told = [part_of_target(cell, direction, aggregation) for cell in cells]
    return to_date(direction, aggregation, [one for one in told if one], steps)


def points(attainment: Number, limits: Limits) -> Fraction:
    """What an attainment earns, in percent: 0 below the floor, at most the cap."""
    exact = Fraction(attainment)
    if exact < Fraction(limits.floor) or exact < 0:
        return Fraction(0)
    return min(exact, Fraction(limits.cap))


def weight_of(cells: Sequence[Cell], longest: int) -> Fraction:
    """A line's weight over a card: the mean of its weights by the days worked, reduced to the
    part of the card's time that it held. `longest` are the days of the KPIs of its
    frequency together (`time_of`)."""
    days = sum(cell.worked for cell in cells)
    if not days or not longest:
        return Fraction(0)
    weighted = sum((Fraction(cell.weight) * cell.worked for cell in cells), Fraction(0))
    return weighted / max(days, longest)


def time_of(cells: Iterable[Cell]) -> int:
    """The working days of all the periods, each once."""
    found: dict[date, int] = {}
    for cell in cells:
        found[cell.starts] = max(found.get(cell.starts, 0), cell.worked)
    return sum(found.values())


def total(lines: Iterable[tuple[Number, Number | None]]) -> Total:
    """The score of lines, each (weight, points or None): the weighted mean of those that are
    measured. Those without a number are left out and the rest re-weighted: missing is not 0."""
    weighted, measured, weight = Fraction(0), Fraction(0), Fraction(0)
    for part, earned in lines:
        weight += Fraction(part)
        if earned is not None:
            measured += Fraction(part)
            weighted += Fraction(part) * Fraction(earned)
    return Total(weighted / measured if measured else None, weight, measured)


def band_of(score: Number | None, thresholds: Mapping[str, Decimal]) -> str:
    """The band of an unrounded score; "" without one. `thresholds`: from what on each band but
    the last begins, in percent."""
    if score is None:
        return ""
    for name in BANDS[:-1]:
        if Fraction(score) >= Fraction(thresholds[name]):
            return name
    return BANDS[-1]


def warnings_of(weights: Sequence[Decimal]) -> list[str]:
    """What is unusual about the weights of a card: "total", "bounds", "count"; none of it
    keeps anybody from setting them."""
    found = []
    if weights and sum(weights, Decimal(0)) != HUNDRED:
        found.append("total")
    if any(not LIGHTEST <= one <= HEAVIEST for one in weights):
        found.append("bounds")
    if weights and not 5 <= len(weights) <= 8:
        found.append("count")
    return found
