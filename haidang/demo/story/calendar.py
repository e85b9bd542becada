"""Story time and real time: whole quarters are added so that the story's present is now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: The first and the last quarter of the story: (year, quarter).
FIRST = (2025, 1)
PRESENT = (2026, 4)
QUARTERS = [(year, quarter) for year in (2025, 2026) for quarter in (1, 2, 3, 4)]

#: First day of the lunar year; the company rests from two days before it to four after.
TET = [
    date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26),
    date(2029, 2, 13), date(2030, 2, 3), date(2031, 1, 23), date(2032, 2, 11),
    date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28),
]  # fmt: skip

_MARK = re.compile(r"\{(\w+):([\d/]+)\}")


def months_later(day: date, months: int) -> date:
    """The same day so many months away, at most the last of that month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def quarter_index(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


@dataclass(frozen=True)
class Calendar:
    """Where the story lies in real time, as seen on the day `today` (real)."""

    today: date

    @property
    def shift(self) -> int:
        """Quarters between the story's present and the quarter of today."""
        year, quarter = PRESENT
        return quarter_index(self.today) - (year * 4 + quarter - 1)

    @property
    def first_month(self) -> int:
        """The month in which the company's fiscal year starts: the story's January."""
        return 1 + 3 * (self.shift % 4)

    def day(self, story: date) -> date:
        """A day of the story in real time: 31/10 becomes the end of another month."""
        return months_later(story, 3 * self.shift)

    def month(self, year: int, month: int) -> tuple[date, date]:
        """First and last real day of a month of the story."""
        first = self.day(date(year, month, 1))
        return first, months_later(first, 1) - timedelta(days=1)

    def quarter(self, year: int, quarter: int) -> tuple[date, date]:
        first = self.day(date(year, 3 * quarter - 2, 1))
        return first, months_later(first, 3) - timedelta(days=1)

    def half(self, year: int, half: int) -> tuple[date, date]:
        return self.quarter(year, 2 * half - 1)[0], self.quarter(year, 2 * half)[1]

    def year(self, year: int) -> tuple[date, date]:
        return self.quarter(year, 1)[0], self.quarter(year, 4)[1]

    def cycle(self, key: str) -> tuple[date, date]:
        """First and last real day of Q3/2026, H2/2026, Y2026 or S2025 (three years)."""
        kind, rest = key[0], key[1:]
        if kind == "Q":
            quarter, year = rest.split("/")
            return self.quarter(int(year), int(quarter))
        if kind == "H":
            half, year = rest.split("/")
            return self.half(int(year), int(half))
        year_ = int(rest)
        return self.year(year_)[0], self.year(year_ + (2 if kind == "S" else 0))[1]

    def cycle_name(self, key: str) -> str:
        first, _ = self.cycle(key)
        if key[0] == "Q":
            return f"Quý {(first.month + 2) // 3}/{first.year}"
        if key[0] == "H":
            last = self.cycle(key)[1]
            return f"Tháng {first.month}/{first.year} – {last.month}/{last.year}"
        year = int(key[1:])
        if key[0] == "S":
            return f"Chiến lược {self.span_label(year, year + 2)}"
        return f"Năm {self.year_label(year)}"

    def working_day(self, day: date) -> date:
        """This real day, or the next on which people work."""
        while day.weekday() > 4 or self.rests(day):
            day += timedelta(days=1)
        return day

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A real day's time of day in the company's zone."""
        return datetime.combine(day, time(hour, minute), ZONE)

    def rests(self, day: date) -> bool:
        """Whether the company is closed over Tết on a real day."""
        return any(-2 <= (day - tet).days <= 4 for tet in TET)

    def rest_days(self) -> Iterator[date]:
        """The working days that Tết takes, in the story's years and the one after."""
        for tet in TET:
            for offset in range(-2, 5):
                day = tet + timedelta(days=offset)
                if abs(day.year - self.today.year) <= 2 and day.weekday() < 5:
                    yield day

    # -- words ------------------------------------------------------------------------

    def words(self, text: str) -> str:
        """Put real quarters, years and dates where a text names those of the story.

        {Q:3/2025} gives Q3/2025, {QQ:3/2025} Q3, {Y:2026} the year, {D:31/10/2026} 31/10,
        {DD:31/10/2026} the whole date, {M:8/2026} tháng 8, {MM:8/2026} 08/2026,
        {S:2025/2027} the years from one to another.
        """
        return _MARK.sub(lambda m: self._word(m[1], m[2]), text) if "{" in text else text

    def year_label(self, year: int) -> str:
        """ "2026", or "2026–2027" where the story's year starts inside a real one."""
        first, last = self.year(year)
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"

    def span_label(self, first: int, last: int) -> str:
        return f"{self.year(first)[0].year}–{self.year(last)[1].year}"

    def quarter_label(self, year: int, quarter: int) -> str:
        first = self.quarter(year, quarter)[0]
        return f"{(first.month + 2) // 3}/{first.year}"

    def _word(self, mark: str, what: str) -> str:
        numbers = [int(part) for part in what.split("/")]
        if mark == "Y":
            return self.year_label(numbers[0])
        if mark == "S":
            return self.span_label(numbers[0], numbers[1])
        if mark in {"Q", "QQ"}:
            label = self.quarter_label(numbers[1], numbers[0])
            return f"Q{label}" if mark == "Q" else f"Q{label.split('/')[0]}"
        if mark in {"M", "MM"}:
            first = self.month(numbers[1], numbers[0])[0]
            return f"tháng {first.month}" if mark == "M" else f"{first:%m/%Y}"
        day = self.day(date(numbers[2], numbers[1], numbers[0]))
        if mark == "D":
            return f"{day:%d/%m}"
        if mark == "DD":
            return f"{day:%d/%m/%Y}"
        raise ValueError(f"unknown mark {mark!r}")
