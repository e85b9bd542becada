"""Charts as geometry: pure functions from numbers to coordinates; templates draw them.

Progress is in billionths (0..10^9). Positions along the axes are percents of the plot, so
that a chart fits any width while its words keep their size; paths are in a box of 1000 by
1000. Coordinates are rounded, so that pages stay small.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from haidang.web import formats

WHOLE = 1_000_000_000


class Bar(NamedTuple):
    """A bar: how far it is filled and where the expected mark stands, in percent."""

    fill: float
    mark: float | None


def _share(progress: int) -> float:
    return round(min(max(progress, 0), WHOLE) / WHOLE * 100, 1)


def bar(progress: int | None, expected: int | None = None) -> Bar:
    """No progress draws an empty bar; a mark keeps clear of both ends."""
    mark = None if expected is None else min(max(_share(expected), 0.6), 99.4)
    return Bar(0 if progress is None else _share(progress), mark)


class Spark(NamedTuple):
    """A small line: its path, the area under it, and its last point, in pixels."""

    line: str
    area: str
    x: float
    y: float


def sparkline(points: Sequence[float | int | None], width: int, height: int) -> Spark | None:
    """The known points at even distances, lowest to highest; None when there are none."""
    known = [float(point) for point in points if point is not None]
    if not known:
        return None
    if len(known) == 1:
        known = known * 2
    low, high = min(known), max(known)
    span, room = (high - low), height - 6
    step = (width - 4) / (len(known) - 1)
    placed = [
        (round(step * at, 1), round(3 + room * (1 - (y - low) / span) if span else height / 2, 1))
        for at, y in enumerate(known)
    ]
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in placed)
    last_x, last_y = placed[-1]
    return Spark(line, f"{line}L{last_x:g} {height}L0 {height}Z", last_x, last_y)


class Tick(NamedTuple):
    """A label of an axis at a percent; a `minor` one is left out where there is little room."""

    at: float
    text: str
    minor: bool = False


class Mark(NamedTuple):
    """A known point: where it is, the strip in which a pointer means it, and what it says."""

    x: float
    y: float
    left: float
    width: float
    day: date
    progress: int
    expected: int | None


class Line(NamedTuple):
    """Progress over time; paths are None where there is nothing to draw."""

    actual: str | None
    area: str | None
    expected: str | None
    forecast: str | None
    marks: list[Mark]
    last: Mark | None
    today: float | None
    days: list[Tick]
    levels: list[Tick]


Points = Sequence[tuple[date, int | None]]


def line(
    points: Points,
    expected: Points,
    *,
    starts: date,
    ends: date,
    today: date,
    language: str,
    forecast: Points = (),
    most: int = 90,
) -> Line:
    """Progress by day from `starts` to `ends`; a day without data breaks the line.

    At most `most` points can be pointed at; longer series are thinned evenly.
    """
    span = max((ends - starts).days, 1)

    def across(day: date) -> float:
        return round((day - starts).days / span * 100, 2)

    inside = [(day, value) for day, value in points if starts <= day <= ends]
    known = [(day, value) for day, value in inside if value is not None]
    chosen = known[:: max(1, -(-len(known) // most))]
    if known and chosen[-1] != known[-1]:
        chosen = [*chosen, known[-1]]
    places = [across(day) for day, _value in chosen]
    plan = [(day, value) for day, value in expected if value is not None]
    marks: list[Mark] = []
    for at, (day, value) in enumerate(chosen):
        left = (places[at - 1] + places[at]) / 2 if at else 0.0
        right = (places[at] + places[at + 1]) / 2 if at + 1 < len(places) else 100.0
        marks.append(
            Mark(
                places[at],
                100 - _share(value),
                round(left, 2),
                round(right - left, 2),
                day,
                value,
                _between(plan, day),
            )
        )
    return Line(
        actual=_path(inside, across),
        area=_area(known, across),
        expected=_path(expected, across),
        forecast=_path(forecast, across),
        marks=marks,
        last=marks[-1] if marks else None,
        today=across(today) if starts <= today <= ends else None,
        days=_days(starts, ends, language, across),
        levels=[Tick(100 - level, f"{level}%", level % 50 != 0) for level in (0, 25, 50, 75, 100)],
    )


def _between(plan: Sequence[tuple[date, int]], day: date) -> int | None:
    """The plan's value on a day, straight between its known days."""
    before = [point for point in plan if point[0] <= day]
    after = [point for point in plan if point[0] >= day]
    if not before or not after:
        return None
    (day_0, low), (day_1, high) = before[-1], after[0]
    if day_0 == day_1:
        return low
    return low + (high - low) * (day - day_0).days // (day_1 - day_0).days


def _spot(day: date, value: int, across: object) -> str:
    assert callable(across)
    return f"{across(day) * 10:g} {round(1000 - _share(value) * 10, 1):g}"


