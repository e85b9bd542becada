"""Fiscal years and the periods of a frequency inside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
#: From fine to coarse; weeks cross months and nest in nothing but weeks.
ORDER = {"day": 0, "month": 1, "quarter": 2, "half": 3, "year": 4}
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)


def fiscal_year(day: date, first_month: int = 1) -> int:
    """The calendar year in which the fiscal year of a day starts."""
    return day.year if day.month >= first_month else day.year - 1


def add_months(day: date, months: int) -> date:
    """The first of the month so many months away."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_of(day: date, frequency: str, first_month: int = 1) -> tuple[date, date]:
    """First and last day of the period that contains a day. Weeks start on Monday."""
    if frequency == "day":
        return day, day
    if frequency == "week":
        start = day - timedelta(days=day.weekday())
        return start, start + timedelta(days=6)
    length = MONTHS[frequency]
    since = (day.month - first_month) % 12
    start = add_months(date(day.year, day.month, 1), -(since % length))
    return start, add_months(start, length) - timedelta(days=1)


def periods_between(
    first: date, last: date, frequency: str, first_month: int = 1
) -> Iterator[tuple[date, date]]:
    """Every period that overlaps the days first..last, in order."""
    start, end = period_of(first, frequency, first_month)
    while start <= last:
        yield start, end
        start, end = period_of(end + timedelta(days=1), frequency, first_month)


def year_of_period(start: date, frequency: str, first_month: int = 1) -> int:
    """The fiscal year a period belongs to: for a week, that of its Thursday (ISO's rule)."""
    day = start + timedelta(days=3) if frequency == "week" else start
    return fiscal_year(day, first_month)


def nests(fine: str, coarse: str) -> bool:
    """Whether every period of `fine` lies within one period of `coarse`."""
    if fine == coarse:
        return True
    return fine in ORDER and coarse in ORDER and ORDER[fine] < ORDER[coarse]
