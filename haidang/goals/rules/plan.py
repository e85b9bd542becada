"""What was to be expected by the end of a day: plan curves between a start and a deadline."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from haidang.goals.rules.combine import half_even
from haidang.goals.rules.metric import BILLION, billionths


@dataclass(frozen=True)
class Calendar:
    """Working days of the week (Monday is 0) and the days off besides (Tết, holidays)."""

    working_days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, working_days: Iterable[int], holidays: Iterable[str]) -> Calendar:
        return cls(frozenset(working_days), frozenset(date.fromisoformat(d) for d in holidays))

    @cached_property
    def _in_order(self) -> list[date]:
        return sorted(self.holidays)

    def days_off(self, after: date, until: date) -> int:
        """How many holidays lie after one day, up to and with another."""
        days = self._in_order
        return max(0, bisect_right(days, until) - bisect_right(days, after))


@lru_cache(maxsize=20_000)
def working_days(first: date, last: date, calendar: Calendar) -> int:
    """How many working days lie in first..last, both included (0 when last is before first)."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    count = weeks * len(calendar.working_days)
    count += sum(1 for i in range(rest) if (first.weekday() + i) % 7 in calendar.working_days)
    return count - sum(
        1 for d in calendar.holidays if first <= d <= last and d.weekday() in calendar.working_days
    )


def expected(
    curve: str,
    starts: date | None,
    ends: date | None,
    day: date,
    *,
    calendar: Calendar = Calendar(),
    milestones: Sequence[tuple[date | None, int]] = (),
    monthly: Mapping[str, str] | None = None,
) -> int | None:
    """Billionths of the way that the plan has by the end of `day`; None without dates.

    0 before the start, 1 from the deadline on. `milestones` are (due, weight): what is due
    by the day; one without a due date is due at the deadline. `monthly` gives the share
    ("0.25") reached by the end of each month ("2026-03"), linear inside a month.
    """
    if starts is None or ends is None:
        return None
    if day < starts:
        return 0
    if day >= ends:
        return BILLION
    if curve == "milestones" and (total := sum(w for _, w in milestones)):
        due = sum(w for d, w in milestones if d is not None and d <= day)
        return half_even(due * BILLION, total)
    if curve == "monthly" and monthly:
        return _monthly(monthly, starts, ends, day)
    if curve == "calendar":
        return half_even(((day - starts).days + 1) * BILLION, (ends - starts).days + 1)
    whole = working_days(starts, ends, calendar)
    if not whole:
        return half_even(((day - starts).days + 1) * BILLION, (ends - starts).days + 1)
    return half_even(working_days(starts, day, calendar) * BILLION, whole)


def _monthly(monthly: Mapping[str, str], starts: date, ends: date, day: date) -> int:
    """Linear between the points (start, 0), each month's end, and (deadline, 1)."""
    points = [(starts - timedelta(days=1), 0)]
    for month, share in sorted(monthly.items()):
        year, number = int(month[:4]), int(month[5:7])
        end = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
        if starts <= end < ends:
            points.append((end, billionths(Decimal(share))))
    points.append((ends, BILLION))
    for (d0, p0), (d1, p1) in pairwise(points):
        if d0 <= day <= d1:
            return p0 + half_even(max(0, p1 - p0) * (day - d0).days, (d1 - d0).days)
    return BILLION