def _path(points: Points, across: object) -> str | None:
    parts: list[str] = []
    pen = "M"
    for day, value in points:
        if value is None:
            pen = "M"
            continue
        parts.append(pen + _spot(day, value, across))
        pen = "L"
    return "".join(parts) or None


def _area(known: Sequence[tuple[date, int]], across: object) -> str | None:
    if len(known) < 2:
        return None
    assert callable(across)
    first, last = across(known[0][0]) * 10, across(known[-1][0]) * 10
    middle = "L".join(_spot(day, value, across) for day, value in known)
    return f"M{first:g} 1000L{middle}L{last:g} 1000Z"


def _days(starts: date, ends: date, language: str, across: object) -> list[Tick]:
    """Between three and seven days of the axis: weeks, months, quarters or years apart."""
    assert callable(across)
    span = (ends - starts).days
    if span <= 70:
        step = max(7, -(-span // 6 // 7) * 7)
        found = [starts + timedelta(days=n) for n in range(0, span + 1, step)]
    else:
        months = [1, 2, 3, 6, 12, 24]
        apart = next((n for n in months if span / 30.4 / n <= 6.5), 36)
        found, year, month = [], starts.year, starts.month
        while (day := date(year, month, 1)) <= ends:
            if day >= starts:
                found.append(day)
            year, month = year + (month - 1 + apart) // 12, (month - 1 + apart) % 12 + 1
    write = formats.short_day if span <= 400 else formats.month
    return [
        Tick(across(day), write(day, language), minor=at % 2 == 1) for at, day in enumerate(found)
    ]


class Period(NamedTuple):
    """A KPI's period as it is given: what was planned and what came; None where unknown."""

    label: str
    actual: Decimal | None
    target: Decimal | None
    health: str = ""  # colours the column; blank: the accent
    low: Decimal | None = None  # of a range
    high: Decimal | None = None


class Column(NamedTuple):
    """A period as it is drawn; heights and places in percent of the plot."""

    period: Period
    left: float
    width: float
    middle: float
    top: float | None
    height: float
    target: float | None
    band: tuple[float, float] | None  # top and height of the range
    actual_text: str
    target_text: str
    minor: bool


class Columns(NamedTuple):
    """Columns with their axis; `zero` is where the zero line stands, in percent."""

    columns: list[Column]
    levels: list[Tick]
    zero: float
    has_target: bool
    has_band: bool
    by_health: bool  # every drawn column has the colour of a health
    unit: str  # what the axis counts, where its labels do not say it


def columns(
    periods: Sequence[Period],
    goal: formats.Measured,
    language: str,
    *,
    share: float = 0.56,
    beside: Sequence[Period] = (),
) -> Columns:
    """Actual against target by period; `share` is how much of its place a column takes.
    `beside` are the periods of other charts that this one shares its scale with."""
    known = [
        amount
        for period in (*periods, *beside)
        for amount in (period.actual, period.target, period.low, period.high)
        if amount is not None
    ]
    ticks = _round_levels(min([*known, Decimal(0)]), max([*known, Decimal(0)]))
    bottom, top = ticks[0], ticks[-1]

    def down(amount: Decimal) -> float:
        return round(float((top - amount) / (top - bottom)) * 100, 2)

    zero = down(Decimal(0))
    step = 100 / max(len(periods), 1)
    drawn: list[Column] = []
    for at, period in enumerate(periods):
        end = None if period.actual is None else down(period.actual)
        middle = round(step * (at + 0.5), 2)
        band = None
        if period.low is not None and period.high is not None:
            band = (down(period.high), round(down(period.low) - down(period.high), 2))
        drawn.append(
            Column(
                period,
                round(middle - step * share / 2, 2),
                round(step * share, 2),
                middle,
                None if end is None else min(end, zero),
                0 if end is None else max(round(abs(end - zero), 2), 0.4),
                None if period.target is None else down(period.target),
                band,
                formats.value(period.actual, goal, language),
                formats.value(period.target, goal, language),
                len(periods) > 6 and at % 2 == 1,
            )
        )
    levels = [Tick(down(tick), formats.compact(tick, language)) for tick in ticks]
    return Columns(
        drawn,
        levels,
        zero,
        any(column.target is not None for column in drawn),
        any(column.band is not None for column in drawn),
        all(column.period.health for column in drawn if column.top is not None),
        "" if goal.metric_kind == "currency" and len(goal.metric_unit) == 1 else goal.metric_unit,
    )


def _round_levels(low: Decimal, high: Decimal) -> list[Decimal]:
    """Three to six round numbers from at most `low` to at least `high`."""
    span = high - low or Decimal(1)
    power = Decimal(10) ** (span.adjusted() - 1)
    step = next(power * n for n in (2, 5, 10, 20, 25, 50, 100) if span / (power * n) <= 4)
    first = (low / step).to_integral_value("ROUND_FLOOR") * step
    found = [first]
    while found[-1] < high:
        found.append(found[-1] + step)
    return found if len(found) > 1 else [first, first + step]
