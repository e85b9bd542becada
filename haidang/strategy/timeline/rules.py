"""The axis of a timeline: which days it shows, and where on it a day stands (pure).

Places are percents of the axis, so that it fits any width; a bar may begin before 0 and end
beyond 100, and is cut by what draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar

from haidang.goals.rules.periods import FIRST, LAST, add_months, period_of
from haidang.web import formats

ZOOMS = ("quarter", "year", "all")
#: Years that the whole horizon shows at most.
LONGEST = 30


class Lasting(Protocol):
    @property
    def starts(self) -> date: ...

    @property
    def ends(self) -> date: ...


Span = TypeVar("Span", bound=Lasting)


class Place(NamedTuple):
    """Where something lasts on the axis, in percent."""

    x: float
    width: float


class Tick(NamedTuple):
    """A line of the axis; a blank one is a fine line between labels."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days of an axis, both included."""

    zoom: str
    starts: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    def x(self, day: date) -> float:
        """Where a day begins."""
        return round((day - self.starts).days / self.days * 100, 3)

    def place(self, starts: date, ends: date) -> Place:
        """From the beginning of one day to the end of another; a day is not nothing."""
        x = self.x(starts)
        return Place(x, max(round(self.x(ends) + 100 / self.days - x, 3), 0.2))

    def within(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    @property
    def before(self) -> date | None:
        """A day of the axis before this one; None at the edge of time and of the whole."""
        day = self.starts - timedelta(days=1)
        return day if self.zoom != "all" and day >= FIRST else None

    @property
    def after(self) -> date | None:
        day = self.ends + timedelta(days=1)
        return day if self.zoom != "all" and day <= LAST else None


def window(zoom: str, at: date, whole: Iterable[date], first_month: int) -> Window:
    """The quarter or (fiscal) year around a day, or everything from the first to the last of
    `whole`, in whole months; the year where there is nothing."""
    days = sorted(whole)
    if zoom == "all" and days:
        first = max(days[0], FIRST).replace(day=1)
        last = min(add_months(min(days[-1], LAST), 1), add_months(first, 12 * LONGEST))
        return Window(zoom, first, last - timedelta(days=1))
    starts, ends = period_of(at, "quarter" if zoom == "quarter" else "year", first_month)
    return Window(zoom if zoom == "quarter" else "year", max(starts, FIRST), min(ends, LAST))


def ticks(shown: Window, language: str) -> list[Tick]:
    """Months with their weeks, months, quarters or years, as it fits."""
    months = shown.days / 30.4
    apart = 1 if months <= 13 else 3 if months <= 60 else 12
    found: list[Tick] = []
    day = shown.starts.replace(day=1)
    while day <= shown.ends:
        if (day.month - 1) % apart == 0 or day == shown.starts:
            found.append(Tick(shown.x(day), _label(day, apart, months, language)))
        day = add_months(day, 1)
    if months <= 4:
        monday = shown.starts + timedelta(days=-shown.starts.weekday() % 7)
        while monday <= shown.ends:
            if monday.day != 1:
                found.append(Tick(shown.x(monday), ""))
            monday += timedelta(days=7)
    return found


def _label(day: date, apart: int, months: float, language: str) -> str:
    if apart == 12:
        return str(day.year)
    if apart == 3 or months <= 4:
        return formats.month(day, language)
    return formats.month_short(day, language)


def rows_of(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans in as few rows as it takes that none lies over another, in order of time."""
    rows: list[list[Span]] = []
    for span in sorted(spans, key=lambda one: (one.starts, one.ends)):
        free = next((row for row in rows if row[-1].ends < span.starts), None)
        if free is None:
            rows.append([span])
        else:
            free.append(span)
    return rows


def gathered(days: Sequence[tuple[date, str]]) -> list[tuple[date, list[str]]]:
    """What falls on each day, in order of time."""
    found: dict[date, list[str]] = {}
    for day, name in sorted(days):
        found.setdefault(day, []).append(name)
    return list(found.items())
